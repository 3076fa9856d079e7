//! Tells the connection of a request when it begins and when its answer begins and ends. This stands around everything else,
//! so that nothing of a request happens outside of its turn.

use std::sync::Arc;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::ConnectionType;
use actix_web::http::header::TRANSFER_ENCODING;
use actix_web::middleware::Next;
use actix_web::{Error, web};

use super::answer::Answer;
use super::kept::Kept;
use super::seat::Seat;
use crate::http::app::App;

/// The middleware.
pub(in crate::http) async fn take_turns(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<Answer>, Error> {
    let app = request.app_data::<web::Data<App>>().cloned();
    let seat = request.conn_data::<Arc<Seat>>().cloned();
    if let Some(seat) = &seat {
        seat.asked(request.headers().contains_key(TRANSFER_ENCODING));
    }
    let outcome = next.call(request).await;
    if let Some(seat) = &seat {
        seat.answering();
    }
    let mut response = match outcome {
        Ok(response) => response.map_into_boxed_body(),
        Err(error) => {
            // The server makes an answer of it, which is small.
            if let Some(seat) = &seat {
                seat.answered();
            }
            return Err(error);
        }
    };
    let is_ending = app.as_ref().is_some_and(|app| app.connections.is_ending());
    if is_ending {
        let head = response.response_mut().head_mut();
        head.set_connection_type(ConnectionType::Close);
    }
    let kept = app.map_or_else(Kept::default, |app| app.connections.kept.clone());
    Ok(response.map_body(|_, body| Answer::new(body, kept, seat)))
}
