//! `POST /Bulk`, RFC 7644 §3.7

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::HeaderName;

use super::App;
use super::body::{BodyLimit, ScimBody};
use super::call::{Call, Read};
use super::respond::json;
use crate::auth::Scope;
use scim::ScimError;
use crate::service::{self, BulkOrder};

/// Asks for all operations or none.
const ATOMIC: HeaderName = HeaderName::from_static("scim-bulk-atomic");

/// A `BulkRequest`.
pub(super) struct Operations;

impl BodyLimit for Operations {
    fn bytes_max(app: &App) -> Result<usize, ScimError> {
        if app.limits.bulk.operations_max == 0 {
            return Err(ScimError::NotImplemented("Bulk"));
        }
        Ok(app.limits.bulk.body_bytes_max)
    }
}

/// `POST /Bulk`. Who may only read is told so at each operation (RFC 7644 §3.7.3).
pub(super) async fn bulk(
    call: Call<Read>,
    body: ScimBody<Operations>,
) -> Result<HttpResponse, ScimError> {
    let limits = &call.app.limits;
    let order = BulkOrder {
        atomic: atomic(call.header(ATOMIC).as_deref())?,
        refusal: call.refusal(Scope::Write),
        operations_max: limits.bulk.operations_max,
        patch_operations_max: limits.patch_operations_max,
        reference: call.reference(),
    };
    let done = service::bulk(&call.app.service, call.tenancy.clone(), order, body.0).await;
    let done = done.map_err(|error| call.fail(error))?;
    Ok(json(StatusCode::OK, &done))
}

/// Any other method at `/Bulk`.
pub(super) async fn other_method(
    call: Call<Read>,
    method: actix_web::http::Method,
) -> Result<HttpResponse, ScimError> {
    Operations::bytes_max(&call.app)?;
    Err(ScimError::MethodNotAllowed {
        method: method.to_string(),
        allow: "POST",
    })
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
