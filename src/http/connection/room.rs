//! Refuses an answer for which the process has no room.

use actix_web::body::{BodySize, BoxBody, MessageBody as _};
use actix_web::dev::ServiceResponse;
use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, web};

use crate::http::app::App;
use crate::http::failure::Failure;
use crate::service::StoreError;

/// Answers up to this size always find room: errors, probes, single resources.
const SMALL: u64 = 16 * 1024;

/// The answer, or one that says to try again. What a change answers is never refused: the client would not know that
/// the change was written.
pub(in crate::http) fn with_room(response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let bytes = match response.response().body().size() {
        BodySize::Sized(bytes) if bytes > SMALL => bytes,
        _ => return response,
    };
    let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
    let app = response.request().app_data::<web::Data<App>>();
    let has_room = app.is_none_or(|app| app.connections.has_room(bytes));
    if has_room || !only_reads(response.request()) {
        return response;
    }
    let full = StoreError::Unavailable("too many answers wait for their readers");
    let (request, _) = response.into_parts();
    ServiceResponse::new(request, HttpResponse::from_error(Failure::from(full)))
}

fn only_reads(request: &HttpRequest) -> bool {
    request.method() == Method::GET || request.path().ends_with("/.search")
}
