//! What changes of definitions mean for resources that are stored.

use serde_json::{Value, json};

use super::*;
use crate::Document;
use crate::registry::Registry;
use crate::resource_type::ResourceType;

const BEFORE: &str = r#"[{"name":"serial","uniqueness":"server"},{"name":"label"},{"name":"size","type":"integer"},
    {"name":"tags","multiValued":true},{"name":"owner","type":"complex","subAttributes":[{"name":"value"},{"name":"note"}]}]"#;

fn thing(attributes: &Value, more: Value) -> std::sync::Arc<ResourceType> {
    let definitions = things(attributes.clone(), json!([{ "name": "x" }]), more).unwrap();
    std::sync::Arc::clone(definitions.registry(true).unwrap().named("Thing").unwrap())
}

/// What the change of one attribute of `BEFORE` means, with an example of each kind of document.
#[track_caller]
fn changed(name: &str, change: Value, expected: Result<bool, &str>) {
    let before: Value = serde_json::from_str(BEFORE).unwrap();
    let mut after = before.clone();
    let attributes = after.as_array_mut().unwrap();
    match attributes
        .iter_mut()
        .find(|attribute| attribute["name"] == name)
    {
        Some(_) if change.is_null() => attributes.retain(|attribute| attribute["name"] != name),
        Some(attribute) => attribute.as_object_mut().unwrap().extend(object(change)),
        None => attributes.push(change),
    }
    let extension = json!({ "schemaExtensions": [{ "schema": EXTRA }] });
    let (old, new) = (thing(&before, extension.clone()), thing(&after, extension));
    match (effect(&old, Some(&new)), expected) {
        (Effect::None, Ok(false)) => {}
        (Effect::NoResources(_), Err("no resources")) => {}
        (Effect::Documents, expected) => {
            let registry = Registry::of(vec![std::sync::Arc::clone(&new)]);
            let full = Document::stored(
                json!({ "serial": "1", "label": "A", "size": 1, "tags": ["a"], "externalId": "e",
                "owner": { "value": "v", "note": "n" }, EXTRA: { "x": "X" } }),
            );
            let found = contradiction(&old, &new, &registry, &full);
            match expected {
                Ok(true) => assert_eq!(found, None, "{name}"),
                Ok(false) => panic!("{name}: documents need no look"),
                Err(attribute) => assert_eq!(found.unwrap().attribute, attribute),
            }
        }
        (effect, expected) => panic!("{name}: {effect:?}, expected {expected:?}"),
    }
}

#[test]
fn changes_that_only_add_need_no_look_at_what_is_stored() {
    changed("new", json!({ "name": "new" }), Ok(false));
    changed(
        "label",
        json!({ "description": "other", "returned": "request", "mutability": "immutable" }),
        Ok(false),
    );
    let more =
        json!({ "subAttributes": [{ "name": "value" }, { "name": "note" }, { "name": "more" }] });
    changed("owner", more, Ok(false));
}

#[test]
fn changes_that_contradict_a_document_name_the_attribute() {
    changed("size", json!({ "type": "string" }), Err("size"));
    changed("label", json!({ "type": "boolean" }), Err("label"));
    changed("label", json!({ "multiValued": true }), Err("label"));
    changed("tags", json!({ "multiValued": false }), Err("tags"));
    changed("label", json!({ "caseExact": true }), Err("label"));
    changed("label", json!({ "mutability": "readOnly" }), Err("label"));
    changed("label", Value::Null, Err("label"));
    changed(
        "new",
        json!({ "name": "new", "required": true }),
        Err("new"),
    );
    changed(
        "owner",
        json!({ "subAttributes": [{ "name": "value" }] }),
        Err("owner"),
    );
    let required = json!({ "subAttributes": [{ "name": "value" }, { "name": "note" }, { "name": "more", "required": true }] });
    changed("owner", required, Err("owner.more"));
    changed("label", json!({ "required": true }), Ok(true));
    changed(
        "serial",
        json!({ "uniqueness": "none" }),
        Err("no resources"),
    );
    changed("serial", json!({ "caseExact": true }), Err("no resources"));
}

#[test]
fn extensions_and_indexes_are_held_against_what_is_stored() {
    let attributes: Value = serde_json::from_str(BEFORE).unwrap();
    let plain = thing(&attributes, json!({}));
    let extended = |required: bool| {
        thing(
            &attributes,
            json!({ "schemaExtensions": [{ "schema": EXTRA, "required": required }] }),
        )
    };
    assert_eq!(effect(&plain, Some(&extended(false))), Effect::None);
    assert_eq!(
        effect(&extended(true), Some(&extended(false))),
        Effect::None
    );
    assert_eq!(effect(&plain, Some(&extended(true))), Effect::Documents);
    assert_eq!(effect(&extended(false), Some(&plain)), Effect::Documents);
    let indexed = thing(
        &attributes,
        json!({ STORAGE_URN: { "indexed": ["label"] } }),
    );
    assert!(matches!(
        effect(&plain, Some(&indexed)),
        Effect::NoResources(_)
    ));
    assert!(matches!(effect(&plain, None), Effect::NoResources(_)));
    let with = Document::stored(json!({ "serial": "1", EXTRA: { "x": "1" } }));
    let without = Document::stored(json!({ "serial": "1" }));
    let found = |old: &ResourceType, new: &std::sync::Arc<ResourceType>, document| {
        let registry = Registry::of(vec![std::sync::Arc::clone(new)]);
        contradiction(old, new, &registry, document).map(|found| found.attribute)
    };
    assert_eq!(
        found(&extended(false), &plain, &with).as_deref(),
        Some(EXTRA)
    );
    assert_eq!(found(&extended(false), &plain, &without), None);
    assert_eq!(
        found(&plain, &extended(true), &without).as_deref(),
        Some(EXTRA)
    );
}
