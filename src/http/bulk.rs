//! `POST /Bulk`, RFC 7644 §3.7

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::HeaderName;
use scim::ScimError;

use super::app::App;
use super::authorised::{Authorised, Read};
use super::body::{Content, ScimBody};
use super::failure::Failure;
use super::respond::text;
use super::shown_method::shown_method;
use crate::service::{self, BulkTerms, Scope};

/// The header that asks for all operations or none.
const ATOMIC: HeaderName = HeaderName::from_static("scim-bulk-atomic");

/// A `BulkRequest`.
pub(super) struct Operations;

impl Content for Operations {
    const PATH: &'static str = "Operations.data.Operations.path";

    fn bytes_max(app: &App) -> Result<usize, ScimError> {
        if app.limits.bulk.operations_max == 0 {
            return Err(ScimError::NotImplemented("Bulk"));
        }
        Ok(app.limits.bulk.body_bytes_max)
    }
}

/// `POST /Bulk`. A caller without the scope to write gets the refusal at each operation (RFC 7644 §3.7.3).
pub(super) async fn bulk(
    asked: Authorised<Read>,
    body: ScimBody<Operations>,
) -> Result<HttpResponse, Failure> {
    let limits = &asked.app.limits;
    let refusal = asked.refusal(Scope::Write);
    let terms = BulkTerms {
        atomic: atomic(asked.header(ATOMIC).as_deref())?,
        refusal: refusal.map(|refusal| refusal.response(asked.call.request_id.as_str())),
        operations_max: limits.bulk.operations_max,
        patch_operations_max: limits.patch_operations_max,
    };
    let call = asked.call.clone();
    let service = &asked.app.service;
    let bulk = service::bulk(service, call, terms, body.0);
    let done = service.piecewise(bulk).await?;
    Ok(text(StatusCode::OK, done))
}

/// Any other method at `/Bulk`.
pub(super) async fn other_method(
    asked: Authorised<Read>,
    method: actix_web::http::Method,
) -> Result<HttpResponse, Failure> {
    Operations::bytes_max(&asked.app)?;
    Err(ScimError::MethodNotAllowed {
        method: shown_method(&method).to_owned(),
        allow: "POST",
    }
    .into())
}

fn atomic(header: Option<&str>) -> Result<bool, ScimError> {
    match header.map(str::trim) {
        None => Ok(false),
        Some(word) if word.eq_ignore_ascii_case("true") => Ok(true),
        Some(word) if word.eq_ignore_ascii_case("false") => Ok(false),
        Some(_) => Err(ScimError::invalid_value(
            "SCIM-Bulk-Atomic",
            "this header is true or false",
        )),
    }
}
