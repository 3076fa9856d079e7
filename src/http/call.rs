//! What a handler asks of a request: the caller with enough scope, the resource type, the query.

use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT, IF_MATCH, IF_NONE_MATCH};
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, HttpResponse, web};
use percent_encoding::percent_decode_str;

use super::App;
use super::access::Caller;
use super::observe::RequestId;
use super::respond::json;
use crate::auth::Scope;
use scim::ScimError;
use scim::discovery::Discovery;
use scim::etag::Preconditions;
use scim::profile::Rule;
use scim::projection::Projection;
use scim::query::Parameters;
use scim::registry::Registry;
use scim::resource_type::ResourceType;
use crate::service::{self, Request, Tenancy};
use crate::store::StoreError;

/// What a handler needs the caller to be allowed.
pub(super) trait Access {
    const NEEDED: Option<Scope>;
}
/// Discovery: whoever the wrapper let in.
pub(super) struct Discover;
/// Reading resources.
pub(super) struct Read;
/// Writing resources.
pub(super) struct Write;
/// Writing schemas and resource types; read-only to everybody but who administers the tenant.
pub(super) struct Define;
impl Access for Discover {
    const NEEDED: Option<Scope> = None;
}
impl Access for Read {
    const NEEDED: Option<Scope> = Some(Scope::Read);
}
impl Access for Write {
    const NEEDED: Option<Scope> = Some(Scope::Write);
}
impl Access for Define {
    const NEEDED: Option<Scope> = Some(Scope::Admin);
}

/// An authorised request.
pub(super) struct Call<A> {
    pub(super) app: web::Data<App>,
    pub(super) tenancy: Arc<Tenancy>,
    scope: Option<Scope>,
    request: HttpRequest,
    access: PhantomData<A>,
}

impl<A: Access> FromRequest for Call<A> {
    type Error = ScimError;
    type Future = Ready<Result<Self, ScimError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::authorised(request))
    }
}

impl<A: Access> Call<A> {
    fn authorised(request: &HttpRequest) -> Result<Self, ScimError> {
        let caller = request.extensions().get::<Caller>().cloned();
        let denied = ScimError::Unauthenticated {
            detail: "a bearer token is needed",
            invalid_token: false,
        };
        let caller = caller.ok_or(denied.clone())?;
        match (A::NEEDED, caller.scope) {
            (None, _) => {}
            (Some(needed), Some(held)) if held >= needed => {}
            (Some(Scope::Admin), _) => {
                return Err(ScimError::MethodNotAllowed {
                    method: request.method().to_string(),
                    allow: "GET, HEAD",
                });
            }
            (Some(_), None) => return Err(denied),
            (Some(needed), held) => check_scope(held, needed)?,
        }
        let app = request.app_data::<web::Data<App>>().cloned();
        let app = app.ok_or_else(|| ScimError::Internal {
            reference: "no app".into(),
        })?;
        let call = Self {
            app,
            tenancy: caller.tenancy,
            scope: caller.scope,
            request: request.clone(),
            access: PhantomData,
        };
        call.check_accept()?;
        Ok(call)
    }

    /// An `Accept` without any JSON type is answered with JSON all the same, unless the rule is off.
    fn check_accept(&self) -> Result<(), ScimError> {
        let Some(accept) = self.header(ACCEPT) else {
            return Ok(());
        };
        let takes_json = accept.split(',').any(|range| {
            let media = range
                .split(';')
                .next()
                .unwrap_or_default()
                .trim()
                .to_ascii_lowercase();
            [
                "*/*",
                "application/*",
                "application/json",
                "application/scim+json",
            ]
            .contains(&media.as_str())
        });
        if takes_json || self.tenancy.leniency.allows(Rule::AnyAccept) {
            Ok(())
        } else {
            Err(ScimError::NotAcceptable)
        }
    }

    /// Why the caller may not do more than `A` asks for, if so.
    pub(super) fn refusal(&self, needed: Scope) -> Option<ScimError> {
        check_scope(self.scope, needed).err()
    }

    /// The id that the log knows the request by.
    pub(super) fn reference(&self) -> String {
        RequestId::of(&self.request)
    }

    /// A header, several of one name joined.
    pub(super) fn header(&self, name: actix_web::http::header::HeaderName) -> Option<String> {
        // What is no text is no reason to do without the header: it then says something that nothing matches.
        let values: Vec<_> = self
            .request
            .headers()
            .get_all(name)
            .map(|value| String::from_utf8_lossy(value.as_bytes()))
            .collect();
        (!values.is_empty()).then(|| values.join(", "))
    }

    /// A path parameter, decoded. What is no UTF-8 names nothing.
    pub(super) fn path(&self, name: &str) -> Result<String, ScimError> {
        let raw = self.request.match_info().get(name).unwrap_or_default();
        let decoded = percent_decode_str(raw)
            .decode_utf8()
            .map_err(|_| ScimError::UnknownEndpoint)?;
        Ok(decoded.into_owned())
    }

    /// The type at the endpoint in the path.
    pub(super) fn resource_type(&self) -> Result<Arc<ResourceType>, ScimError> {
        self.tenancy
            .registry
            .at_endpoint(&self.path("endpoint")?)
            .map(Arc::clone)
    }

    /// What discovery shows the caller.
    pub(super) fn discovery(&self) -> Discovery<'_> {
        self.discovery_of(&self.tenancy.registry)
    }

    /// The same over other definitions.
    pub(super) fn discovery_of<'a>(&'a self, registry: &'a Registry) -> Discovery<'a> {
        Discovery {
            registry,
            base: &self.tenancy.base,
            rules: self.tenancy.leniency.rules(),
        }
    }

    /// Every type of the tenant: what a query at the root is over.
    pub(super) fn resource_types(&self) -> Vec<Arc<ResourceType>> {
        self.tenancy.registry.resource_types().to_vec()
    }

    /// A page of a list over these types.
    pub(super) async fn list(
        &self,
        resource_types: Vec<Arc<ResourceType>>,
        parameters: Parameters,
    ) -> Result<HttpResponse, ScimError> {
        let requests = resource_types
            .into_iter()
            .map(|resource_type| self.service_request(resource_type, &parameters))
            .collect::<Result<Vec<_>, _>>()?;
        let tenancy = Arc::clone(&self.tenancy);
        let page = service::list(&self.app.service, tenancy, requests, parameters).await;
        let page = page.map_err(|error| self.fail(error))?;
        Ok(json(StatusCode::OK, &page))
    }

    /// The query, decoded.
    pub(super) fn parameters(&self) -> Result<Parameters, ScimError> {
        let pairs = self
            .request
            .query_string()
            .split('&')
            .filter(|pair| !pair.is_empty());
        let decoded = pairs.map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decode(name).ok_or_else(|| not_utf8("query"))?;
            let value = decode(value).ok_or_else(|| not_utf8(&name))?;
            Ok((name, value))
        });
        Parameters::new(decoded.collect::<Result<_, ScimError>>()?)
    }

    /// The service's view of the request.
    pub(super) fn service_request(
        &self,
        resource_type: Arc<ResourceType>,
        parameters: &Parameters,
    ) -> Result<Request, ScimError> {
        let projection = Projection::parse(
            parameters.get("attributes"),
            parameters.get("excludedAttributes"),
            &resource_type,
            &self.tenancy.leniency,
        )?;
        Ok(Request {
            tenancy: Arc::clone(&self.tenancy),
            resource_type,
            projection,
        })
    }

    /// The conditional headers.
    pub(super) fn conditions(&self) -> Preconditions {
        Preconditions::parse(
            self.header(IF_MATCH).as_deref(),
            self.header(IF_NONE_MATCH).as_deref(),
        )
    }

    /// The protocol's words for a failure, its cause logged under this request's id.
    pub(super) fn fail(&self, error: StoreError) -> ScimError {
        error.into_scim(&self.reference())
    }
}

/// No scope is less than any.
fn check_scope(held: Option<Scope>, needed: Scope) -> Result<(), ScimError> {
    if held >= Some(needed) {
        return Ok(());
    }
    Err(ScimError::InsufficientScope {
        needed: needed.as_str(),
    })
}

/// Decodes a query part once; `+` is a blank.
fn decode(text: &str) -> Option<String> {
    let text = text.replace('+', " ");
    percent_decode_str(&text)
        .decode_utf8()
        .ok()
        .map(std::borrow::Cow::into_owned)
}

fn not_utf8(name: &str) -> ScimError {
    match name {
        "filter" => ScimError::InvalidFilter("the text is not UTF-8".into()),
        _ => ScimError::invalid_value(name, "is not UTF-8"),
    }
}
