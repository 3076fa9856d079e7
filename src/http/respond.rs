//! Successful responses.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, ETAG, LOCATION};
use serde::Serialize;

use scim::etag::Version;
use crate::service::Shown;

/// The media type of every SCIM response (RFC 7644 §8.1).
pub(crate) const SCIM_JSON: &str = "application/scim+json";

/// A JSON body.
pub(super) fn json(status: StatusCode, body: &impl Serialize) -> HttpResponse {
    match serde_json::to_vec(body) {
        Ok(bytes) => HttpResponse::build(status)
            .insert_header((CONTENT_TYPE, SCIM_JSON))
            .body(bytes),
        Err(error) => {
            log::error!("a response did not serialize: {error}");
            HttpResponse::InternalServerError().finish()
        }
    }
}

/// A resource with its location and tag.
pub(super) fn resource(status: StatusCode, shown: &Shown) -> HttpResponse {
    let mut response = json(status, &shown.body);
    tag(&mut response, shown.version, &shown.location);
    response
}

/// No body, but location and tag: 204 and 304.
pub(super) fn bare(status: StatusCode, version: Version, location: &str) -> HttpResponse {
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
