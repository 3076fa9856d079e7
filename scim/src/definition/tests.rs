//! Every refusal of a definition.

mod changes;

use serde_json::{Value, json};

use super::*;
use crate::{Object, ScimError};

const THING: &str = "urn:example:scim:Thing";
const EXTRA: &str = "urn:example:scim:extra:Thing";

fn object(value: Value) -> Object {
    value.as_object().unwrap().clone()
}

fn schema(id: &str, attributes: Value) -> Object {
    object(json!({ "id": id, "name": "Thing", "attributes": attributes }))
}

fn thing_type(more: Value) -> Object {
    let mut definition = object(json!({ "name": "Thing", "endpoint": "/Things", "schema": THING }));
    definition.extend(object(more));
    definition
}

/// Things with these attributes, extended with `extra`, defined by `more`.
fn things(attributes: Value, extra: Value, more: Value) -> Result<Definitions, ScimError> {
    let mut definitions = Definitions::default();
    definitions.put_schema(&schema(THING, attributes))?;
    definitions.put_schema(&schema(EXTRA, extra))?;
    definitions.put_resource_type(&thing_type(more))?;
    definitions.registry(true)?;
    Ok(definitions)
}

#[track_caller]
fn refused(outcome: Result<Definitions, ScimError>, place: &str) {
    match outcome {
        Err(ScimError::InvalidValue {
            attribute,
            expected,
        }) => {
            assert_eq!(attribute, place, "{expected}");
            assert!(!expected.is_empty());
        }
        other => panic!("{place}: {other:?}"),
    }
}

#[track_caller]
fn attribute_refused(attribute: Value, place: &str) {
    let outcome = things(json!([attribute]), json!([{ "name": "x" }]), json!({}));
    refused(outcome, place);
}

#[track_caller]
fn kind_refused(more: Value, place: &str) {
    let attributes = json!([
        { "name": "serial", "uniqueness": "server" }, { "name": "size", "type": "integer" }, { "name": "displayName" },
        { "name": "tags", "type": "complex", "multiValued": true, "subAttributes": [
            { "name": "value" }, { "name": "notes", "multiValued": true },
            { "name": "$ref", "type": "reference", "referenceTypes": ["User"] }] }
    ]);
    refused(things(attributes, json!([{ "name": "x" }]), more), place);
}

/// Rows: SCHEMA-02 DISC-22 DISC-23 DISC-31
#[test]
fn attributes_that_cannot_be_served_are_refused() {
    let nested = |sub: Value| json!({ "name": "a", "type": "complex", "multiValued": true, "subAttributes": [sub] });
    for (attribute, place) in [
        (
            json!({ "name": "a", "mutability": "writeOnly" }),
            "attributes.a",
        ),
        (
            nested(json!({ "name": "b", "mutability": "writeOnly" })),
            "attributes.a.b",
        ),
        (
            json!({ "name": "a", "uniqueness": "server", "multiValued": true }),
            "attributes.a",
        ),
        (
            json!({ "name": "a", "uniqueness": "global", "type": "integer" }),
            "attributes.a",
        ),
        (
            nested(json!({ "name": "b", "uniqueness": "server" })),
            "attributes.a.b",
        ),
        (json!({ "name": "id" }), "attributes.id"),
        (json!({ "name": "EXTERNALID" }), "attributes.EXTERNALID"),
        (json!({ "name": "meta" }), "attributes.meta"),
        (json!({ "name": "schemas" }), "attributes.schemas"),
        (json!({ "name": "a\"b" }), "attributes.a\"b"),
        (json!({ "name": "a\\" }), "attributes.a\\"),
        (json!({ "name": "a'--" }), "attributes.a'--"),
        (json!({ "name": "a\n" }), "attributes.a\n"),
        (json!({ "name": "ä" }), "attributes.ä"),
        (json!({ "name": "a.b" }), "attributes.a.b"),
        (
            json!({ "name": "x".repeat(251) }),
            &format!("attributes.{}", "x".repeat(100)),
        ),
        (nested(json!({ "name": "b'c" })), "attributes.a"),
        (json!({ "name": "a", "type": "text" }), "attributes.a"),
        (json!({ "name": "a", "multivalue": true }), "attributes.a"),
        (json!({ "name": "a", "multiValued": "yes" }), "attributes.a"),
        (json!({ "name": "a", "type": "complex" }), "attributes.a"),
        (
            json!({ "name": "a", "subAttributes": [{ "name": "b" }] }),
            "attributes.a",
        ),
        (
            nested(json!({ "name": "b", "type": "complex", "subAttributes": [{ "name": "c" }] })),
            "attributes.a",
        ),
        (nested(json!({ "name": "primary" })), "attributes.a.primary"),
        (
            nested(json!({ "name": "value", "multiValued": true })),
            "attributes.a.value",
        ),
        (nested(json!({ "name": "Value" })), "attributes.a.Value"),
        (
            nested(json!({ "name": "$ref", "type": "reference", "referenceTypes": ["User"] })),
            "attributes.a.$ref",
        ),
        (json!({ "type": "string" }), "attributes"),
        (json!("a"), "attributes"),
        (
            json!({ "name": "displayName", "multiValued": true }),
            "attributes.displayName",
        ),
        (
            json!({ "name": "displayName", "caseExact": true }),
            "attributes.displayName",
        ),
        (
            json!({ "name": "displayName", "type": "integer" }),
            "attributes.displayName",
        ),
        (
            json!({ "name": "displayName", "returned": "never" }),
            "attributes.displayName",
        ),
        (json!({ "name": "displayname" }), "attributes.displayname"),
        (json!({ "name": "active" }), "attributes.active"),
        (
            json!({ "name": "active", "type": "boolean", "multiValued": true }),
            "attributes.active",
        ),
    ] {
        attribute_refused(attribute, place);
    }
    let two =
        json!([{ "name": "a", "uniqueness": "server" }, { "name": "b", "uniqueness": "server" }]);
    refused(
        things(two, json!([{ "name": "x" }]), json!({})),
        "attributes.b",
    );
    let twice = json!([{ "name": "a" }, { "name": "A" }]);
    refused(
        things(twice, json!([{ "name": "x" }]), json!({})),
        "attributes.A",
    );
    let many: Vec<Value> = (0..501)
        .map(|n| json!({ "name": format!("a{n}") }))
        .collect();
    refused(
        things(json!(many), json!([{ "name": "x" }]), json!({})),
        "attributes",
    );
    refused(
        things(json!([]), json!([{ "name": "x" }]), json!({})),
        "attributes",
    );
    let several = json!([{ "name": "a", "type": "complex", "subAttributes": [
        { "name": "value" }, { "name": "$ref", "type": "reference", "referenceTypes": ["User", "Group"] }] }]);
    refused(
        things(several, json!([{ "name": "x" }]), json!({})),
        "attributes.a.$ref",
    );
}

/// Rows: DISC-22 SCHEMA-02
#[test]
fn schemas_that_cannot_be_served_are_refused() {
    for urn in [
        "",
        "thing",
        "urn:x",
        "urn:x:",
        "urn::x",
        "urn:x:a b",
        "urn:x:a'b",
        "urn:x:a\"b",
        "urn:x:a/b",
        "urn:x:é",
    ] {
        let put = Definitions::default().put_schema(&schema(urn, json!([{ "name": "a" }])));
        assert!(
            matches!(&put, Err(ScimError::InvalidValue { attribute, .. }) if attribute == "id"),
            "{urn}: {put:?}"
        );
    }
    for urn in [
        "urn:ietf:params:scim:schemas:core:2.0:User",
        "URN:IETF:params:scim:schemas:core:2.0:group",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        "urn:ietf:params:scim:schemas:core:2.0:Schema",
        "urn:ietf:params:scim:api:messages:2.0:PatchOp",
        STORAGE_URN,
    ] {
        let put = Definitions::default().put_schema(&schema(urn, json!([{ "name": "a" }])));
        assert!(
            matches!(put, Err(ScimError::Forbidden(_))),
            "{urn}: {put:?}"
        );
    }
    let mut other = schema(THING, json!([{ "name": "a" }]));
    other.insert(
        "schemas".into(),
        json!(["urn:ietf:params:scim:schemas:core:2.0:ResourceType"]),
    );
    assert!(Definitions::default().put_schema(&other).is_err());
    other.insert(
        "schemas".into(),
        json!(["urn:ietf:params:scim:schemas:core:2.0:Schema"]),
    );
    assert!(Definitions::default().put_schema(&other).is_ok());
    other.insert("colour".into(), json!("blue"));
    assert!(
        Definitions::default().put_schema(&other).is_err(),
        "a member that means nothing"
    );
}

/// Rows: DISC-16 DISC-17 DISC-18 DISC-19 DISC-20
#[test]
fn resource_types_that_cannot_be_served_are_refused() {
    let storage = |storage: Value| json!({ STORAGE_URN: storage });
    let extended = |urn: &str| json!({ "schemaExtensions": [{ "schema": urn }] });
    for (more, place) in [
        (json!({ "name": "9" }), "name"),
        (json!({ "name": "a b" }), "name"),
        (json!({ "name": "Ding", "id": "Thing" }), "id"),
        (json!({ "name": null }), "name"),
        (json!({ "name": "uSER" }), "name"),
        (json!({ "endpoint": "/users" }), "endpoint"),
        (json!({ "endpoint": "/schemas" }), "endpoint"),
        (json!({ "endpoint": "Bulk" }), "endpoint"),
        (json!({ "endpoint": "/Me" }), "endpoint"),
        (json!({ "endpoint": "/.search" }), "endpoint"),
        (json!({ "endpoint": "/a/b" }), "endpoint"),
        (json!({ "endpoint": "/a%2f" }), "endpoint"),
        (json!({ "endpoint": "" }), "endpoint"),
        (json!({ "endpoint": "/" }), "endpoint"),
        (json!({ "endpoint": 7 }), "endpoint"),
        (json!({ "schema": "urn:example:scim:Nothing" }), "schema"),
        (
            json!({ "schema": "urn:ietf:params:scim:schemas:core:2.0:User" }),
            "schema",
        ),
        (
            extended("urn:example:scim:Nothing"),
            "schemaExtensions.schema",
        ),
        (extended(THING), "schemaExtensions.schema"),
        (
            extended("urn:ietf:params:scim:schemas:core:2.0:Group"),
            "schemaExtensions.schema",
        ),
        (
            json!({ "schemaExtensions": [{ "schema": EXTRA }, { "schema": EXTRA.to_uppercase() }] }),
            "schemaExtensions.schema",
        ),
        (
            json!({ "schemaExtensions": [{ "schema": EXTRA, "required": "no" }] }),
            "required",
        ),
        (json!({ "schemaExtensions": EXTRA }), "schemaExtensions"),
        (storage(json!({ "indexed": ["nothing"] })), "indexed"),
        (storage(json!({ "indexed": ["size"] })), "indexed"),
        (storage(json!({ "indexed": ["serial"] })), "indexed"),
        (storage(json!({ "indexed": ["displayName"] })), "indexed"),
        (storage(json!({ "indexed": ["tags"] })), "indexed"),
        (storage(json!({ "indexed": ["tags.notes"] })), "indexed"),
        (storage(json!({ "indexed": ["tags.$ref"] })), "indexed"),
        (storage(json!({ "indexed": ["meta.version"] })), "indexed"),
        (storage(json!({ "indexed": "tags.value" })), "indexed"),
        (storage(json!({ "readOnly": 1 })), "readOnly"),
        (storage(json!({ "readonly_": true })), STORAGE_URN),
        (
            storage(json!({ "catalogue": { "attribute": "rolls" } })),
            "catalogue.attribute",
        ),
        (
            storage(json!({ "catalogue": { "attribute": "userName" } })),
            "catalogue.attribute",
        ),
        (
            storage(json!({ "catalogue": { "attribute": "roles", "resourceType": "Group" } })),
            "catalogue.attribute",
        ),
        (storage(json!({ "catalogue": {} })), "attribute"),
    ] {
        kind_refused(more, place);
    }
    let unique = json!([{ "name": "x", "uniqueness": "server" }]);
    let outcome = things(
        json!([{ "name": "a" }]),
        unique,
        json!({ "schemaExtensions": [{ "schema": EXTRA }] }),
    );
    refused(outcome, "schemaExtensions.schema");
}

#[test]
fn one_path_never_means_two_extensions() {
    let mut definitions = Definitions::default();
    for urn in [THING, "urn:example:scim:Thing:inner"] {
        definitions
            .put_schema(&schema(urn, json!([{ "name": "a" }])))
            .unwrap();
    }
    let more = json!({ "schemaExtensions": [{ "schema": "urn:example:scim:thing:INNER" }] });
    definitions.put_resource_type(&thing_type(more)).unwrap();
    assert!(definitions.registry(true).is_err());
}

/// Rows: DISC-16 DISC-19
#[test]
fn built_in_types_change_their_extensions_and_nothing_else() {
    let user = |more: Value| {
        let mut user = object(json!({
            "name": "User", "endpoint": "/Users", "schema": "urn:ietf:params:scim:schemas:core:2.0:User",
        }));
        user.extend(object(more));
        let mut definitions = Definitions::default();
        definitions.put_schema(&schema(EXTRA, json!([{ "name": "x" }])))?;
        definitions.put_resource_type(&user)?;
        definitions.registry(true).map(|registry| {
            let extensions = registry.named("User").unwrap().extensions.iter();
            extensions
                .map(|extension| extension.schema.id.clone())
                .collect::<Vec<_>>()
        })
    };
    let enterprise = crate::schema::ENTERPRISE_USER_URN;
    assert_eq!(
        user(json!({})).unwrap(),
        [enterprise],
        "unspoken of, it stays"
    );
    assert_eq!(
        user(json!({ "schemaExtensions": [{ "schema": EXTRA }] })).unwrap(),
        [EXTRA]
    );
    assert!(user(json!({ "endpoint": "/People" })).is_err());
    assert!(user(json!({ "schema": EXTRA })).is_err());
    assert!(user(json!({ STORAGE_URN: { "readOnly": true } })).is_err());
    let mut definitions = Definitions::default();
    assert!(matches!(
        definitions.remove_resource_type("User"),
        Err(ScimError::Forbidden(_))
    ));
    definitions
        .put_schema(&schema(EXTRA, json!([{ "name": "x" }])))
        .unwrap();
    definitions.extend("User", EXTRA, true).unwrap();
    let registry = definitions.registry(true).unwrap();
    let user = registry.named("User").unwrap();
    assert_eq!(user.extensions.len(), 2, "beside the enterprise extension");
    assert!(user.extension(EXTRA).unwrap().required);
    assert!(matches!(
        definitions.remove_schema(EXTRA),
        Err(ScimError::Conflict(_))
    ));
    definitions.detach(EXTRA).unwrap();
    assert!(definitions.remove_schema(&EXTRA.to_uppercase()).unwrap());
    assert!(definitions.extend("Nobody", EXTRA, false).is_err());
}

/// Rows: DISC-16
#[test]
fn what_is_understood_is_what_is_kept() {
    let attributes = json!([{ "NAME": "serial", "uniqueness": "server", "caseExact": true }, { "name": "$odd" },
        { "name": "tags", "type": "complex", "multiValued": true, "subAttributes": [{ "name": "value" }] }]);
    let storage = json!({ "indexed": ["TAGS.value"], "readOnly": true, "catalogue": { "attribute": "roles" } });
    let mut definitions = things(
        attributes,
        json!([{ "name": "x" }]),
        json!({ STORAGE_URN: storage }),
    )
    .unwrap();
    // A definition that does not speak of storage, as clients read it, keeps it.
    definitions
        .put_resource_type(&thing_type(json!({ "description": "A thing" })))
        .unwrap();
    let stored = Definitions::stored(
        definitions
            .schemas()
            .iter()
            .map(|(urn, json)| (urn.clone(), Value::Object(json.clone()))),
        definitions
            .resource_types()
            .iter()
            .map(|(name, json)| (name.clone(), Value::Object(json.clone()))),
    );
    let registry = stored.registry(true).unwrap();
    let thing = registry.named("Thing").unwrap();
    assert_eq!(thing.indexed, ["tags.value"]);
    assert!(thing.read_only && thing.description == "A thing");
    assert_eq!(
        thing.unique.as_ref().map(|unique| unique.name.as_str()),
        Some("serial")
    );
    assert_eq!(
        thing
            .catalogue
            .as_ref()
            .map(|catalogue| (catalogue.multi_valued, catalogue.required)),
        Some((true, false))
    );
    assert!(
        registry.schemas().iter().any(|schema| schema.is(EXTRA)),
        "listed before a type uses it"
    );
    let mut again = stored.clone();
    for schema in stored.schemas().values() {
        again.put_schema(schema).unwrap();
    }
    assert_eq!(again, stored, "what /Schemas shows can be put back");
}

#[test]
fn their_number_and_size_are_bounded() {
    let mut definitions = Definitions::default();
    for number in 0..=100 {
        definitions
            .put_schema(&schema(
                &format!("urn:example:n:{number}"),
                json!([{ "name": "a" }]),
            ))
            .unwrap();
    }
    assert!(matches!(
        definitions.registry(true),
        Err(ScimError::Conflict(_))
    ));
    let mut definitions = Definitions::default();
    for number in 0..20 {
        let mut large = schema(&format!("urn:example:n:{number}"), json!([{ "name": "a" }]));
        large.insert("description".into(), "x".repeat(60_000).into());
        definitions.put_schema(&large).unwrap();
    }
    assert!(matches!(
        definitions.registry(true),
        Err(ScimError::TooLarge { .. })
    ));
}
