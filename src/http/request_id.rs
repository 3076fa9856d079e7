//! Stores the id of a request in the request.

use actix_web::dev::ServiceRequest;
use actix_web::{HttpMessage as _, HttpRequest};

use crate::service::RequestId;

/// Gives the request its id.
pub(super) fn set(request: &ServiceRequest, id: RequestId) {
    request.extensions_mut().insert(id);
}

/// The id of the request, or a hyphen where it has none.
pub(super) fn of(request: &HttpRequest) -> RequestId {
    let id = request.extensions().get::<RequestId>().cloned();
    id.unwrap_or_else(|| RequestId::new("-"))
}
