//! Authentication as a wrapper: a handler only sees requests with a valid credential.

use std::sync::Arc;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, HttpResponse, web};
use scim::ScimError;
use scim::profile::Rule;
use scim::representation::BaseUrl;

use super::again::Again;
use super::app::App;
use super::base_path::base_url;
use super::failure::Failure;
use super::request_id;
use crate::auth::{Allowance, Counted, Origin, Refusal, Scheme, Source, authenticate};
use crate::service::{Admission, Call, Caller, Refused, StoreError, Tenancy};

/// Admits requests with a token.
///
/// A credential may be remembered. A statement of the request then proves that it still holds. Where no statement does, or
/// the credential or its tenant have changed, this finds out before anybody sees the answer, and the request runs again.
pub(super) async fn guard(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let bytes_max = app(&request).map_or(0, |app| app.limits.bytes_max());
    let again = Again::of(&mut request, bytes_max);
    let call = identify(&request, Source::Memory).await;
    let admission = call.as_ref().ok().map(|call| Arc::clone(&call.admission));
    let service = app(&request).map(|app| app.service.clone());
    let response = admit(call, request, &next).await?;
    let (Some(admission), Ok(service)) = (admission, service) else {
        return Ok(response);
    };
    // The client would get as long again for its body.
    if response.status() == StatusCode::REQUEST_TIMEOUT {
        return Ok(response);
    }
    match service.prove(&admission).await {
        Ok(()) => Ok(response),
        Err(StoreError::Unproven) => {
            log::debug!("a credential or its tenant has changed; the request runs again");
            let is_possible = again.is_possible();
            let request = again.request(response);
            let call = identify(&request, Source::Database).await;
            if call.is_ok() && !is_possible {
                let too_large = ScimError::TooLarge {
                    what: "the body",
                    limit: format!("{bytes_max} bytes"),
                };
                return Ok(request.error_response(Failure::from(too_large)));
            }
            admit(call, request, &next).await
        }
        // It tells already what has failed, and perhaps that nobody knows what was written.
        Err(_) if response.status().is_server_error() => Ok(response),
        Err(error) => {
            let (request, _) = response.into_parts();
            let failure = HttpResponse::from_error(Failure::from(error));
            Ok(ServiceResponse::new(request, failure))
        }
    }
}

/// Admits requests with a token, and all requests where discovery is public. A wrong token is refused even there.
pub(super) async fn guard_discovery(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let anonymous = !request.headers().contains_key(AUTHORIZATION);
    let call = match app(&request) {
        Ok(app) if app.public_discovery && anonymous => Ok(anonymous_call(&request, &app)),
        // Administrators change definitions here, and such a change proves nothing.
        Ok(_) => identify(&request, Source::Database).await,
        Err(error) => Err(error),
    };
    admit(call, request, &next).await
}

/// Passes the call on, or answers. A refusal is a response and not an `Err`, so that it is logged like any other.
async fn admit(
    call: Result<Call, Failure>,
    request: ServiceRequest,
    next: &Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let call = match call {
        Ok(call) => call,
        Err(failure) => {
            note(&request, &failure);
            return Ok(request.error_response(failure));
        }
    };
    let counted = count(&request, &call);
    request.extensions_mut().insert(call);
    let Some(Counted { allowance, refusal }) = counted else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    let mut response = match refusal {
        Some(too_many) => request.error_response(Failure::TooMany(too_many)),
        None => next.call(request).await?.map_into_boxed_body(),
    };
    tell(allowance, response.headers_mut());
    Ok(response)
}

/// Notes a refused authentication for the audit.
fn note(request: &ServiceRequest, failure: &Failure) {
    let (Failure::Refused(refusal), Ok(app)) = (failure, app(request)) else {
        return;
    };
    let refused = Refused {
        tenant: refusal.tenant().map(str::to_owned),
        cause: refusal.cause_word(),
        key_id: refusal.known_key_id().map(str::to_owned),
        address: app.proxies.client(request.request()),
    };
    let now_ms = app.service.clock.now_ms();
    let request_id = request_id::of(request.request());
    app.auditor.refused(refused, &request_id, now_ms);
}

/// Counts the request where there is a limit. Anonymous callers are not counted.
fn count(request: &ServiceRequest, call: &Call) -> Option<Counted> {
    let app = app(request).ok()?;
    let limit = app.rate_limit.as_ref()?;
    let caller = &call.caller;
    (!caller.is_anonymous()).then(|| limit.count(call.tenancy.tenant, &caller.key_id))
}

/// Tells the client how many requests are left. Some clients then slow down by themselves.
fn tell(allowance: Allowance, headers: &mut HeaderMap) {
    let told = [
        ("x-rate-limit-limit", u64::from(allowance.burst)),
        ("x-rate-limit-remaining", u64::from(allowance.remaining)),
        ("x-rate-limit-reset", allowance.reset_s),
    ];
    for (name, value) in told {
        headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
    }
}

fn app(request: &ServiceRequest) -> Result<web::Data<App>, Failure> {
    let app = request.app_data::<web::Data<App>>().cloned();
    app.ok_or(Failure::Fault("the application is missing"))
}

async fn identify(request: &ServiceRequest, source: Source) -> Result<Call, Failure> {
    let app = app(request)?;
    let headers: Vec<&str> = request
        .headers()
        .get_all(AUTHORIZATION)
        .map(|value| value.to_str().unwrap_or_default())
        .collect();
    let named = slug_in_path(request);
    let origin = Origin {
        address: app.proxies.client(request.request()),
        slug: named.as_deref(),
    };
    let admitted = authenticate(&app.service, &app.keeper, &headers, origin, source).await?;
    if named
        .as_ref()
        .is_some_and(|slug| *slug != admitted.tenant.slug)
    {
        if !admitted.admission.is_proven() {
            // Only what was read refuses anybody.
            return Box::pin(identify(request, Source::Database)).await;
        }
        // The answer is the same whether that tenant exists or not.
        let refusal = Refusal::OTHER_TENANT.of_key(&admitted.caller.key_id);
        return Err(refusal.of_tenant(&admitted.tenant.slug).into());
    }
    let base = BaseUrl::new(base_url(&app.public_url, named.as_deref()));
    let tenancy = app
        .service
        .tenancy(&admitted.tenant, admitted.settings, base);
    let request_id = request_id::of(request.request());
    let tenancy = tenancy.await?;
    let call = Call::new(tenancy, admitted.caller, admitted.admission, request_id);
    if admitted.scheme == Scheme::Bare {
        call.leniency.allows(Rule::BareToken);
    }
    Ok(call)
}

fn slug_in_path(request: &ServiceRequest) -> Option<String> {
    request.match_info().get("slug").map(str::to_owned)
}

/// The call of an anonymous client: it sees what every new tenant has, at the base URL that the request used.
fn anonymous_call(request: &ServiceRequest, app: &App) -> Call {
    let base = base_url(&app.public_url, slug_in_path(request).as_deref());
    let tenancy = Tenancy::of_nobody(BaseUrl::new(base));
    let admission = Admission::without_credential(tenancy.tenant);
    Call::new(
        tenancy,
        Caller::default(),
        admission,
        request_id::of(request.request()),
    )
}
