//! `/Me` (RFC 7644 §3.11): what is done at the endpoint of the resource that the caller's token stands for.

use std::sync::Arc;

use actix_web::HttpResponse;

use super::body::ScimBody;
use super::call::{Access, Call, Read, Write};
use super::resources;
use scim::ScimError;
use scim::resource_type::ResourceType;
use crate::service;

type Answer = Result<HttpResponse, ScimError>;

/// `GET /Me`. The location is the permanent one, as everywhere.
pub(super) async fn get(call: Call<Read>) -> Answer {
    let (resource_type, id) = me(&call).await?;
    resources::get_one(call, resource_type, id).await
}

/// `PUT /Me`
pub(super) async fn replace(call: Call<Write>, body: ScimBody) -> Answer {
    let (resource_type, id) = me(&call).await?;
    resources::replace_one(call, resource_type, id, body).await
}

/// `PATCH /Me`
pub(super) async fn patch(call: Call<Write>, body: ScimBody) -> Answer {
    let (resource_type, id) = me(&call).await?;
    resources::patch_one(call, resource_type, id, body).await
}

/// `DELETE /Me`
pub(super) async fn delete(call: Call<Write>) -> Answer {
    let (resource_type, id) = me(&call).await?;
    resources::delete_one(call, resource_type, id).await
}

/// `POST /Me`: nobody registers themselves here, operators and identity providers create users.
pub(super) async fn create(_: Call<Write>) -> Answer {
    Err(ScimError::NotImplemented("creating a resource at /Me"))
}

async fn me<A: Access>(call: &Call<A>) -> Result<(Arc<ResourceType>, String), ScimError> {
    service::me(&call.app.service, &call.tenancy)
        .await
        .map_err(|error| call.fail(error))
}
