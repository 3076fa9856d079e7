//! `/{endpoint}` and `/{endpoint}/{id}`: one set of handlers for all resource types.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::body::ScimBody;
use super::call::{Call, Read, Write};
use super::respond::{bare, resource};
use scim::ScimError;
use scim::patch;
use scim::projection::Projection;
use scim::resource_type::ResourceType;
use crate::service::{self, Got};

type Answer = Result<HttpResponse, ScimError>;

/// `GET /{endpoint}`, RFC 7644 §3.4.2
pub(super) async fn list(call: Call<Read>) -> Answer {
    let parameters = call.parameters()?;
    call.list(vec![call.resource_type()?], parameters).await
}

/// `POST /{endpoint}`, RFC 7644 §3.3
pub(super) async fn create(call: Call<Write>, body: ScimBody) -> Answer {
    let request = call.service_request(call.resource_type()?, &call.parameters()?)?;
    let shown = service::create(&call.app.service, request, body.0)
        .await
        .map_err(|error| call.fail(error))?;
    Ok(resource(StatusCode::CREATED, &shown))
}

/// `GET /{endpoint}/{id}`, RFC 7644 §3.4.1
pub(super) async fn get(call: Call<Read>) -> Answer {
    let (resource_type, id) = (call.resource_type()?, call.path("id")?);
    get_one(call, resource_type, id).await
}

/// Does so with a resource that is known.
pub(super) async fn get_one(
    call: Call<Read>,
    resource_type: Arc<ResourceType>,
    id: String,
) -> Answer {
    let request = call.service_request(resource_type, &call.parameters()?)?;
    let got = service::get(&call.app.service, request, id, call.conditions()).await;
    Ok(match got.map_err(|error| call.fail(error))? {
        Got::Unchanged { version, location } => bare(StatusCode::NOT_MODIFIED, version, &location),
        Got::Resource(shown) => resource(StatusCode::OK, &shown),
    })
}

/// `PUT /{endpoint}/{id}`, RFC 7644 §3.5.1
pub(super) async fn replace(call: Call<Write>, body: ScimBody) -> Answer {
    let (resource_type, id) = (call.resource_type()?, call.path("id")?);
    replace_one(call, resource_type, id, body).await
}

/// Does so with a resource that is known.
pub(super) async fn replace_one(
    call: Call<Write>,
    resource_type: Arc<ResourceType>,
    id: String,
    body: ScimBody,
) -> Answer {
    let request = call.service_request(resource_type, &call.parameters()?)?;
    let shown = service::replace(&call.app.service, request, id, call.conditions(), body.0).await;
    Ok(resource(
        StatusCode::OK,
        &shown.map_err(|error| call.fail(error))?,
    ))
}

/// `PATCH /{endpoint}/{id}`, RFC 7644 §3.5.2
pub(super) async fn patch(call: Call<Write>, body: ScimBody) -> Answer {
    let (resource_type, id) = (call.resource_type()?, call.path("id")?);
    patch_one(call, resource_type, id, body).await
}

/// Does so with a resource that is known.
pub(super) async fn patch_one(
    call: Call<Write>,
    resource_type: Arc<ResourceType>,
    id: String,
    body: ScimBody,
) -> Answer {
    let parameters = call.parameters()?;
    let leniency = &call.tenancy.leniency;
    let operations = patch::parse(&body.0, leniency, call.app.limits.patch_operations_max)?;
    let asked = ["attributes", "excludedAttributes"]
        .iter()
        .any(|name| parameters.get(name).is_some());
    let silent = !asked && patch::is_silent(&resource_type, leniency);
    let mut request = call.service_request(resource_type, &parameters)?;
    if silent {
        request.projection = Projection::minimal();
    }
    let shown = service::patch(
        &call.app.service,
        request,
        id,
        call.conditions(),
        operations,
    )
    .await;
    let shown = shown.map_err(|error| call.fail(error))?;
    Ok(if silent {
        bare(StatusCode::NO_CONTENT, shown.version, &shown.location)
    } else {
        resource(StatusCode::OK, &shown)
    })
}

/// `DELETE /{endpoint}/{id}`, RFC 7644 §3.6
pub(super) async fn delete(call: Call<Write>) -> Answer {
    let (resource_type, id) = (call.resource_type()?, call.path("id")?);
    delete_one(call, resource_type, id).await
}

/// Does so with a resource that is known.
pub(super) async fn delete_one(
    call: Call<Write>,
    resource_type: Arc<ResourceType>,
    id: String,
) -> Answer {
    let request = call.service_request(resource_type, &call.parameters()?)?;
    let deleted = service::delete(&call.app.service, request, id, call.conditions()).await;
    deleted.map_err(|error| call.fail(error))?;
    Ok(HttpResponse::NoContent().finish())
}
