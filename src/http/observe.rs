//! Around every request: an id, a log line, a count, and a net below panics.
//!
//! The line names id, tenant, method, path, status and time; never the query, the body, a name or a token.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, HttpRequest, web};
use futures_util::FutureExt as _;

use super::App;
use super::access::Caller;
use crate::scim::ScimError;

/// The id of a request: in the log, in errors of ours, in `X-Request-Id`.
#[derive(Clone)]
pub(super) struct RequestId(Arc<str>);

impl RequestId {
    /// The id that [`observe`] gave the request.
    pub(super) fn of(request: &HttpRequest) -> String {
        request
            .extensions()
            .get::<Self>()
            .map_or_else(|| "-".to_owned(), |id| id.0.to_string())
    }
}

/// The middleware.
pub(super) async fn observe(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = Instant::now();
    let app = request.app_data::<web::Data<App>>().cloned();
    let id = app
        .as_ref()
        .map_or_else(String::new, |app| app.service.clock.new_id());
    request
        .extensions_mut()
        .insert(RequestId(id.as_str().into()));
    let outcome = AssertUnwindSafe(next.call(request)).catch_unwind().await;
    let Ok(outcome) = outcome else {
        log::error!("request {id}: the handler panicked");
        if let Some(app) = &app {
            app.metrics.panics.inc();
        }
        return Err(ScimError::Internal { reference: id }.into());
    };
    let mut response = outcome?.map_into_boxed_body();
    if let Ok(value) = HeaderValue::from_str(&id) {
        response
            .headers_mut()
            .insert(HeaderName::from_static("x-request-id"), value);
    }
    report(
        app.as_ref().map(|app| app.get_ref()),
        &id,
        &response,
        started,
    );
    Ok(response)
}

fn report(app: Option<&App>, id: &str, response: &ServiceResponse<BoxBody>, started: Instant) {
    let request = response.request();
    let elapsed = started.elapsed();
    let status = response.status().as_u16();
    let caller = request.extensions().get::<Caller>().cloned();
    let tenant = caller
        .as_ref()
        .map_or("-", |caller| caller.tenancy.slug.as_str());
    if let Some(app) = app {
        app.metrics.observe(
            &route(request, caller.as_ref()),
            request.method(),
            status,
            elapsed,
        );
    }
    log::info!(
        target: "scimd::access",
        id = id,
        tenant = tenant,
        method = request.method().as_str(),
        path = request.path(),
        status = status,
        ms = elapsed.as_micros() as f64 / 1000.0;
        "request"
    );
}

/// The route as a label from a closed set: the pattern, with the endpoint's name where a resource type has it.
fn route(request: &HttpRequest, caller: Option<&Caller>) -> String {
    let Some(pattern) = request.match_pattern() else {
        return "unknown".to_owned();
    };
    let endpoint = request.match_info().get("endpoint");
    let known = endpoint
        .zip(caller)
        .filter(|(endpoint, caller)| caller.tenancy.registry.at_endpoint(endpoint).is_ok());
    match known {
        Some((endpoint, _)) => pattern.replace("{endpoint}", endpoint),
        None => pattern,
    }
}
