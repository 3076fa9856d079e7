//! Random resources of a type, from its schema.

use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;
use scim::resource_type::ResourceType;
use scim::schema::{Attribute, AttributeType, Mutability};
use serde_json::{Map, Value};

use crate::values::{LOCALES, NAMES, document_values};

/// How often an attribute has a value.
const ASSIGNED: f64 = 0.55;

type Members = BoxedStrategy<Vec<(String, Option<Value>)>>;

/// Bodies of `number` resources, without references to each other; unique values end in their position.
pub(crate) fn documents(
    kind: &ResourceType,
    number: usize,
) -> BoxedStrategy<Vec<Map<String, Value>>> {
    let unique = kind.unique.as_ref().map(|unique| unique.name.clone());
    let named = move |bodies: Vec<Map<String, Value>>| {
        let number_them = |(position, mut body): (usize, Map<String, Value>)| {
            if let Some(Value::String(name)) =
                unique.as_ref().and_then(|unique| body.get_mut(unique))
            {
                name.push_str(&position.to_string());
            }
            body
        };
        bodies.into_iter().enumerate().map(number_them).collect()
    };
    prop::collection::vec(document(kind), number)
        .prop_map(named)
        .boxed()
}

fn document(kind: &ResourceType) -> BoxedStrategy<Map<String, Value>> {
    let external_id = weighted(ASSIGNED, scalar(AttributeType::String))
        .prop_map(|value| ("externalId".to_owned(), value));
    let mut extensions: Vec<BoxedStrategy<(String, Option<Value>)>> = vec![external_id.boxed()];
    for extension in &kind.extensions {
        let urn = extension.schema.id.clone();
        let inside = weighted(
            0.7,
            members(&extension.schema.attributes)
                .prop_map(|members| Value::Object(assigned(members))),
        );
        extensions.push(inside.prop_map(move |value| (urn.clone(), value)).boxed());
    }
    (members(&kind.schema.attributes), extensions)
        .prop_map(|(core, extensions)| assigned(core.into_iter().chain(extensions)))
        .boxed()
}

fn assigned(members: impl IntoIterator<Item = (String, Option<Value>)>) -> Map<String, Value> {
    members
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
}

fn members(attributes: &[Attribute]) -> Members {
    let written = attributes.iter().filter(|attribute| {
        attribute.mutability == Mutability::ReadWrite && attribute.name != "$ref"
    });
    let one = |attribute: &Attribute| {
        let name = attribute.name.clone();
        let value = match value(attribute) {
            always if attribute.required => always.prop_map(Some).boxed(),
            sometimes => weighted(ASSIGNED, sometimes).boxed(),
        };
        value.prop_map(move |value| (name.clone(), value)).boxed()
    };
    written.map(one).collect::<Vec<_>>().boxed()
}

fn value(attribute: &Attribute) -> BoxedStrategy<Value> {
    if !attribute.multi_valued {
        return single(attribute);
    }
    let elements = prop::collection::vec(single(attribute), 0..4);
    elements
        .prop_map(|elements| Value::Array(with_one_primary(elements)))
        .boxed()
}

fn single(attribute: &Attribute) -> BoxedStrategy<Value> {
    let text = |pool: &'static [&'static str]| select(pool).prop_map(Value::from).boxed();
    match attribute.kind {
        AttributeType::Complex => complex(attribute),
        _ if attribute.name == "userName" => text(NAMES),
        _ if attribute.name == "locale" => text(LOCALES),
        kind => scalar(kind),
    }
}

fn scalar(kind: AttributeType) -> BoxedStrategy<Value> {
    let known =
        select(document_values(kind)).prop_map(|json| serde_json::from_str(&json).expect("JSON"));
    match kind {
        AttributeType::String => {
            prop_oneof![4 => known, 1 => "[abAB%_'é😀]{1,3}".prop_map(Value::from)].boxed()
        }
        AttributeType::Integer => {
            prop_oneof![4 => known, 1 => any::<i64>().prop_map(Value::from)].boxed()
        }
        AttributeType::Decimal => {
            prop_oneof![4 => known, 1 => any::<f64>().prop_map(Value::from)].boxed()
        }
        _ => known.boxed(),
    }
}

/// A complex value has its `value` where the attribute is multi-valued, and something else where it is not.
fn complex(attribute: &Attribute) -> BoxedStrategy<Value> {
    let multi_valued = attribute.multi_valued;
    let mut subs = attribute.sub_attributes.clone();
    let always = if multi_valued && attribute.default_sub_attribute().is_some() {
        "value"
    } else {
        subs[0].name.as_str()
    };
    let always = always.to_owned();
    for sub in &mut subs {
        sub.required = sub.name == always;
    }
    members(&subs)
        .prop_map(|members| Value::Object(assigned(members)))
        .boxed()
}

fn with_one_primary(mut elements: Vec<Value>) -> Vec<Value> {
    let is_primary = |element: &Value| element.get("primary") == Some(&Value::Bool(true));
    let first = elements.iter().position(is_primary);
    for (position, element) in elements.iter_mut().enumerate() {
        if is_primary(element) && Some(position) != first {
            element["primary"] = Value::Bool(false);
        }
    }
    elements
}
