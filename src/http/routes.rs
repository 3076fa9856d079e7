//! Which path and method leads where.

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::{
    Error, FromRequest, Handler, HttpRequest, HttpResponse, Resource, Responder, guard, web,
};

use super::call::{Call, Discover};
use super::{access, bulk, definitions, discovery, docs, health, me, resources, search};
use scim::ScimError;

const READS: &str = "GET, HEAD";
const POSTS: &str = "POST";
const COLLECTION: &str = "GET, HEAD, POST";
const DEFINITION: &str = "GET, HEAD, PUT, DELETE";
const MEMBER: &str = "GET, HEAD, PUT, PATCH, DELETE";

/// Every route of the server.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    config
        .service(open("/livez", health::livez))
        .service(open("/readyz", health::readyz))
        .service(open("/metrics", health::metrics))
        .service(open("/openapi.json", docs::description))
        .service(open("/docs", docs::page))
        .service(open("/docs/{file}", docs::file))
        .service(web::scope("/t/{slug}/scim/v2").configure(scim))
        .service(web::scope("/scim/v2").configure(scim))
        .default_service(web::to(nowhere));
}

/// The routes below a SCIM base. Discovery has a guard of its own; everything else, known or not, is behind the other.
fn scim(config: &mut web::ServiceConfig) {
    config
        .service(reading(
            "/ServiceProviderConfig",
            READS,
            web::get().to(discovery::service_provider_config),
            web::head().to(discovery::service_provider_config),
        ))
        .service(
            reading(
                "/ResourceTypes",
                COLLECTION,
                web::get().to(discovery::resource_types),
                web::head().to(discovery::resource_types),
            )
            .route(web::post().to(definitions::add_resource_type)),
        )
        .service(
            reading(
                "/ResourceTypes/{id}",
                DEFINITION,
                web::get().to(discovery::resource_type),
                web::head().to(discovery::resource_type),
            )
            .route(web::put().to(definitions::replace_resource_type))
            .route(web::delete().to(definitions::remove_resource_type)),
        )
        .service(
            reading(
                "/Schemas",
                COLLECTION,
                web::get().to(discovery::schemas),
                web::head().to(discovery::schemas),
            )
            .route(web::post().to(definitions::add_schema)),
        )
        .service(
            reading(
                "/Schemas/{id}",
                DEFINITION,
                web::get().to(discovery::schema),
                web::head().to(discovery::schema),
            )
            .route(web::put().to(definitions::replace_schema))
            .route(web::delete().to(definitions::remove_schema)),
        )
        .service(
            web::scope("")
                .wrap(from_fn(access::guard))
                .service(
                    web::resource(["", "/"])
                        .route(web::get().to(search::root))
                        .route(web::head().to(search::root))
                        .default_service(only(READS)),
                )
                .service(
                    web::resource("/Bulk")
                        .route(web::post().to(bulk::bulk))
                        .default_service(web::to(bulk::other_method)),
                )
                .service(
                    web::resource("/Me")
                        .route(web::get().to(me::get))
                        .route(web::head().to(me::get))
                        .route(web::put().to(me::replace))
                        .route(
                            web::route()
                                .guard(guard::Method(Method::PATCH))
                                .to(me::patch),
                        )
                        .route(web::delete().to(me::delete))
                        .route(web::post().to(me::create))
                        .default_service(only(MEMBER)),
                )
                .service(
                    web::resource("/.search")
                        .route(web::post().to(search::search_root))
                        .default_service(only(POSTS)),
                )
                .service(
                    web::resource("/{endpoint}/.search")
                        .route(web::post().to(search::search))
                        .default_service(web::to(search_method)),
                )
                .service(
                    web::resource("/{endpoint}")
                        .route(web::get().to(resources::list))
                        .route(web::head().to(resources::list))
                        .route(web::post().to(resources::create))
                        .default_service(web::to(collection_method)),
                )
                .service(
                    web::resource("/{endpoint}/{id}")
                        .route(web::get().to(resources::get))
                        .route(web::head().to(resources::get))
                        .route(web::put().to(resources::replace))
                        .route(
                            web::route()
                                .guard(guard::Method(Method::PATCH))
                                .to(resources::patch),
                        )
                        .route(web::delete().to(resources::delete))
                        .default_service(web::to(member_method)),
                )
                .default_service(web::to(nowhere)),
        );
}

/// A path that everybody may read.
fn open<F, Args>(path: &str, handler: F) -> Resource
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    web::resource(path)
        .route(web::get().to(handler.clone()))
        .route(web::head().to(handler))
        .default_service(only(READS))
}

/// What everybody may read. `offered` is what who administers the tenant may do there.
fn reading(
    path: &str,
    offered: &'static str,
    get: actix_web::Route,
    head: actix_web::Route,
) -> Resource<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<BoxBody>,
        Error = Error,
        InitError = (),
    > + use<>,
> {
    web::resource(path)
        .route(get)
        .route(head)
        .default_service(web::to(
            move |call: Call<Discover>, request: HttpRequest| async move {
                let is_admin = call.tenancy.principal.is_admin;
                refuse(&request, if is_admin { offered } else { READS })
            },
        ))
        .wrap(from_fn(access::guard_discovery))
}

type Answer = Result<HttpResponse, ScimError>;

/// Refuses every method but these.
fn only(allow: &'static str) -> actix_web::Route {
    web::to(move |request: HttpRequest| async move { refuse(&request, allow) })
}

fn refuse(request: &HttpRequest, allow: &'static str) -> Answer {
    Err(ScimError::MethodNotAllowed {
        method: request.method().to_string(),
        allow,
    })
}

async fn collection_method(call: Call<Discover>, request: HttpRequest) -> Answer {
    let allow = offered(&call, COLLECTION)?;
    refuse(&request, allow)
}

async fn member_method(call: Call<Discover>, request: HttpRequest) -> Answer {
    let allow = offered(&call, MEMBER)?;
    refuse(&request, allow)
}

/// The methods that the caller has at the endpoint in the path, of `all` that there are.
fn offered(call: &Call<Discover>, all: &'static str) -> Result<&'static str, ScimError> {
    let may_write = call.tenancy.may_write(&*call.resource_type()?);
    Ok(if may_write { all } else { READS })
}

async fn search_method(call: Call<Discover>, request: HttpRequest) -> Answer {
    call.resource_type()?;
    refuse(&request, POSTS)
}

/// No such path. A segment that looks like another protocol version is told as such (RFC 7644 §3.13).
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
        Some(version) => Err(ScimError::InvalidVersion(
            version.chars().take(20).collect(),
        )),
        None => Err(ScimError::UnknownEndpoint),
    }
}
