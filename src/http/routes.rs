//! Maps paths and methods to handlers.

use std::sync::Arc;

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::from_fn;
use actix_web::{
    Error, FromRequest, Handler, HttpMessage as _, HttpRequest, HttpResponse, Resource, Responder,
    web,
};
use scim::ScimError;

use super::authorised::{Authorised, Discover};
use super::base_path::{BASE_PATH, tenant_pattern};
use super::failure::Failure;
use super::shown_method::shown_method;
use super::suggestion::suggestion;
use super::{
    access, bulk, definitions, discovery, docs, feed, health, me, patience, resources, search,
    welcome,
};
use crate::service::{Call, Scope, Settings, standard_registry};

const READS: &str = "GET, HEAD";
const POSTS: &str = "POST";
const COLLECTION: &str = "GET, HEAD, POST";
const DEFINITION: &str = "GET, HEAD, PUT, DELETE";
const MEMBER: &str = "GET, HEAD, PUT, PATCH, DELETE";

/// Every route of the server.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    // Routes are tried in this order, and those with a name in braces are regular expressions.
    config
        .service(
            web::scope(BASE_PATH)
                .wrap(from_fn(patience::limited))
                .configure(scim),
        )
        .service(open("/", welcome::welcome))
        .service(open("/livez", health::livez))
        .service(open("/readyz", health::readyz))
        .service(open("/metrics", health::metrics))
        .service(open("/openapi.json", docs::description))
        .service(open("/docs", docs::page))
        .service(open("/docs/{file}", docs::file))
        .service(
            web::scope(&tenant_pattern())
                .wrap(from_fn(patience::limited))
                .configure(scim),
        )
        .default_service(web::to(nowhere));
}

/// The routes below a SCIM base. Discovery has its own guard. One guard protects all other paths, known or not.
fn scim(config: &mut web::ServiceConfig) {
    config.configure(discovery_routes).service(
        web::scope("")
            .wrap(from_fn(access::guard))
            .configure(message_routes)
            .configure(resource_routes)
            .default_service(web::to(nowhere)),
    );
}

/// `/ServiceProviderConfig`, `/ResourceTypes`, `/Schemas`. Administrators write the last two.
fn discovery_routes(config: &mut web::ServiceConfig) {
    let resource_types = readable(web::resource("/ResourceTypes"), discovery::resource_types)
        .route(web::post().to(definitions::add_resource_type));
    let resource_type = readable(
        web::resource("/ResourceTypes/{id}"),
        discovery::resource_type,
    )
    .route(web::put().to(definitions::replace_resource_type))
    .route(web::delete().to(definitions::remove_resource_type));
    let schemas = readable(web::resource("/Schemas"), discovery::schemas)
        .route(web::post().to(definitions::add_schema));
    let schema = readable(web::resource("/Schemas/{id}"), discovery::schema)
        .route(web::put().to(definitions::replace_schema))
        .route(web::delete().to(definitions::remove_schema));
    // SCIM 1.1 had the plural, and clients still ask for it.
    let provider = readable(
        web::resource(["/ServiceProviderConfig", "/ServiceProviderConfigs"]),
        discovery::service_provider_config,
    );
    config
        .service(discoverable(provider, READS))
        .service(discoverable(resource_types, COLLECTION))
        .service(discoverable(resource_type, DEFINITION))
        .service(discoverable(schemas, COLLECTION))
        .service(discoverable(schema, DEFINITION));
}

/// The root, `/Bulk`, `/Me`, `/.search` and `/feed`.
fn message_routes(config: &mut web::ServiceConfig) {
    let root = readable(web::resource(["", "/"]), search::root).default_service(only(READS));
    let bulk = web::resource("/Bulk")
        .route(web::post().to(bulk::bulk))
        .default_service(web::to(bulk::other_method));
    let me = readable(web::resource("/Me"), me::get)
        .route(web::put().to(me::replace))
        .route(web::patch().to(me::patch))
        .route(web::delete().to(me::delete))
        .route(web::post().to(me::create))
        .default_service(only(MEMBER));
    let search_root = web::resource("/.search")
        .route(web::post().to(search::search_root))
        .default_service(only(POSTS));
    let feed = web::resource("/feed")
        .route(web::get().to(feed::feed))
        .route(web::head().to(feed::head))
        .default_service(only(READS));
    config
        .service(root)
        .service(feed)
        .service(bulk)
        .service(me)
        .service(search_root);
}

/// The endpoints of resource types.
fn resource_routes(config: &mut web::ServiceConfig) {
    let search = web::resource("/{endpoint}/.search")
        .route(web::post().to(search::search))
        .default_service(web::to(search_method));
    let collection = readable(web::resource("/{endpoint}"), resources::list)
        .route(web::post().to(resources::create))
        .default_service(web::to(collection_method));
    let member = readable(web::resource("/{endpoint}/{id}"), resources::get)
        .route(web::put().to(resources::replace))
        .route(web::patch().to(resources::patch))
        .route(web::delete().to(resources::delete))
        .default_service(web::to(member_method));
    config.service(search).service(collection).service(member);
}

/// A path with GET, and HEAD beside it.
fn readable<F, Args>(path: Resource, handler: F) -> Resource
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    path.route(web::get().to(handler.clone()))
        .route(web::head().to(handler))
}

/// A path that needs no token.
fn open<F, Args>(path: &str, handler: F) -> Resource
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    readable(web::resource(path), handler).default_service(only(READS))
}

/// A path of discovery. `offered` names the methods of administrators. All other callers may only read.
fn discoverable(
    resource: Resource,
    offered: &'static str,
) -> Resource<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<BoxBody>,
        Error = Error,
        InitError = (),
    > + use<>,
> {
    let refuse = move |asked: Authorised<Discover>, request: HttpRequest| async move {
        let administers = asked.call.caller.scopes.has(Scope::Admin);
        refuse(&request, if administers { offered } else { READS })
    };
    resource
        .default_service(web::to(refuse))
        .wrap(from_fn(access::guard_discovery))
}

type Answer = Result<HttpResponse, Failure>;

/// Refuses all methods except `allow`.
fn only(allow: &'static str) -> actix_web::Route {
    web::to(move |request: HttpRequest| async move { refuse(&request, allow) })
}

fn refuse(request: &HttpRequest, allow: &'static str) -> Answer {
    Err(ScimError::MethodNotAllowed {
        method: shown_method(request.method()).to_owned(),
        allow,
    }
    .into())
}

async fn collection_method(asked: Authorised<Discover>, request: HttpRequest) -> Answer {
    let allow = offered(&asked, COLLECTION)?;
    refuse(&request, allow)
}

async fn member_method(asked: Authorised<Discover>, request: HttpRequest) -> Answer {
    let allow = offered(&asked, MEMBER)?;
    refuse(&request, allow)
}

/// The methods that the caller may use at the endpoint in the path, out of `all`.
fn offered(asked: &Authorised<Discover>, all: &'static str) -> Result<&'static str, Failure> {
    let caller = &asked.call.caller;
    let may_write = caller.may_write(&*asked.resource_type()?);
    Ok(if may_write { all } else { READS })
}

async fn search_method(asked: Authorised<Discover>, request: HttpRequest) -> Answer {
    asked.resource_type()?;
    refuse(&request, POSTS)
}

/// Answers an unknown path. A segment that looks like another protocol version gets its own error (RFC 7644 §3.13).
async fn nowhere(request: HttpRequest) -> Answer {
    let mut segments = request
        .path()
        .split('/')
        .skip_while(|segment| *segment != "scim")
        .skip(1);
    let version = segments.next().filter(|segment| {
        let digits = segment.strip_prefix(['v', 'V']).unwrap_or_default();
        *segment != "v2" && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    match version {
        Some(version) => {
            let version = version.chars().take(20).collect();
            Err(ScimError::InvalidVersion(version).into())
        }
        None => Err(unknown(&request)),
    }
}

/// Says that nothing is served here, and where it probably is. Without a token it knows only what every tenant has.
fn unknown(request: &HttpRequest) -> Failure {
    let registry = match request.extensions().get::<Call>() {
        Some(call) => Arc::clone(&call.tenancy.registry),
        None => standard_registry(&Settings::default()),
    };
    Failure::Nowhere {
        meant: suggestion(request.path(), &registry),
    }
}
