//! The body of an answer on its way to the client.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::web::Bytes;

use super::kept::{Held, Kept};
use super::seat::Seat;

/// Most bytes that go to the connection at once. It copies what it gets, and waits with the rest for the client.
const PIECE_MAX: usize = 32 * 1024;

/// A body that is given away in pieces and counted while it is kept. When it goes, the request is over.
pub(in crate::http) struct Answer {
    body: BoxBody,
    /// What the body gave and the connection did not take yet.
    rest: Bytes,
    held: Option<Held>,
    kept: Kept,
    seat: Option<Arc<Seat>>,
}

impl Answer {
    pub(super) fn new(body: BoxBody, kept: Kept, seat: Option<Arc<Seat>>) -> Self {
        Self {
            body,
            rest: Bytes::new(),
            held: None,
            kept,
            seat,
        }
    }
}

impl MessageBody for Answer {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let answer = self.get_mut();
        while answer.rest.is_empty() {
            answer.held = None;
            match ready!(Pin::new(&mut answer.body).poll_next(context)) {
                Some(Ok(bytes)) => {
                    answer.held = Some(answer.kept.hold(bytes.len()));
                    answer.rest = bytes;
                }
                end => return Poll::Ready(end),
            }
        }
        let length = answer.rest.len().min(PIECE_MAX);
        Poll::Ready(Some(Ok(answer.rest.split_to(length))))
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        if let Some(seat) = &self.seat {
            seat.answered();
        }
    }
}
