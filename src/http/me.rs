//! `/Me` (RFC 7644 §3.11): requests go to the resource that the caller's token is linked to.

use std::sync::Arc;

use actix_web::HttpResponse;
use scim::ScimError;
use scim::resource_type::ResourceType;

use super::authorised::{Access, Authorised, Read, Write};
use super::body::{Patches, ScimBody};
use super::failure::Failure;
use super::resources;
use crate::service;

type Answer = Result<HttpResponse, Failure>;

/// `GET /Me`. The answer has the permanent location, not `/Me`.
pub(super) async fn get(asked: Authorised<Read>) -> Answer {
    let (resource_type, id) = me(&asked).await?;
    resources::get_one(asked, resource_type, id).await
}

/// `PUT /Me`
pub(super) async fn replace(asked: Authorised<Write>, body: ScimBody) -> Answer {
    let (resource_type, id) = me(&asked).await?;
    resources::replace_one(asked, resource_type, id, body).await
}

/// `PATCH /Me`
pub(super) async fn patch(asked: Authorised<Write>, body: ScimBody<Patches>) -> Answer {
    let (resource_type, id) = me(&asked).await?;
    resources::patch_one(asked, resource_type, id, body).await
}

/// `DELETE /Me`
pub(super) async fn delete(asked: Authorised<Write>) -> Answer {
    let (resource_type, id) = me(&asked).await?;
    resources::delete_one(asked, resource_type, id).await
}

/// `POST /Me`: refused, since operators and identity providers create users at `/Users`.
pub(super) async fn create(_: Authorised<Write>) -> Answer {
    Err(ScimError::NotImplemented("creating a resource at /Me").into())
}

async fn me<A: Access>(asked: &Authorised<A>) -> Result<(Arc<ResourceType>, String), Failure> {
    Ok(service::me(&asked.app.service, &asked.call).await?)
}
