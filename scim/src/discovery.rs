//! Discovery: what the provider says of itself (RFC 7643 §5 to §7, RFC 7644 §4). It says exactly what it does.
//!
//! [`Discovery`] makes the bodies of `/ServiceProviderConfig`, `/ResourceTypes` and `/Schemas`.
//!
//! ```
//! use scim::discovery::Discovery;
//! use scim::profile::Profile;
//! use scim::registry::Registry;
//! use scim::representation::BaseUrl;
//!
//! let discovery = Discovery {
//!     registry: &Registry::standard(true),
//!     base: &BaseUrl::new("https://scim.example.com/v2"),
//!     rules: Profile::Default.rules(),
//! };
//! assert_eq!(discovery.resource_types()["totalResults"], 2);
//! assert_eq!(discovery.resource_type_named("User")?["endpoint"], "/Users");
//! # Ok::<(), scim::ScimError>(())
//! ```
//!
//! Not supported: filters and paging on discovery endpoints (RFC 7644 §4 forbids the filters).

use serde_json::{Value, json};

use super::ScimError;
use super::bulk::BulkLimits;
use super::json::Object;
use super::list::list_response;
use super::profile::{Rule, Rules};
use super::query::Limits;
use super::registry::Registry;
use super::representation::BaseUrl;
use super::resource_type::ResourceType;
use super::schema::{Schema, builtin};

/// URN of the ServiceProviderConfig schema.
pub const SERVICE_PROVIDER_CONFIG_URN: &str =
    "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
/// URN of the `ResourceType` schema.
pub const RESOURCE_TYPE_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
/// URN of the Schema schema.
pub const SCHEMA_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:Schema";

/// What discovery describes: the types of a tenant, its base URL, its rules.
#[derive(Clone, Copy)]
pub struct Discovery<'a> {
    /// Its resource types and schemas.
    pub registry: &'a Registry,
    /// The base URL of links.
    pub base: &'a BaseUrl,
    /// Its rules; some are announced.
    pub rules: Rules,
}

impl Discovery<'_> {
    /// `GET /ServiceProviderConfig`. Bulk is not offered if it may have no operations.
    pub fn service_provider_config(&self, limits: &Limits, bulk: BulkLimits) -> Value {
        let BulkLimits {
            operations_max,
            body_bytes_max,
        } = bulk;
        let mut config = json!({
            "schemas": [SERVICE_PROVIDER_CONFIG_URN],
            "patch": { "supported": true },
            "bulk": {
                "supported": operations_max > 0,
                "maxOperations": operations_max,
                "maxPayloadSize": if operations_max > 0 { body_bytes_max } else { 0 },
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
            "authenticationSchemes": authentication_schemes(self.rules),
            "meta": {
                "resourceType": "ServiceProviderConfig",
                "location": format!("{}/ServiceProviderConfig", self.base.as_str()),
            },
        });
        if self.rules.has(Rule::HidePagination)
            && let Some(config) = config.as_object_mut()
        {
            config.shift_remove("pagination");
        }
        if self.rules.is_interop() {
            config["interopProfileConformant"] = true.into();
        }
        config
    }

    /// `GET /ResourceTypes`.
    pub fn resource_types(&self) -> Value {
        let resource_types = self.registry.resource_types().iter();
        all(resource_types
            .map(|resource_type| shown_type(resource_type, self.base))
            .collect())
    }

    /// `GET /ResourceTypes/{name}`.
    ///
    /// Errors: 404.
    pub fn resource_type_named(&self, name: &str) -> Result<Value, ScimError> {
        match self.registry.named(name) {
            Some(resource_type) => Ok(Value::Object(shown_type(resource_type, self.base))),
            None => Err(not_found("ResourceType", name)),
        }
    }

    /// `GET /Schemas`.
    pub fn schemas(&self) -> Value {
        let schemas = self.registry.schemas();
        all(schemas.iter().map(|schema| self.schema(schema)).collect())
    }

    /// `GET /Schemas/{urn}`; URNs ignore case.
    ///
    /// Errors: 404.
    pub fn schema_named(&self, urn: &str) -> Result<Value, ScimError> {
        match self.registry.schemas().iter().find(|schema| schema.is(urn)) {
            Some(found) => Ok(Value::Object(self.schema(found))),
            None => Err(not_found("Schema", urn)),
        }
    }

    fn schema(&self, schema: &Schema) -> Object {
        let mut shown = Object::new();
        shown.insert("schemas".into(), json!([SCHEMA_URN]));
        if let Ok(Value::Object(definition)) = serde_json::to_value(schema) {
            shown.extend(definition);
        }
        let is_ours = builtin::all().iter().any(|ours| ours.is(&schema.id));
        if is_ours && self.rules.is_interop() {
            suggest_types(&mut shown);
        }
        shown.insert(
            "meta".into(),
            meta("Schema", self.base, "Schemas", &schema.id),
        );
        shown
    }
}

fn authentication_schemes(rules: Rules) -> Vec<Value> {
    let bearer = json!({
        "type": "oauthbearertoken",
        "name": "Bearer token",
        "description": "A static bearer token of the tenant, sent in the Authorization header (RFC 6750)",
        "specUri": "https://www.rfc-editor.org/info/rfc6750",
        "primary": true,
    });
    let basic = json!({
        "type": "httpbasic",
        "name": "HTTP Basic",
        "description": "Any user name, and a token of the tenant as the password (RFC 7617)",
        "specUri": "https://www.rfc-editor.org/info/rfc7617",
    });
    let offered = rules.has(Rule::BasicCredentials).then_some(basic);
    [Some(bearer), offered].into_iter().flatten().collect()
}

fn not_found(resource_type: &str, id: &str) -> ScimError {
    ScimError::NotFound {
        resource_type: resource_type.to_owned(),
        id: id.to_owned(),
    }
}

/// Discovery lists have one page.
fn all(resources: Vec<Object>) -> Value {
    let total = i64::try_from(resources.len()).unwrap_or(i64::MAX);
    list_response(resources, total, 1)
}

fn shown_type(resource_type: &ResourceType, base: &BaseUrl) -> Object {
    let mut shown = definition_of(resource_type);
    shown.insert(
        "meta".into(),
        meta("ResourceType", base, "ResourceTypes", &resource_type.name),
    );
    shown
}

/// A resource type in the RFC's form (RFC 7643 §6), without its `meta`, which depends on the base URL.
pub fn definition_of(resource_type: &ResourceType) -> Object {
    let mut shown = Object::new();
    shown.insert("schemas".into(), json!([RESOURCE_TYPE_URN]));
    shown.insert("id".into(), resource_type.name.as_str().into());
    shown.insert("name".into(), resource_type.name.as_str().into());
    shown.insert(
        "endpoint".into(),
        format!("/{}", resource_type.endpoint).into(),
    );
    shown.insert(
        "description".into(),
        resource_type.description.as_str().into(),
    );
    shown.insert("schema".into(), resource_type.schema.id.as_str().into());
    let extensions = resource_type
        .extensions
        .iter()
        .map(|extension| json!({ "schema": extension.schema.id, "required": extension.required }));
    shown.insert("schemaExtensions".into(), extensions.collect());
    shown
}

/// Profile `interop` wants suggested values for every `type`. The standard names none for some attributes.
fn suggest_types(schema: &mut Object) {
    let attributes = schema.get_mut("attributes").and_then(Value::as_array_mut);
    for attribute in attributes.into_iter().flatten() {
        let inside = attribute.get_mut("subAttributes");
        let inside = inside.and_then(Value::as_array_mut).into_iter().flatten();
        for sub in inside.filter(|sub| sub["name"] == "type" && sub["type"] == "string") {
            let known = sub.get("canonicalValues").and_then(Value::as_array);
            if known.is_none_or(Vec::is_empty) {
                sub["canonicalValues"] = json!(["work", "home", "other"]);
            }
        }
    }
}

fn meta(resource_type: &str, base: &BaseUrl, endpoint: &str, id: &str) -> Value {
    json!({ "resourceType": resource_type, "location": base.location(endpoint, id) })
}
