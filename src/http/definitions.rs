//! Writing `/Schemas` and `/ResourceTypes`: for tokens of the scope `admin`. To everybody else these are read-only
//! (RFC 7644 §4), and the answer is 405.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use serde_json::{Map, Value};

use super::body::ScimBody;
use super::call::{Call, Define};
use super::respond::json;
use scim::ScimError;
use scim::registry::Registry;
use crate::service::{self, Edit, Mode};

type Answer = Result<HttpResponse, ScimError>;

/// `POST /Schemas`
pub(super) async fn add_schema(call: Call<Define>, body: ScimBody) -> Answer {
    let id = name_in(&body.0, "id");
    let registry = define(&call, Edit::Schema(body.0, Mode::Add)).await?;
    Ok(created(&call.discovery_of(&registry).schema_named(&id)?))
}

/// `PUT /Schemas/{urn}`
pub(super) async fn replace_schema(call: Call<Define>, body: ScimBody) -> Answer {
    let urn = call.path("id")?;
    let edit = Edit::Schema(body.0, Mode::Replace(urn.clone()));
    let registry = define(&call, edit).await?;
    let shown = call.discovery_of(&registry).schema_named(&urn)?;
    Ok(json(StatusCode::OK, &shown))
}

/// `DELETE /Schemas/{urn}`
pub(super) async fn remove_schema(call: Call<Define>) -> Answer {
    define(&call, Edit::RemoveSchema(call.path("id")?)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `POST /ResourceTypes`
pub(super) async fn add_resource_type(call: Call<Define>, body: ScimBody) -> Answer {
    let name = name_in(&body.0, "name");
    let registry = define(&call, Edit::ResourceType(body.0, Mode::Add)).await?;
    let shown = call.discovery_of(&registry).resource_type_named(&name)?;
    Ok(created(&shown))
}

/// `PUT /ResourceTypes/{name}`
pub(super) async fn replace_resource_type(call: Call<Define>, body: ScimBody) -> Answer {
    let name = call.path("id")?;
    let edit = Edit::ResourceType(body.0, Mode::Replace(name.clone()));
    let registry = define(&call, edit).await?;
    let shown = call.discovery_of(&registry).resource_type_named(&name)?;
    Ok(json(StatusCode::OK, &shown))
}

/// `DELETE /ResourceTypes/{name}`
pub(super) async fn remove_resource_type(call: Call<Define>) -> Answer {
    define(&call, Edit::RemoveResourceType(call.path("id")?)).await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn define(call: &Call<Define>, edit: Edit) -> Result<Arc<Registry>, ScimError> {
    service::define(&call.app.service, &call.tenancy, edit)
        .await
        .map_err(|error| call.fail(error))
}

fn name_in(body: &Map<String, Value>, member: &str) -> String {
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
