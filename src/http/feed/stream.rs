//! The feed as server-sent events: each event of the stream is a page, and its id is the position to go on from.

use std::convert::Infallible;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE};
use actix_web::web::Bytes;
use actix_web::{HttpResponse, HttpResponseBuilder};
use futures_util::stream;

use super::reader::Reader;
use crate::service::feed::FeedPage;

/// How often a stream without events says that it is alive. Proxies end connections that are silent for a minute.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// A comment of a stream.
const ALIVE: &[u8] = b":\n\n";

/// Answers with a stream that begins with a page. It ends when the server stops, when the credential ends, or when the
/// database is away; the client then connects again and says how far it has read.
pub(super) fn events(first: FeedPage, reader: Reader) -> HttpResponse {
    let parts = stream::unfold((Some(first), reader), |(first, mut reader)| async move {
        let part = match first {
            Some(page) => passed(&mut reader, &page)?,
            None => later(&mut reader).await?,
        };
        Some((Ok::<_, Infallible>(part), (None, reader)))
    });
    response().streaming(parts)
}

/// A stream's answer without its body.
pub(super) fn response() -> HttpResponseBuilder {
    let mut response = HttpResponse::build(StatusCode::OK);
    response
        .insert_header((CONTENT_TYPE, "text/event-stream"))
        .insert_header((CACHE_CONTROL, "no-store"))
        // nginx would hold events back.
        .insert_header(("x-accel-buffering", "no"))
        // Compression would hold events back.
        .insert_header((CONTENT_ENCODING, "identity"));
    response
}

/// The next part of a stream. `None` when it ends.
async fn later(reader: &mut Reader) -> Option<Bytes> {
    if reader.is_over() {
        return None;
    }
    let page = match reader.page_within(HEARTBEAT).await {
        Ok(page) => page,
        Err(failure) => {
            log::debug!("a stream of the feed ends: {failure}");
            return None;
        }
    };
    match page.events.is_empty() {
        true => Some(Bytes::from_static(ALIVE)),
        false => passed(reader, &page),
    }
}

/// A page as an event of the stream. The reader goes on after it. JSON has no line breaks of its own.
fn passed(reader: &mut Reader, page: &FeedPage) -> Option<Bytes> {
    let data = serde_json::to_string(page).ok()?;
    reader.pass(page);
    Some(format!("id: {}\ndata: {data}\n\n", page.position).into())
}
