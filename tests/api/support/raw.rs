//! Bytes on a socket, for requests no HTTP library would send.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;

use super::reply::Reply;

/// Sends `bytes` on a connection of its own and reads the answer up to its end; `None` when the server closes without one.
///
/// The request must say `Connection: close`. Sending happens on the side: a server that refuses a long body answers before
/// it has read the whole of it.
pub(crate) fn exchange(address: &str, bytes: Vec<u8>) -> Option<Reply> {
    let mut socket = TcpStream::connect(address).expect("the server accepts connections");
    let mut sending = socket.try_clone().expect("a second handle on the socket");
    // A write error only says that the server stopped listening; what it answered is what matters.
    let writer = thread::spawn(move || {
        let _ = sending.write_all(&bytes);
    });
    let mut answer = Vec::new();
    let mut buffer = [0; 16 * 1024];
    while let Ok(count @ 1..) = socket.read(&mut buffer) {
        answer.extend_from_slice(&buffer[..count]);
        if complete(&answer) {
            break;
        }
    }
    let _ = socket.shutdown(std::net::Shutdown::Both);
    writer.join().expect("the writing thread does not panic");
    parse(&answer)
}

/// `bytes` in the chunked transfer coding, RFC 9112 §7.1.
pub(crate) fn chunked(bytes: &[u8]) -> Vec<u8> {
    let mut coded = Vec::with_capacity(bytes.len() + bytes.len() / 1024 + 16);
    for chunk in bytes.chunks(16 * 1024) {
        coded.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        coded.extend_from_slice(chunk);
        coded.extend_from_slice(b"\r\n");
    }
    coded.extend_from_slice(b"0\r\n\r\n");
    coded
}

fn complete(answer: &[u8]) -> bool {
    let Some((head, body)) = split_head(answer) else {
        return false;
    };
    match content_length(&parse_headers(head)) {
        Some(length) => body.len() >= length,
        None => body.ends_with(b"0\r\n\r\n"),
    }
}

fn parse(answer: &[u8]) -> Option<Reply> {
    let (head, body) = split_head(answer)?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let headers = parse_headers(head);
    let body = match content_length(&headers) {
        Some(length) => body[..length.min(body.len())].to_vec(),
        None => dechunk(body),
    };
    Some(Reply::new(status, headers, &body))
}

fn split_head(answer: &[u8]) -> Option<(&str, &[u8])> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&answer[..end]).ok()?;
    Some((head, &answer[end + 4..]))
}

fn parse_headers(head: &str) -> Vec<(String, String)> {
    head.lines()
        .skip(1)
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect()
}

fn content_length(headers: &[(String, String)]) -> Option<usize> {
    let (_, value) = headers.iter().find(|(name, _)| name == "content-length")?;
    value.parse().ok()
}

fn dechunk(mut coded: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = coded.windows(2).position(|two| two == b"\r\n") {
        let size = std::str::from_utf8(&coded[..end]).unwrap_or("0");
        let size = usize::from_str_radix(size, 16).unwrap_or(0);
        let start = end + 2;
        if size == 0 || start + size + 2 > coded.len() {
            break;
        }
        body.extend_from_slice(&coded[start..start + size]);
        coded = &coded[start + size + 2..];
    }
    body
}
