//! What filters over some resources can be made of: the places of their type, each with literals that may meet a value.

use std::collections::BTreeSet;

use scim::resource_type::ResourceType;
use scim::schema::{Attribute, AttributeType, Returned, builtin};
use serde_json::{Map, Value};
use unicode_normalization::UnicodeNormalization as _;

use crate::values::{literals, quote};

/// Something that compares with literals.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// As a filter names it.
    pub(crate) path: String,
    pub(crate) kind: AttributeType,
    /// Literals that some resource may have, then all others of the type.
    pub(crate) literals: Vec<String>,
}

impl Place {
    /// The operators that the type offers.
    pub(crate) fn operators(&self) -> &'static [&'static str] {
        match self.kind {
            AttributeType::String | AttributeType::Reference => {
                &["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"]
            }
            AttributeType::Binary => &["eq", "ne", "co", "sw", "ew"],
            AttributeType::Boolean => &["eq", "ne"],
            AttributeType::Integer | AttributeType::Decimal | AttributeType::DateTime => {
                &["eq", "ne", "gt", "ge", "lt", "le"]
            }
            AttributeType::Complex => &[],
        }
    }
}

/// The words of filters over some resources.
#[derive(Debug, Clone)]
pub(crate) struct Vocabulary {
    /// Paths with a type.
    pub(crate) places: Vec<Place>,
    /// Multi-valued attributes with what may stand in their brackets.
    pub(crate) brackets: Vec<(String, Vec<Place>)>,
    /// Paths that are only present or absent: complex attributes and extensions.
    pub(crate) wholes: Vec<String>,
}

impl Vocabulary {
    pub(crate) fn of(kind: &ResourceType, resources: &[Map<String, Value>]) -> Self {
        let resources: Vec<Value> = resources.iter().cloned().map(Value::Object).collect();
        let mut vocabulary = Self {
            places: Vec::new(),
            brackets: Vec::new(),
            wholes: Vec::new(),
        };
        for attribute in builtin::common()
            .attributes
            .iter()
            .chain(&kind.schema.attributes)
        {
            vocabulary.learn(attribute, "", &resources.iter().collect::<Vec<_>>());
        }
        for extension in &kind.extensions {
            let urn = &extension.schema.id;
            let inside: Vec<&Value> = resources
                .iter()
                .filter_map(|resource| resource.get(urn))
                .collect();
            for attribute in &extension.schema.attributes {
                vocabulary.learn(attribute, &format!("{urn}:"), &inside);
            }
            vocabulary.wholes.push(urn.clone());
        }
        vocabulary
    }

    fn learn(&mut self, attribute: &Attribute, prefix: &str, holders: &[&Value]) {
        if attribute.returned == Returned::Never {
            return;
        }
        let path = format!("{prefix}{}", attribute.name);
        let values = values_of(attribute, holders);
        if !attribute.is_complex() {
            self.places.push(place(&path, attribute.kind, &values));
            if attribute.multi_valued {
                self.brackets
                    .push((path, vec![place("value", attribute.kind, &values)]));
            }
            return;
        }
        let sub_place =
            |path: &str, sub: &Attribute| place(path, sub.kind, &values_of(sub, &values));
        let (lists, subs): (Vec<_>, Vec<_>) = attribute
            .sub_attributes
            .iter()
            .partition(|sub| sub.multi_valued);
        // A list inside a value is only present or absent.
        self.wholes
            .extend(lists.iter().map(|sub| format!("{path}.{}", sub.name)));
        let subs = subs.into_iter();
        self.places.extend(
            subs.clone()
                .map(|sub| sub_place(&format!("{path}.{}", sub.name), sub)),
        );
        self.places.extend(
            attribute
                .default_sub_attribute()
                .map(|sub| sub_place(&path, sub)),
        );
        if attribute.multi_valued {
            self.brackets.push((
                path.clone(),
                subs.map(|sub| sub_place(&sub.name, sub)).collect(),
            ));
        }
        self.wholes.push(path);
    }
}

/// The values of an attribute in the objects that may hold it, each element by itself.
fn values_of<'v>(attribute: &Attribute, holders: &[&'v Value]) -> Vec<&'v Value> {
    let found = holders
        .iter()
        .filter_map(|holder| holder.get(&attribute.name));
    found
        .flat_map(|value| match value {
            Value::Array(elements) => elements.iter().collect(),
            single => vec![single],
        })
        .collect()
}

fn place(path: &str, kind: AttributeType, values: &[&Value]) -> Place {
    let mut own = BTreeSet::new();
    for value in values {
        match value {
            Value::String(text) => own.extend(variants(text).iter().map(|variant| quote(variant))),
            other => {
                own.insert(other.to_string());
            }
        }
    }
    let fits = |literal: &String| {
        kind != AttributeType::DateTime || values.iter().any(|value| value.to_string() == *literal)
    };
    let mut all: Vec<String> = own.into_iter().filter(fits).collect();
    all.extend(literals(kind));
    Place {
        path: path.to_owned(),
        kind,
        literals: all,
    }
}

/// The text, its parts, and texts that are equal to it where letter case or composition does not count.
fn variants(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    let half = characters.len() / 2;
    vec![
        text.to_owned(),
        text.to_uppercase(),
        text.to_lowercase(),
        text.nfd().collect(),
        characters[..half].iter().collect(),
        characters[half..].iter().collect(),
        format!("{text}a"),
    ]
}
