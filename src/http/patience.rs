//! Limits how long a request waits for the database.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, web};

use super::app::App;

/// The middleware. All work of a request in the database shares one time, from the look-up of the credential to the answer. What
/// is read while a client takes the answer has a time of its own for each piece.
pub(super) async fn limited<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    match request.app_data::<web::Data<App>>().cloned() {
        Some(app) => app.service.request(next.call(request)).await,
        None => next.call(request).await,
    }
}
