//! `/{endpoint}` and `/{endpoint}/{id}`: one set of handlers for all resource types.

use std::sync::Arc;

use actix_web::HttpResponse;
use scim::patch;
use scim::resource_type::ResourceType;

use super::authorised::{Authorised, Read, Write};
use super::body::{Patches, ScimBody};
use super::failure::Failure;
use super::respond::answer;
use crate::service;

type Answer = Result<HttpResponse, Failure>;

/// `GET /{endpoint}`, RFC 7644 §3.4.2
pub(super) async fn list(asked: Authorised<Read>) -> Answer {
    let parameters = asked.parameters()?;
    asked.list(vec![asked.resource_type()?], parameters).await
}

/// `POST /{endpoint}`, RFC 7644 §3.3
pub(super) async fn create(asked: Authorised<Write>, body: ScimBody) -> Answer {
    let request = asked.request(asked.resource_type()?, &asked.parameters()?)?;
    let service = &asked.app.service;
    let created = service::create(service, request, body.0).await?;
    Ok(answer(created, service))
}

/// `GET /{endpoint}/{id}`, RFC 7644 §3.4.1
pub(super) async fn get(asked: Authorised<Read>) -> Answer {
    let (resource_type, id) = (asked.resource_type()?, asked.path("id")?);
    get_one(asked, resource_type, id).await
}

/// Answers GET for a known resource.
pub(super) async fn get_one(
    asked: Authorised<Read>,
    resource_type: Arc<ResourceType>,
    id: String,
) -> Answer {
    let request = asked.request(resource_type, &asked.parameters()?)?;
    let got = service::get(&asked.app.service, request, id, asked.conditions()).await?;
    Ok(answer(got, &asked.app.service))
}

/// `PUT /{endpoint}/{id}`, RFC 7644 §3.5.1
pub(super) async fn replace(asked: Authorised<Write>, body: ScimBody) -> Answer {
    let (resource_type, id) = (asked.resource_type()?, asked.path("id")?);
    replace_one(asked, resource_type, id, body).await
}

/// Answers PUT for a known resource.
pub(super) async fn replace_one(
    asked: Authorised<Write>,
    resource_type: Arc<ResourceType>,
    id: String,
    body: ScimBody,
) -> Answer {
    let request = asked.request(resource_type, &asked.parameters()?)?;
    let conditions = asked.conditions();
    let replaced = service::replace(&asked.app.service, request, id, conditions, body.0).await?;
    Ok(answer(replaced, &asked.app.service))
}

/// `PATCH /{endpoint}/{id}`, RFC 7644 §3.5.2
pub(super) async fn patch(asked: Authorised<Write>, body: ScimBody<Patches>) -> Answer {
    let (resource_type, id) = (asked.resource_type()?, asked.path("id")?);
    patch_one(asked, resource_type, id, body).await
}

/// Answers PATCH for a known resource.
pub(super) async fn patch_one(
    asked: Authorised<Write>,
    resource_type: Arc<ResourceType>,
    id: String,
    body: ScimBody<Patches>,
) -> Answer {
    let parameters = asked.parameters()?;
    let operations_max = asked.app.limits.patch_operations_max;
    let operations = patch::parse(&body.0, &asked.call.leniency, operations_max)?;
    let request = asked.request(resource_type, &parameters)?;
    let conditions = asked.conditions();
    let patched = service::patch(&asked.app.service, request, id, conditions, operations).await?;
    Ok(answer(patched, &asked.app.service))
}

/// `DELETE /{endpoint}/{id}`, RFC 7644 §3.6
pub(super) async fn delete(asked: Authorised<Write>) -> Answer {
    let (resource_type, id) = (asked.resource_type()?, asked.path("id")?);
    delete_one(asked, resource_type, id).await
}

/// Answers DELETE for a known resource.
pub(super) async fn delete_one(
    asked: Authorised<Write>,
    resource_type: Arc<ResourceType>,
    id: String,
) -> Answer {
    let request = asked.request(resource_type, &asked.parameters()?)?;
    let deleted = service::delete(&asked.app.service, request, id, asked.conditions()).await?;
    Ok(answer(deleted, &asked.app.service))
}
