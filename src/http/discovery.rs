//! `/ServiceProviderConfig`, `/ResourceTypes`, `/Schemas` (RFC 7644 §4).

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::call::{Call, Discover};
use super::respond::json;
use scim::ScimError;

type Answer = Result<HttpResponse, ScimError>;

/// Filters on discovery endpoints are forbidden; sorting and paging parameters are ignored (RFC 7644 §4).
fn without_filter(call: &Call<Discover>) -> Result<(), ScimError> {
    match call.parameters()?.get("filter") {
        Some(_) => Err(ScimError::Forbidden(
            "discovery endpoints cannot be filtered (RFC 7644 §4); leave `filter` out",
        )),
        None => Ok(()),
    }
}

/// `GET /ServiceProviderConfig`
pub(super) async fn service_provider_config(call: Call<Discover>) -> Answer {
    without_filter(&call)?;
    let app = &call.app;
    let config = call.discovery();
    let config = config.service_provider_config(&app.service.limits, app.limits.bulk);
    Ok(json(StatusCode::OK, &config))
}

/// `GET /ResourceTypes`
pub(super) async fn resource_types(call: Call<Discover>) -> Answer {
    without_filter(&call)?;
    Ok(json(StatusCode::OK, &call.discovery().resource_types()))
}

/// `GET /ResourceTypes/{name}`
pub(super) async fn resource_type(call: Call<Discover>) -> Answer {
    let found = call.discovery().resource_type_named(&call.path("id")?)?;
    Ok(json(StatusCode::OK, &found))
}

/// `GET /Schemas`
pub(super) async fn schemas(call: Call<Discover>) -> Answer {
    without_filter(&call)?;
    Ok(json(StatusCode::OK, &call.discovery().schemas()))
}

/// `GET /Schemas/{urn}`
pub(super) async fn schema(call: Call<Discover>) -> Answer {
    let found = call.discovery().schema_named(&call.path("id")?)?;
    Ok(json(StatusCode::OK, &found))
}
