//! Authentication as a wrapper: what stands inside it is closed to everybody who is not let in.

use std::sync::Arc;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, ResponseError as _, web};

use super::App;
use super::observe::RequestId;
use crate::auth::{Allowance, Counted, Identity, Scheme, Scope, authenticate};
use scim::ScimError;
use scim::profile::Rule;
use scim::registry::Registry;
use scim::representation::BaseUrl;
use crate::service::{Settings, Tenancy};

/// Who is calling, as the wrapper leaves it for the handlers.
#[derive(Clone)]
pub(super) struct Caller {
    /// The tenant; of an anonymous caller, one that owns nothing.
    pub(super) tenancy: Arc<Tenancy>,
    /// What the caller may do; `None` is nothing but discovery.
    pub(super) scope: Option<Scope>,
}

/// Lets in who has a token.
pub(super) async fn guard(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let caller = identify(&request).await;
    admit(caller, request, next).await
}

/// Lets in who has a token, and everybody where discovery is public. A wrong token is refused all the same.
pub(super) async fn guard_discovery(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let anonymous = !request.headers().contains_key(AUTHORIZATION);
    let caller = match app(&request) {
        Ok(app) if app.public_discovery && anonymous => Ok(nobody(&request, &app)),
        Ok(_) => identify(&request).await,
        Err(error) => Err(error),
    };
    admit(caller, request, next).await
}

/// Goes on with the caller, or answers. A refusal is a response and not an `Err`, so that it is logged like any other.
async fn admit(
    caller: Result<Caller, ScimError>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    match caller {
        Ok(caller) => {
            let counted = count(&request, &caller);
            request.extensions_mut().insert(caller);
            let refusal = counted
                .as_ref()
                .and_then(|counted| counted.refusal.as_ref());
            let mut response = match refusal {
                Some(refusal) => request.into_response(refusal.error_response()),
                None => next.call(request).await?.map_into_boxed_body(),
            };
            if let Some(counted) = counted {
                tell(counted.allowance, response.headers_mut());
            }
            Ok(response)
        }
        Err(error) => Ok(request.into_response(error.error_response())),
    }
}

/// Counts the request where there is a limit. Who is nobody has none of their own.
fn count(request: &ServiceRequest, caller: &Caller) -> Option<Counted> {
    let app = app(request).ok()?;
    let limit = app.rate_limit.as_ref()?;
    caller.scope?;
    let tenancy = &caller.tenancy;
    Some(limit.count(tenancy.tenant, &tenancy.principal.key_id))
}

/// Some clients slow down by themselves when they are told how much is left.
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

fn app(request: &ServiceRequest) -> Result<web::Data<App>, ScimError> {
    request
        .app_data::<web::Data<App>>()
        .cloned()
        .ok_or_else(|| ScimError::Internal {
            reference: "no app".into(),
        })
}

async fn identify(request: &ServiceRequest) -> Result<Caller, ScimError> {
    let app = app(request)?;
    let reference = RequestId::of(request.request());
    let headers: Vec<&str> = request
        .headers()
        .get_all(AUTHORIZATION)
        .map(|value| value.to_str().unwrap_or_default())
        .collect();
    let now_ms = app.service.clock.now_ms();
    let identity = authenticate(&app.service.store, &app.uses, &headers, now_ms)
        .await
        .map_err(|error| error.into_scim(&reference))?;
    let settings = Settings::read(&identity.tenant.settings);
    // First, so that a token tells nothing where it may not be sent so.
    if !accepts(&settings, identity.scheme) {
        return Err(identity.scheme.refusal());
    }
    let named = slug_in_path(request);
    if named
        .as_ref()
        .is_some_and(|slug| *slug != identity.tenant.slug)
    {
        // The same answer whether that tenant exists or not.
        return Err(ScimError::Unauthenticated {
            detail: "the token does not belong to the tenant in the path",
            invalid_token: true,
        });
    }
    let registries = &app.service.registries;
    let registry = registries
        .of(&app.service.store, &identity.tenant, &settings)
        .await
        .map_err(|error| error.into_scim(&reference))?;
    let scheme = identity.scheme;
    let caller = caller(identity, settings, registry, &app, named.is_some());
    if scheme == Scheme::Bare {
        caller.tenancy.leniency.allows(Rule::BareToken);
    }
    Ok(caller)
}

/// Whether tokens of the tenant may be sent so.
fn accepts(settings: &Settings, scheme: Scheme) -> bool {
    match scheme {
        Scheme::Bearer => true,
        Scheme::Basic => settings.rules().has(Rule::BasicCredentials),
        Scheme::Bare => settings.rules().has(Rule::BareToken),
    }
}

fn slug_in_path(request: &ServiceRequest) -> Option<String> {
    request.match_info().get("slug").map(str::to_owned)
}

fn caller(
    identity: Identity,
    settings: Settings,
    registry: Arc<Registry>,
    app: &App,
    explicit: bool,
) -> Caller {
    let slug = &identity.tenant.slug;
    let base = if explicit {
        format!("{}/t/{slug}/scim/v2", app.public_url)
    } else {
        format!("{}/scim/v2", app.public_url)
    };
    let tenancy = Tenancy::new(
        &identity.tenant,
        identity.principal,
        settings,
        registry,
        BaseUrl::new(base),
    );
    Caller {
        tenancy: Arc::new(tenancy),
        scope: Some(identity.scope),
    }
}

/// An anonymous caller sees what every new tenant has, at the base URL the request used.
fn nobody(request: &ServiceRequest, app: &App) -> Caller {
    let base = match slug_in_path(request) {
        Some(slug) => format!("{}/t/{slug}/scim/v2", app.public_url),
        None => format!("{}/scim/v2", app.public_url),
    };
    let tenancy = Tenancy::of_nobody(BaseUrl::new(base));
    Caller {
        tenancy: Arc::new(tenancy),
        scope: None,
    }
}
