//! What the provider says of itself (RFC 7643 §5–§7, RFC 7644 §4): exactly what it does.

use serde_json::{Map, Value, json};

use super::ScimError;
use super::list::list_response;
use super::query::Limits;
use super::registry::Registry;
use super::representation::BaseUrl;
use super::resource_type::ResourceType;
use super::schema::Schema;

/// URN of the ServiceProviderConfig schema.
pub const SERVICE_PROVIDER_CONFIG_URN: &str =
    "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
/// URN of the `ResourceType` schema.
pub const RESOURCE_TYPE_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
/// URN of the Schema schema.
pub const SCHEMA_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:Schema";

/// `GET /ServiceProviderConfig`. `bulk` is most operations and most bytes of a Bulk request; no operations, no Bulk.
pub fn service_provider_config(base: &BaseUrl, limits: &Limits, bulk: (usize, usize)) -> Value {
    let (operations_max, bytes_max) = bulk;
    json!({
        "schemas": [SERVICE_PROVIDER_CONFIG_URN],
        "patch": { "supported": true },
        "bulk": {
            "supported": operations_max > 0,
            "maxOperations": operations_max,
            "maxPayloadSize": if operations_max > 0 { bytes_max } else { 0 },
        },
        "filter": { "supported": true, "maxResults": limits.page_size_max },
        "changePassword": { "supported": true },
        "sort": { "supported": true },
        "etag": { "supported": true },
        "pagination": {
            "cursor": true,
            "index": true,
            "defaultPaginationMethod": "index",
            "defaultPageSize": limits.page_size_default,
            "maxPageSize": limits.page_size_max,
            "cursorTimeout": limits.cursor_timeout_s,
        },
        "authenticationSchemes": [{
            "type": "oauthbearertoken",
            "name": "Bearer token",
            "description": "A static bearer token of the tenant, sent in the Authorization header (RFC 6750)",
            "specUri": "https://www.rfc-editor.org/info/rfc6750",
            "primary": true,
        }],
        "meta": {
            "resourceType": "ServiceProviderConfig",
            "location": format!("{}/ServiceProviderConfig", base.as_str()),
        },
    })
}

/// `GET /ResourceTypes`.
pub fn resource_types(registry: &Registry, base: &BaseUrl) -> Value {
    all(registry
        .resource_types()
        .iter()
        .map(|kind| resource_type(kind, base))
        .collect())
}

/// `GET /ResourceTypes/{name}`.
pub fn resource_type_named(
    registry: &Registry,
    name: &str,
    base: &BaseUrl,
) -> Result<Value, ScimError> {
    match registry.named(name) {
        Some(kind) => Ok(Value::Object(resource_type(kind, base))),
        None => Err(not_found("ResourceType", name)),
    }
}

/// `GET /Schemas`.
pub fn schemas(registry: &Registry, base: &BaseUrl) -> Value {
    all(registry
        .schemas()
        .iter()
        .map(|one| schema(one, base))
        .collect())
}

/// `GET /Schemas/{urn}`; URNs ignore case.
pub fn schema_named(registry: &Registry, urn: &str, base: &BaseUrl) -> Result<Value, ScimError> {
    match registry.schemas().iter().find(|schema| schema.is(urn)) {
        Some(found) => Ok(Value::Object(schema(found, base))),
        None => Err(not_found("Schema", urn)),
    }
}

fn not_found(resource_type: &str, id: &str) -> ScimError {
    ScimError::NotFound {
        resource_type: resource_type.to_owned(),
        id: id.to_owned(),
    }
}

/// Discovery lists know no paging: everything is on the one page.
fn all(resources: Vec<Map<String, Value>>) -> Value {
    let total = i64::try_from(resources.len()).unwrap_or(i64::MAX);
    list_response(resources, total, 1)
}

fn resource_type(kind: &ResourceType, base: &BaseUrl) -> Map<String, Value> {
    let mut shown = definition_of(kind);
    shown.insert(
        "meta".into(),
        meta("ResourceType", base, "ResourceTypes", &kind.name),
    );
    shown
}

/// A resource type in the RFC's form (RFC 7643 §6), without what belongs to the place where it is served.
pub fn definition_of(kind: &ResourceType) -> Map<String, Value> {
    let mut shown = Map::new();
    shown.insert("schemas".into(), json!([RESOURCE_TYPE_URN]));
    shown.insert("id".into(), kind.name.as_str().into());
    shown.insert("name".into(), kind.name.as_str().into());
    shown.insert("endpoint".into(), format!("/{}", kind.endpoint).into());
    shown.insert("description".into(), kind.description.as_str().into());
    shown.insert("schema".into(), kind.schema.id.as_str().into());
    let extensions = kind
        .extensions
        .iter()
        .map(|extension| json!({ "schema": extension.schema.id, "required": extension.required }));
    shown.insert("schemaExtensions".into(), extensions.collect());
    shown
}

fn schema(schema: &Schema, base: &BaseUrl) -> Map<String, Value> {
    let mut shown = Map::new();
    shown.insert("schemas".into(), json!([SCHEMA_URN]));
    if let Ok(Value::Object(definition)) = serde_json::to_value(schema) {
        shown.extend(definition);
    }
    shown.insert("meta".into(), meta("Schema", base, "Schemas", &schema.id));
    shown
}

fn meta(resource_type: &str, base: &BaseUrl, endpoint: &str, id: &str) -> Value {
    json!({ "resourceType": resource_type, "location": base.location(endpoint, id) })
}
