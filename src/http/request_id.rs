//! Stores the id of a request in the request.

use actix_web::dev::ServiceRequest;
use actix_web::{HttpMessage as _, HttpRequest};

use crate::service::{Clock, RequestId};

/// Gives the request an id of its own, and returns it.
pub(super) fn give(request: &ServiceRequest) -> RequestId {
    let id = RequestId::new(Clock.new_id());
    request.extensions_mut().insert(id.clone());
    id
}

/// The id of the request, or a hyphen where it has none.
pub(super) fn of(request: &HttpRequest) -> RequestId {
    let id = request.extensions().get::<RequestId>().cloned();
    id.unwrap_or_else(|| RequestId::new("-"))
}
