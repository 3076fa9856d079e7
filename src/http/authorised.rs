//! What a handler takes from a request: the caller with sufficient scopes, the resource type, the query.

use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT, IF_MATCH, IF_NONE_MATCH};
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, HttpResponse, web};
use percent_encoding::percent_decode_str;
use scim::ScimError;
use scim::discovery::Discovery;
use scim::etag::Preconditions;
use scim::profile::Rule;
use scim::projection::Projection;
use scim::query::Parameters;
use scim::quote::quoted;
use scim::registry::Registry;
use scim::resource_type::ResourceType;

use super::accept;
use super::app::App;
use super::failure::Failure;
use super::respond::body;
use super::shown_method::shown_method;
use super::suggestion::suggestion;
use crate::auth::Refusal;
use crate::service::{self, Call, Caller, Request, Scope};

/// The kind of access that a handler needs.
pub(super) trait Access {
    const NEEDED: Option<Scope>;
    /// Whether the answer may be a stream of events.
    const STREAMS: bool = false;
}
/// Discovery: every caller that the guard admitted.
pub(super) struct Discover;
/// Reading resources.
pub(super) struct Read;
/// Reading the feed.
pub(super) struct Follow;
/// Writing resources.
pub(super) struct Write;
/// Writing schemas and resource types. Only administrators may do it.
pub(super) struct Define;
impl Access for Discover {
    const NEEDED: Option<Scope> = None;
}
impl Access for Read {
    const NEEDED: Option<Scope> = Some(Scope::Read);
}
impl Access for Follow {
    const NEEDED: Option<Scope> = Some(Scope::Read);
    const STREAMS: bool = true;
}
impl Access for Write {
    const NEEDED: Option<Scope> = Some(Scope::Write);
}
impl Access for Define {
    const NEEDED: Option<Scope> = Some(Scope::Admin);
}

/// An authorised request.
pub(super) struct Authorised<A> {
    pub(super) app: web::Data<App>,
    pub(super) call: Call,
    request: HttpRequest,
    access: PhantomData<A>,
}

impl<A: Access> FromRequest for Authorised<A> {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}

impl<A: Access> Authorised<A> {
    fn of(request: &HttpRequest) -> Result<Self, Failure> {
        let call = request.extensions().get::<Call>().cloned();
        let call = call.ok_or(Refusal::NO_TOKEN)?;
        check_access(A::NEEDED, &call.caller, request)?;
        let app = request.app_data::<web::Data<App>>().cloned();
        let authorised = Self {
            app: app.ok_or(Failure::Fault("the application is missing"))?,
            call,
            request: request.clone(),
            access: PhantomData,
        };
        authorised.check_accept()?;
        Ok(authorised)
    }

    /// Checks `Accept`. A header without any JSON type is answered with JSON all the same, unless the rule is off.
    fn check_accept(&self) -> Result<(), Failure> {
        let accept = self.header(ACCEPT);
        let takes_json = accept.is_none_or(|accept| accept::takes_json(&accept));
        if takes_json || self.wants_stream() || self.call.leniency.allows(Rule::AnyAccept) {
            Ok(())
        } else {
            Err(Failure::NotAcceptable)
        }
    }

    /// Whether the answer is to be a stream of events.
    pub(super) fn wants_stream(&self) -> bool {
        let accept = self.header(ACCEPT).filter(|_| A::STREAMS);
        accept.is_some_and(|accept| accept::prefers_stream(&accept))
    }

    /// The refusal, when the caller lacks this scope.
    pub(super) fn refusal(&self, needed: Scope) -> Option<Failure> {
        check_scope(&self.call.caller, needed).err()
    }

    /// A header. Several headers of one name are joined.
    pub(super) fn header(&self, name: actix_web::http::header::HeaderName) -> Option<String> {
        // A value that is not text does not remove the header: a condition then matches no version, instead of not
        // being checked.
        let values: Vec<_> = self
            .request
            .headers()
            .get_all(name)
            .map(|value| String::from_utf8_lossy(value.as_bytes()))
            .collect();
        (!values.is_empty()).then(|| values.join(", "))
    }

    /// A path parameter, decoded. A parameter that is not UTF-8 is answered like an unknown path.
    pub(super) fn path(&self, name: &str) -> Result<String, ScimError> {
        let raw = self.request.match_info().get(name).unwrap_or_default();
        let decoded = percent_decode_str(raw)
            .decode_utf8()
            .map_err(|_| ScimError::UnknownEndpoint)?;
        Ok(decoded.into_owned())
    }

    /// The type at the endpoint in the path.
    ///
    /// Errors: 404, with the path that was probably meant.
    pub(super) fn resource_type(&self) -> Result<Arc<ResourceType>, Failure> {
        let registry = &self.call.tenancy.registry;
        let found = registry.at_endpoint(&self.path("endpoint")?);
        let found = found.map(Arc::clone).map_err(|_| Failure::Nowhere {
            meant: suggestion(self.request.path(), registry),
        })?;
        // Before the query is looked at.
        self.call.caller.check_reach(&found.name)?;
        Ok(found)
    }

    /// Discovery as the caller sees it.
    pub(super) fn discovery(&self) -> Discovery<'_> {
        self.discovery_of(&self.call.tenancy.registry)
    }

    /// Discovery as the caller sees it, over other definitions.
    pub(super) fn discovery_of<'a>(&'a self, registry: &'a Registry) -> Discovery<'a> {
        Discovery {
            registry,
            base: &self.call.tenancy.base,
            rules: self.call.leniency.rules(),
        }
    }

    /// Every resource type of the tenant: a query at the root is over all of them.
    ///
    /// Errors: 403 for a caller who does not reach all.
    pub(super) fn resource_types(&self) -> Result<Vec<Arc<ResourceType>>, Failure> {
        self.call.caller.check_reach_of_all()?;
        Ok(self.call.tenancy.registry.resource_types().to_vec())
    }

    /// A page of a list over these types.
    pub(super) async fn list(
        &self,
        resource_types: Vec<Arc<ResourceType>>,
        parameters: Parameters,
    ) -> Result<HttpResponse, Failure> {
        let requests = resource_types
            .into_iter()
            .map(|resource_type| self.request(resource_type, &parameters))
            .collect::<Result<Vec<_>, _>>()?;
        let call = self.call.clone();
        let page = service::list(&self.app.service, call, requests, parameters).await?;
        Ok(body(StatusCode::OK, page, &self.app.service))
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
        Parameters::new(
            decoded.collect::<Result<_, ScimError>>()?,
            &self.call.leniency,
        )
    }

    /// The service's view of the request.
    pub(super) fn request(
        &self,
        resource_type: Arc<ResourceType>,
        parameters: &Parameters,
    ) -> Result<Request, Failure> {
        let projection = Projection::parse(
            parameters.get("attributes"),
            parameters.get("excludedAttributes"),
            &resource_type,
            &self.call.leniency,
        )?;
        Ok(Request::new(self.call.clone(), resource_type, projection)?)
    }

    /// The conditional headers.
    pub(super) fn conditions(&self) -> Preconditions {
        Preconditions::parse(
            self.header(IF_MATCH).as_deref(),
            self.header(IF_NONE_MATCH).as_deref(),
        )
    }
}

/// Errors: 401 for an anonymous caller, 403 for one without the scope; 405 where only administrators write.
fn check_access(
    needed: Option<Scope>,
    caller: &Caller,
    request: &HttpRequest,
) -> Result<(), Failure> {
    match needed {
        None => Ok(()),
        Some(needed) if caller.scopes.has(needed) => Ok(()),
        Some(Scope::Admin) => Err(ScimError::MethodNotAllowed {
            method: shown_method(request.method()).to_owned(),
            allow: "GET, HEAD",
        }
        .into()),
        Some(_) if caller.is_anonymous() => Err(Refusal::NO_TOKEN.into()),
        Some(needed) => check_scope(caller, needed),
    }
}

fn check_scope(caller: &Caller, needed: Scope) -> Result<(), Failure> {
    if caller.scopes.has(needed) {
        return Ok(());
    }
    Err(Failure::InsufficientScope { needed })
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
        _ => ScimError::InvalidSyntax(format!("the query parameter {} is not UTF-8", quoted(name))),
    }
}
