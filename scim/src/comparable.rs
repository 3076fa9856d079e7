//! The comparison document: it has the shape of the canonical document, and every value is replaced by its comparison key.
//!
//! Databases filter and sort on [`Comparable`] and never on the original. Text is prepared ([`crate::compare`]), booleans are
//! the words `true` and `false`, dateTimes are microseconds since 1970. So all databases and the pure evaluator see the same
//! order and equality, whatever their locale. The rules are those of RFC 7643 §2.3 and RFC 7644 §3.4.2.
//!
//! ```
//! use scim::Document;
//! use scim::comparable::{comparable, indexed_keys};
//! use scim::resource_type::ResourceType;
//! use serde_json::json;
//!
//! let user = ResourceType::user();
//! let document = Document::stored(json!({ "userName": "Ada", "emails": [{ "value": "ADA@x.test" }] }));
//! let keys = comparable(&user, &document);
//! assert_eq!(keys["userName"], "ada");
//! assert_eq!(indexed_keys(&keys, "emails.value"), ["ada@x.test"]);
//! ```

use std::ops::Deref;

use serde::Serialize;
use serde_json::Value;

use super::compare::Preparation;
use super::datetime;
use super::document::Document;
use super::json::Object;
use super::resource_type::ResourceType;
use super::schema::{Attribute, AttributeType, Schema, builtin};

/// A comparison document.
///
/// It has the shape of the [`Document`] that it was made of. Text is a comparison key, a boolean is the word `true` or
/// `false`, a dateTime is a number of microseconds since 1970, a number is itself. What no schema defines is not in it.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Comparable(Object);

impl Deref for Comparable {
    type Target = Object;

    fn deref(&self) -> &Object {
        &self.0
    }
}

/// Makes the comparison document of a canonical one.
pub fn comparable(resource_type: &ResourceType, document: &Document) -> Comparable {
    let mut keys = Object::new();
    let common = builtin::common();
    schema_keys(common, document, &mut keys, |attribute| {
        attribute.preparation()
    });
    schema_keys(&resource_type.schema, document, &mut keys, |attribute| {
        resource_type.preparation(attribute)
    });
    for extension in &resource_type.extensions {
        let urn = &extension.schema.id;
        if let Some(Value::Object(inside)) = document.get(urn) {
            let mut inside_keys = Object::new();
            schema_keys(
                &extension.schema,
                inside,
                &mut inside_keys,
                Attribute::preparation,
            );
            keys.insert(urn.clone(), Value::Object(inside_keys));
        }
    }
    Comparable(keys)
}

fn schema_keys(
    schema: &Schema,
    from: &Object,
    into: &mut Object,
    preparation: impl Fn(&Attribute) -> Preparation,
) {
    for attribute in &schema.attributes {
        if let Some(value) = from.get(&attribute.name) {
            into.insert(
                attribute.name.clone(),
                key(attribute, preparation(attribute), value),
            );
        }
    }
}

/// What one element of a multi-valued attribute is compared by.
pub(crate) fn element(attribute: &Attribute, element: &Value) -> Value {
    key(attribute, attribute.preparation(), element)
}

fn key(attribute: &Attribute, preparation: Preparation, value: &Value) -> Value {
    match value {
        Value::Array(items) => items
            .iter()
            .map(|item| key(attribute, preparation, item))
            .collect(),
        Value::Object(object) => {
            let subs = attribute.sub_attributes.iter();
            let keyed = subs.filter_map(|sub| {
                Some((
                    sub.name.clone(),
                    key(sub, sub.preparation(), object.get(&sub.name)?),
                ))
            });
            Value::Object(keyed.collect())
        }
        Value::String(text) if attribute.kind == AttributeType::DateTime => {
            datetime::parse(text).map_or(Value::Null, |instant| datetime::key_us(instant).into())
        }
        Value::String(text) => preparation.key(text).into(),
        Value::Bool(truth) => if *truth { "true" } else { "false" }.into(),
        other => other.clone(),
    }
}

/// The keys of an indexed path (`emails.value`, `serialNumber`) in a comparison document, each once.
pub fn indexed_keys(keys: &Comparable, path: &str) -> Vec<String> {
    let (name, sub) = path.split_once('.').unwrap_or((path, ""));
    let elements = match keys.get(name) {
        Some(Value::Array(elements)) => elements.as_slice(),
        Some(single) => std::slice::from_ref(single),
        None => &[],
    };
    let mut found: Vec<String> = elements
        .iter()
        .filter_map(|element| {
            if sub.is_empty() {
                element.as_str()
            } else {
                element.get(sub)?.as_str()
            }
        })
        .map(str::to_owned)
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}
