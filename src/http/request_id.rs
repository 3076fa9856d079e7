//! Stores the id of a request in the request.

use actix_web::dev::ServiceRequest;
use actix_web::http::header::HeaderName;
use actix_web::{HttpMessage as _, HttpRequest};

use crate::service::{Clock, RequestId};

/// The header of requests and answers that names the request.
pub(super) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Gives the request an id, and returns it: the one that the client or a proxy sent, or one of its own.
pub(super) fn give(request: &ServiceRequest) -> RequestId {
    let sent = request.headers().get(X_REQUEST_ID);
    let sent = sent.and_then(|sent| RequestId::sent(sent.to_str().ok()?));
    let id = sent.unwrap_or_else(|| RequestId::new(Clock.new_id()));
    request.extensions_mut().insert(id.clone());
    id
}

/// The id of the request, or a hyphen where it has none.
pub(super) fn of(request: &HttpRequest) -> RequestId {
    let id = request.extensions().get::<RequestId>().cloned();
    id.unwrap_or_else(|| RequestId::new("-"))
}
