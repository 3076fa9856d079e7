//! `/ServiceProviderConfig`, `/ResourceTypes`, `/Schemas` (RFC 7644 §4).

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::call::{Call, Discover};
use super::respond::json;
use crate::scim::{ScimError, discovery};

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
    let bulk = &call.app.limits.bulk;
    let config = discovery::service_provider_config(
        &call.tenancy.base,
        &call.app.service.limits,
        (bulk.operations_max, bulk.body_bytes_max),
    );
    Ok(json(StatusCode::OK, &config))
}

/// `GET /ResourceTypes`
pub(super) async fn resource_types(call: Call<Discover>) -> Answer {
    without_filter(&call)?;
    Ok(json(
        StatusCode::OK,
        &discovery::resource_types(&call.tenancy.registry, &call.tenancy.base),
    ))
}

/// `GET /ResourceTypes/{name}`
pub(super) async fn resource_type(call: Call<Discover>) -> Answer {
    let found = discovery::resource_type_named(
        &call.tenancy.registry,
        &call.path("id")?,
        &call.tenancy.base,
    )?;
    Ok(json(StatusCode::OK, &found))
}

/// `GET /Schemas`
pub(super) async fn schemas(call: Call<Discover>) -> Answer {
    without_filter(&call)?;
    Ok(json(
        StatusCode::OK,
        &discovery::schemas(&call.tenancy.registry, &call.tenancy.base),
    ))
}

/// `GET /Schemas/{urn}`
pub(super) async fn schema(call: Call<Discover>) -> Answer {
    let found = discovery::schema_named(
        &call.tenancy.registry,
        &call.path("id")?,
        &call.tenancy.base,
    )?;
    Ok(json(StatusCode::OK, &found))
}
