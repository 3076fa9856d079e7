//! `/ServiceProviderConfig`, `/ResourceTypes`, `/Schemas` (RFC 7644 §4).

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use scim::ScimError;

use super::authorised::{Authorised, Discover};
use super::failure::Failure;
use super::respond::json;

type Answer = Result<HttpResponse, Failure>;

/// Filters on discovery endpoints are forbidden; sorting and paging parameters are ignored (RFC 7644 §4).
fn without_filter(asked: &Authorised<Discover>) -> Result<(), Failure> {
    match asked.parameters()?.get("filter") {
        Some(_) => Err(ScimError::Forbidden(
            "discovery endpoints cannot be filtered (RFC 7644 §4); leave `filter` out",
        )
        .into()),
        None => Ok(()),
    }
}

/// `GET /ServiceProviderConfig`
pub(super) async fn service_provider_config(asked: Authorised<Discover>) -> Answer {
    without_filter(&asked)?;
    let app = &asked.app;
    let config = asked.discovery();
    let config = config.service_provider_config(&app.service.limits, app.limits.bulk);
    Ok(json(StatusCode::OK, &config))
}

/// `GET /ResourceTypes`
pub(super) async fn resource_types(asked: Authorised<Discover>) -> Answer {
    without_filter(&asked)?;
    Ok(json(StatusCode::OK, &asked.discovery().resource_types()))
}

/// `GET /ResourceTypes/{name}`
pub(super) async fn resource_type(asked: Authorised<Discover>) -> Answer {
    let found = asked.discovery().resource_type_named(&asked.path("id")?)?;
    Ok(json(StatusCode::OK, &found))
}

/// `GET /Schemas`
pub(super) async fn schemas(asked: Authorised<Discover>) -> Answer {
    without_filter(&asked)?;
    Ok(json(StatusCode::OK, &asked.discovery().schemas()))
}

/// `GET /Schemas/{urn}`
pub(super) async fn schema(asked: Authorised<Discover>) -> Answer {
    let found = asked.discovery().schema_named(&asked.path("id")?)?;
    Ok(json(StatusCode::OK, &found))
}
