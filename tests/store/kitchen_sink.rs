//! A resource type with an attribute of every type, single and multi-valued, core and extension.

use std::sync::Arc;

use scim::compare::Preparation;
use scim::registry::Registry;
use scim::resource_type::{Extension, ResourceType, UniqueAttribute};
use scim::schema::Schema;

const CORE: &str = r#"{"id": "urn:example:scimd:2.0:Sink", "name": "Sink", "attributes": [
    {"name": "userName", "required": true, "uniqueness": "server"},
    {"name": "displayName"},
    {"name": "active", "type": "boolean"},
    {"name": "folded"},
    {"name": "exact", "caseExact": true},
    {"name": "flag", "type": "boolean"},
    {"name": "age", "type": "integer"},
    {"name": "ratio", "type": "decimal"},
    {"name": "seen", "type": "dateTime"},
    {"name": "blob", "type": "binary"},
    {"name": "link", "type": "reference", "referenceTypes": ["external"]},
    {"name": "tags", "multiValued": true},
    {"name": "codes", "multiValued": true, "caseExact": true},
    {"name": "flags", "type": "boolean", "multiValued": true},
    {"name": "ages", "type": "integer", "multiValued": true},
    {"name": "ratios", "type": "decimal", "multiValued": true},
    {"name": "sightings", "type": "dateTime", "multiValued": true},
    {"name": "blobs", "type": "binary", "multiValued": true},
    {"name": "links", "type": "reference", "multiValued": true, "referenceTypes": ["uri"]},
    {"name": "mails", "type": "complex", "multiValued": true, "subAttributes": [
        {"name": "value"}, {"name": "type"}, {"name": "primary", "type": "boolean"},
        {"name": "weight", "type": "integer"}, {"name": "since", "type": "dateTime"}]},
    {"name": "marks", "type": "complex", "multiValued": true, "subAttributes": [
        {"name": "value", "type": "decimal"}, {"name": "type", "caseExact": true}, {"name": "primary", "type": "boolean"}]},
    {"name": "places", "type": "complex", "multiValued": true, "subAttributes": [
        {"name": "city"}, {"name": "size", "type": "integer"}, {"name": "site", "type": "reference", "referenceTypes": ["uri"]}]},
    {"name": "detail", "type": "complex", "subAttributes": [
        {"name": "given"}, {"name": "code", "caseExact": true}, {"name": "rank", "type": "integer"},
        {"name": "share", "type": "decimal"}, {"name": "since", "type": "dateTime"}, {"name": "open", "type": "boolean"},
        {"name": "key", "type": "binary"}, {"name": "page", "type": "reference", "referenceTypes": ["uri"]},
        {"name": "labels", "multiValued": true}]}
]}"#;

const EXTENSION: &str = r#"{"id": "urn:example:scimd:extension:2.0:Sink", "name": "Sink extension", "attributes": [
    {"name": "note"},
    {"name": "badge", "caseExact": true},
    {"name": "level", "type": "integer"},
    {"name": "enabled", "type": "boolean"},
    {"name": "until", "type": "dateTime"},
    {"name": "aliases", "multiValued": true},
    {"name": "folded", "caseExact": true},
    {"name": "contacts", "type": "complex", "multiValued": true, "subAttributes": [
        {"name": "value"}, {"name": "type"}, {"name": "primary", "type": "boolean"}]},
    {"name": "office", "type": "complex", "subAttributes": [{"name": "value"}, {"name": "floor", "type": "integer"}]}
]}"#;

fn schema(json: &str) -> Arc<Schema> {
    Arc::new(Schema::parse(json).expect("a sound schema"))
}

/// The resource type.
pub(crate) fn kitchen_sink() -> ResourceType {
    ResourceType {
        name: "Sink".into(),
        endpoint: "Sinks".into(),
        description: "Everything".into(),
        schema: schema(CORE),
        extensions: vec![Extension {
            schema: schema(EXTENSION),
            required: false,
        }],
        unique: Some(UniqueAttribute {
            name: "userName".into(),
            preparation: Preparation::UserName,
        }),
        indexed: ["mails.value", "tags", "exact", "detail.given"]
            .map(str::to_owned)
            .to_vec(),
        emails: Some("mails"),
        members: None,
        member_of: None,
        default_true: Some("active"),
        read_only: false,
        catalogue: None,
    }
}

/// A registry that serves it alone.
pub(crate) fn registry() -> Registry {
    Registry::of(vec![Arc::new(kitchen_sink())])
}

/// A registry that serves it beside users and groups.
pub(crate) fn with_users_and_groups() -> Registry {
    let standard = Registry::standard(true);
    let others = standard.resource_types().iter().cloned();
    Registry::of(others.chain([Arc::new(kitchen_sink())]).collect())
}
