//! A request that may have to run a second time.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_web::HttpMessage as _;
use actix_web::dev::{Path, Payload, ServiceRequest, ServiceResponse, Url};
use actix_web::error::PayloadError;
use actix_web::web::Bytes;
use futures_util::{Stream, StreamExt as _, stream};

use crate::service::Call;

/// What a request needs to run a second time: its path as the first run found it, and its body.
pub(super) struct Again {
    path: Path<Url>,
    /// `None` for a request without a body.
    body: Option<Rc<RefCell<Body>>>,
}

/// A body, and what was read of it.
struct Body {
    payload: Payload,
    read: Vec<Bytes>,
    /// How many bytes may still be kept. `None`: the body was too large to be kept.
    room: Option<usize>,
}

impl Body {
    fn keep(&mut self, bytes: &Bytes) {
        self.room = self.room.and_then(|room| room.checked_sub(bytes.len()));
        match self.room {
            Some(_) => self.read.push(bytes.clone()),
            None => self.read = Vec::new(),
        }
    }
}

/// Reads a body and keeps what it has read.
struct Keeping(Rc<RefCell<Body>>);

impl Stream for Keeping {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut body = self.0.borrow_mut();
        let next = body.payload.poll_next_unpin(context);
        if let Poll::Ready(Some(Ok(bytes))) = &next {
            body.keep(bytes);
        }
        next
    }
}

impl Again {
    /// Keeps what a second run needs, with a body of at most so many bytes: larger ones are refused anyway.
    pub(super) fn of(request: &mut ServiceRequest, bytes_max: usize) -> Self {
        let path = request.match_info().clone();
        let body = match request.take_payload() {
            Payload::None => None,
            payload => {
                let body = Rc::new(RefCell::new(Body {
                    payload,
                    read: Vec::new(),
                    room: Some(bytes_max),
                }));
                request.set_payload(stream_of(Keeping(Rc::clone(&body))));
                Some(body)
            }
        };
        Self { path, body }
    }

    /// Whether the body was kept.
    pub(super) fn is_possible(&self) -> bool {
        let body = self.body.as_ref();
        body.is_none_or(|body| body.borrow().room.is_some())
    }

    /// The request as it was before its first run, which made this response.
    pub(super) fn request(self, response: ServiceResponse<impl Sized>) -> ServiceRequest {
        let (request, response) = response.into_parts();
        drop(response);
        request.extensions_mut().remove::<Call>();
        let payload = match self.body {
            None => Payload::None,
            Some(body) => {
                let read = std::mem::take(&mut body.borrow_mut().read);
                let rest = Keeping(body);
                stream_of(stream::iter(read.into_iter().map(Ok)).chain(rest))
            }
        };
        let mut request = ServiceRequest::from_parts(request, payload);
        *request.match_info_mut() = self.path;
        request
    }
}

fn stream_of(body: impl Stream<Item = Result<Bytes, PayloadError>> + 'static) -> Payload {
    Payload::Stream {
        payload: Box::pin(body),
    }
}
