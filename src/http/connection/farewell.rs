//! The answer to a peer that HTTP does not answer: one that finds no place, and one whose body cannot be read.

use actix_web::rt::net::TcpStream;
use scim::{ErrorResponse, ScimError};

use crate::http::body::MALFORMED;
use crate::http::respond::SCIM_JSON;

/// Most bytes of what the peer has sent that are thrown away: a connection that is closed over unread bytes is reset, and the
/// peer may lose the answer.
const UNREAD_MAX: usize = 16 * 1024;

/// The connection finds no place.
pub(super) fn full() -> Vec<u8> {
    let detail = "all connections have requests that are not answered yet; try again shortly";
    let error = ErrorResponse::new(503, detail);
    text("503 Service Unavailable", "Retry-After: 2\r\n", &error)
}

/// What came is no body: the coding of its length is broken.
pub(super) fn malformed() -> Vec<u8> {
    let error = ScimError::InvalidSyntax(MALFORMED.into());
    text("400 Bad Request", "", &ErrorResponse::from(&error))
}

fn text(status: &str, header: &str, error: &ErrorResponse) -> Vec<u8> {
    let body = error.to_json().to_string();
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: {SCIM_JSON}\r\nContent-Length: {}\r\n{header}Connection: close\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Says it if the peer can hear it at once. Nobody waits for a peer that goes.
pub(super) fn say(stream: &TcpStream, answer: &[u8]) {
    let mut unread = [0; UNREAD_MAX];
    // An error says that the peer has gone, or that it does not read. It gets no answer then.
    let _ = stream.try_read(&mut unread);
    let _ = stream.try_write(answer);
}
