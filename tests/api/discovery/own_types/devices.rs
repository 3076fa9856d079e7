//! Devices: the resource type that the tests define, with its schema and an extension.

use serde_json::{Value, json};

use crate::support::TestServer;

pub(super) const DEVICE: &str = "urn:example:scim:2.0:Device";
pub(super) const SITE: &str = "urn:example:scim:extension:2.0:Site";
pub(super) const STORAGE: &str = "urn:scimd:params:scim:schemas:extension:storage:1.0:ResourceType";

pub(super) fn device_schema() -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
        "id": DEVICE, "name": "Device", "description": "A device",
        "attributes": [
            { "name": "assetTag", "required": true, "uniqueness": "server", "description": "What is glued to it" },
            { "name": "displayName" },
            { "name": "active", "type": "boolean" },
            { "name": "serialNumber", "caseExact": true },
            { "name": "model" },
            { "name": "ports", "type": "integer" },
            { "name": "weight", "type": "decimal" },
            { "name": "bought", "type": "dateTime" },
            { "name": "secret", "returned": "never" },
            { "name": "notes", "returned": "request" },
            { "name": "batch", "mutability": "immutable" },
            { "name": "labels", "multiValued": true },
            { "name": "addresses", "type": "complex", "multiValued": true, "subAttributes": [
                { "name": "value" }, { "name": "type" }, { "name": "primary", "type": "boolean" },
                { "name": "aliases", "multiValued": true } ] },
            { "name": "owner", "type": "complex", "subAttributes": [
                { "name": "value" }, { "name": "$ref", "type": "reference", "referenceTypes": ["User"] },
                { "name": "displayName", "mutability": "readOnly" } ] }
        ]
    })
}

pub(super) fn site_schema() -> Value {
    json!({ "id": SITE, "name": "Site", "attributes": [{ "name": "building" }, { "name": "floor", "type": "integer" }] })
}

pub(super) fn device_type() -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType", STORAGE],
        "id": "Device", "name": "Device", "endpoint": "/Devices", "description": "Devices", "schema": DEVICE,
        "schemaExtensions": [{ "schema": SITE, "required": false }],
        STORAGE: { "indexed": ["serialNumber", "addresses.value", "labels"] }
    })
}

/// Defines devices by command while the server runs.
#[track_caller]
pub(super) fn define_devices(server: &TestServer) {
    server.write("schemas.json", &json!([device_schema(), site_schema()]));
    server.write("type.json", &device_type());
    let said = server.cli(&["schema", "add", "schemas.json"]).ok();
    assert!(
        said.contains(DEVICE) && said.contains("no resource type uses it yet"),
        "{said}"
    );
    let said = server.cli(&["resource-type", "add", "type.json"]).ok();
    assert!(said.contains("/scim/v2/Devices"), "{said}");
}

#[track_caller]
pub(super) fn device(server: &TestServer, mut body: Value) -> Value {
    body["schemas"] = json!([DEVICE]);
    server.post("/Devices", body).send().expect(201)
}

#[track_caller]
pub(super) fn tags(server: &TestServer, filter: &str) -> Vec<String> {
    let mut tags: Vec<String> = server
        .search("/Devices", filter)
        .iter()
        .map(|device| device["assetTag"].as_str().unwrap_or_default().to_owned())
        .collect();
    tags.sort();
    tags
}
