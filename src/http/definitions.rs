//! Writing `/Schemas` and `/ResourceTypes` with tokens of the scope `admin`. For other tokens they are read-only (RFC
//! 7644 §4), and the answer is 405.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use scim::Object;
use scim::registry::Registry;
use serde_json::Value;

use super::authorised::{Authorised, Define};
use super::body::ScimBody;
use super::failure::Failure;
use super::respond::json;
use crate::service::{self, Edit, Mode};

type Answer = Result<HttpResponse, Failure>;

/// `POST /Schemas`
pub(super) async fn add_schema(asked: Authorised<Define>, body: ScimBody) -> Answer {
    let id = name_in(&body.0, "id");
    let registry = define(&asked, Edit::Schema(body.0, Mode::Add)).await?;
    Ok(created(&asked.discovery_of(&registry).schema_named(&id)?))
}

/// `PUT /Schemas/{urn}`
pub(super) async fn replace_schema(asked: Authorised<Define>, body: ScimBody) -> Answer {
    let urn = asked.path("id")?;
    let edit = Edit::Schema(body.0, Mode::Replace(urn.clone()));
    let registry = define(&asked, edit).await?;
    let shown = asked.discovery_of(&registry).schema_named(&urn)?;
    Ok(json(StatusCode::OK, &shown))
}

/// `DELETE /Schemas/{urn}`
pub(super) async fn remove_schema(asked: Authorised<Define>) -> Answer {
    define(&asked, Edit::RemoveSchema(asked.path("id")?)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `POST /ResourceTypes`
pub(super) async fn add_resource_type(asked: Authorised<Define>, body: ScimBody) -> Answer {
    let name = name_in(&body.0, "name");
    let registry = define(&asked, Edit::ResourceType(body.0, Mode::Add)).await?;
    let shown = asked.discovery_of(&registry).resource_type_named(&name)?;
    Ok(created(&shown))
}

/// `PUT /ResourceTypes/{name}`
pub(super) async fn replace_resource_type(asked: Authorised<Define>, body: ScimBody) -> Answer {
    let name = asked.path("id")?;
    let edit = Edit::ResourceType(body.0, Mode::Replace(name.clone()));
    let registry = define(&asked, edit).await?;
    let shown = asked.discovery_of(&registry).resource_type_named(&name)?;
    Ok(json(StatusCode::OK, &shown))
}

/// `DELETE /ResourceTypes/{name}`
pub(super) async fn remove_resource_type(asked: Authorised<Define>) -> Answer {
    define(&asked, Edit::RemoveResourceType(asked.path("id")?)).await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn define(asked: &Authorised<Define>, edit: Edit) -> Result<Arc<Registry>, Failure> {
    Ok(service::define(&asked.app.service, &asked.call.tenancy, edit).await?)
}

fn name_in(body: &Object, member: &str) -> String {
    let name = scim::canonical::get(body, member).and_then(Value::as_str);
    name.unwrap_or_default().to_owned()
}

fn created(shown: &Value) -> HttpResponse {
    let mut response = json(StatusCode::CREATED, shown);
    let location = shown["meta"]["location"].as_str().unwrap_or_default();
    if let Ok(location) = location.parse() {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}
