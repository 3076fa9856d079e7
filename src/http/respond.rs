//! Successful responses.

use std::io;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, ETAG, LOCATION};
use actix_web::web::Bytes;
use futures_util::stream;
use scim::etag::Version;
use serde::Serialize;

use crate::service::{Answer, Body, Service, Shown};

/// The media type of every SCIM response (RFC 7644 §8.1).
pub(crate) const SCIM_JSON: &str = "application/scim+json";

/// A JSON body.
pub(super) fn json(status: StatusCode, body: &impl Serialize) -> HttpResponse {
    match serde_json::to_vec(body) {
        Ok(bytes) => text(status, bytes),
        Err(error) => {
            log::error!("a response did not serialize: {error}");
            HttpResponse::InternalServerError().finish()
        }
    }
}

/// A body that is JSON text already.
pub(super) fn text(status: StatusCode, json: impl Into<Bytes>) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((CONTENT_TYPE, SCIM_JSON))
        .body(json.into())
}

/// A body of which parts may still have to be read. If that fails, the connection ends early, so that no client takes a part
/// for the whole.
pub(super) fn body(status: StatusCode, body: Body, service: &Service) -> HttpResponse {
    let rest = match body.whole() {
        Ok(whole) => return text(status, whole),
        Err(rest) => rest,
    };
    let pieces = stream::try_unfold((rest, service.clone()), |(mut rest, service)| async move {
        let piece = rest.next(&service).await;
        let piece = piece.map_err(|_| io::Error::other("an answer ends early"))?;
        Ok::<_, io::Error>(piece.map(|piece| (Bytes::from(piece), (rest, service))))
    });
    HttpResponse::build(status)
        .insert_header((CONTENT_TYPE, SCIM_JSON))
        .streaming(pieces)
}

/// The answer to a request about one resource.
pub(super) fn answer(answer: Answer, service: &Service) -> HttpResponse {
    match answer {
        Answer::Created(shown) => resource(StatusCode::CREATED, shown, service),
        Answer::Resource(shown) => resource(StatusCode::OK, shown, service),
        Answer::Changed { location, version } => bare(StatusCode::NO_CONTENT, version, &location),
        Answer::Unchanged { location, version } => {
            bare(StatusCode::NOT_MODIFIED, version, &location)
        }
        Answer::Deleted => HttpResponse::NoContent().finish(),
    }
}

/// A resource with its location and tag.
fn resource(status: StatusCode, shown: Shown, service: &Service) -> HttpResponse {
    let mut response = body(status, shown.body, service);
    tag(&mut response, shown.version, &shown.location);
    response
}

/// An answer without a body, with location and tag.
fn bare(status: StatusCode, version: Version, location: &str) -> HttpResponse {
    let mut response = HttpResponse::build(status).finish();
    tag(&mut response, version, location);
    response
}

fn tag(response: &mut HttpResponse, version: Version, location: &str) {
    let headers = response.headers_mut();
    if let Ok(value) = version.to_string().parse() {
        headers.insert(ETAG, value);
    }
    if let Ok(value) = location.parse() {
        headers.insert(LOCATION, value);
    }
}
