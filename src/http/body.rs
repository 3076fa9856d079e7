//! Reads a request body: its type, then its size, then its JSON.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::web::{Bytes, BytesMut};
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::StreamExt as _;
use scim::{Object, ScimError, json};

use super::app::App;
use super::connection::Seat;
use super::content_type;
use super::failure::Failure;

/// HTTP does not tell one from the other.
pub(super) const MALFORMED: &str = "the body ended early, or its chunks are malformed";

/// Longest time for reading a body that is too large.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(2);
/// Most bytes that are read and thrown away from a body that is too large. A client that still sends would not see the
/// answer.
const DRAIN_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Largest body that is parsed on the request's own thread, in bytes: other requests wait for that thread.
const PARSED_INLINE_MAX: usize = 256 * 1024;

/// A JSON object sent as `application/scim+json` or another JSON type. A body without a type counts as JSON.
pub(super) struct ScimBody<C = OneResource>(pub(super) Object, PhantomData<C>);

/// What a body holds.
pub(super) trait Content {
    /// The largest body, in bytes. Errors: the server does not offer such a body.
    fn bytes_max(app: &App) -> Result<usize, ScimError> {
        Ok(app.limits.body_bytes_max)
    }

    /// The place of a filter, and of a path. A text there that is too long or holds U+0000 has its own type of error.
    const FILTER: &'static str = "";
    const PATH: &'static str = "";
}

/// A resource or a definition.
pub(super) struct OneResource;

impl Content for OneResource {}

/// A PATCH message.
pub(super) struct Patches;

impl Content for Patches {
    const PATH: &'static str = "Operations.path";
}

/// A search message.
pub(super) struct Query;

impl Content for Query {
    const FILTER: &'static str = "filter";
    const PATH: &'static str = "sortBy";
}

/// A fault of parsing, with the type that its place asks for. Names ignore case.
fn typed<C: Content>(fault: ScimError) -> ScimError {
    match fault {
        ScimError::InvalidValue {
            attribute,
            expected,
        } if attribute.eq_ignore_ascii_case(C::FILTER) => ScimError::InvalidFilter(expected),
        ScimError::InvalidValue {
            attribute,
            expected,
        } if attribute.eq_ignore_ascii_case(C::PATH) => {
            ScimError::InvalidPath(format!("`{attribute}`: {expected}"))
        }
        other => other,
    }
}

impl<C: Content + 'static> FromRequest for ScimBody<C> {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        Box::pin(async move {
            let app = request.app_data::<web::Data<App>>();
            let app = app.ok_or(Failure::Fault("the application is missing"))?;
            let limit = C::bytes_max(app)?;
            content_type::check(&request)?;
            let read = tokio::time::timeout(
                app.limits.body_timeout,
                read(payload, limit, declared_length(&request)),
            );
            let bytes = read.await.map_err(|_| Failure::RequestTimeout)??;
            if let Some(seat) = request.conn_data::<Arc<Seat>>() {
                seat.has_body();
            }
            let is_small = bytes.len() <= PARSED_INLINE_MAX;
            let string_bytes_max = app.limits.string_bytes_max;
            let parse = move || json::parse_object_within(&bytes, string_bytes_max);
            let parsed = if is_small {
                parse()
            } else {
                let parsed = web::block(parse).await;
                parsed.map_err(|_| Failure::Fault("parsing a body did not end"))?
            };
            let body = parsed.map_err(typed::<C>)?;
            Ok(Self(body, PhantomData))
        })
    }
}

fn declared_length(request: &HttpRequest) -> usize {
    let header = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok());
    header.and_then(|value| value.parse().ok()).unwrap_or(0)
}

/// The next piece of a body. `None` after the end of the body, or after `ends`.
async fn next(
    payload: &mut Payload,
    ends: Option<tokio::time::Instant>,
) -> Option<Result<Bytes, actix_web::error::PayloadError>> {
    match ends {
        None => payload.next().await,
        Some(ends) => tokio::time::timeout_at(ends, payload.next())
            .await
            .ok()
            .flatten(),
    }
}

async fn read(mut payload: Payload, limit: usize, declared: usize) -> Result<Bytes, ScimError> {
    let mut bytes = BytesMut::new();
    let mut seen = 0usize;
    let mut too_large = declared > limit;
    let ends = tokio::time::Instant::now() + DRAIN_TIMEOUT;
    while let Some(chunk) = next(&mut payload, too_large.then_some(ends)).await {
        let chunk = chunk.map_err(|_| ScimError::InvalidSyntax(MALFORMED.into()))?;
        seen = seen.saturating_add(chunk.len());
        too_large |= seen > limit;
        if seen > DRAIN_BYTES_MAX {
            break;
        }
        if too_large {
            bytes = BytesMut::new();
        } else {
            bytes.extend_from_slice(&chunk);
        }
    }
    if too_large {
        return Err(ScimError::TooLarge {
            what: "the body",
            limit: format!("{limit} bytes"),
        });
    }
    Ok(bytes.freeze())
}
