//! Finding the elements that a client names, without comparing each with each.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::{Value, json};

use super::meter::{Meter, weight};
use crate::ScimError;
use crate::comparable;
use crate::json::Object;
use crate::schema::Attribute;

/// The parts of an element that are compared.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Shape {
    /// All of it.
    Whole,
    /// Its `value` and, perhaps absent, `type`.
    Pair,
    /// These sub-attributes.
    Of(BTreeSet<String>),
}

impl Shape {
    /// The comparison key of a prepared element; `None` when it lacks what is compared.
    fn key(&self, prepared: &Value) -> Option<String> {
        let of = |name: &String| prepared.get(name);
        let key = match self {
            Self::Whole => prepared.to_string(),
            Self::Pair => json!([prepared.get("value")?, prepared.get("type")]).to_string(),
            Self::Of(names) => json!(names.iter().map(of).collect::<Option<Vec<_>>>()?).to_string(),
        };
        Some(key)
    }
}

/// An added element may be there already. It is found by its `value` and `type`, or by everything that was sent. An
/// element without a `value` is found as a whole only.
fn shapes_of_added(prepared: &Value) -> Vec<Shape> {
    match prepared {
        Value::Object(sent) if sent.contains_key("value") && sent.contains_key("type") => {
            vec![Shape::Pair]
        }
        Value::Object(sent) if sent.contains_key("value") => {
            vec![Shape::Pair, Shape::Of(sent.keys().cloned().collect())]
        }
        _ => vec![Shape::Whole],
    }
}

/// The elements of an attribute, by the parts that the added elements are compared by.
pub(super) struct Known<'t> {
    attribute: &'t Attribute,
    positions: HashMap<Shape, HashMap<String, usize>>,
}

impl<'t> Known<'t> {
    /// `added` are the elements that will be looked for.
    ///
    /// Errors: 413 when that is more than the meter allows.
    pub(super) fn new(
        attribute: &'t Attribute,
        known: &[Value],
        added: &[Value],
        meter: &Meter,
    ) -> Result<Self, ScimError> {
        let shapes = added
            .iter()
            .flat_map(|sent| shapes_of_added(&comparable::element(attribute, sent)));
        let mut index = Self {
            attribute,
            positions: shapes.map(|shape| (shape, HashMap::new())).collect(),
        };
        let ways = index.positions.len();
        meter.charge(ways.saturating_mul(weight(known) + weight(added)))?;
        for (position, element) in known.iter().enumerate() {
            index.learn(position, element);
        }
        Ok(index)
    }

    pub(super) fn learn(&mut self, position: usize, element: &Value) {
        let prepared = comparable::element(self.attribute, element);
        for (shape, positions) in &mut self.positions {
            if let Some(key) = shape.key(&prepared) {
                positions.entry(key).or_insert(position);
            }
        }
    }

    /// The position of the element that `sent` names.
    pub(super) fn find(&self, sent: &Value) -> Option<usize> {
        let prepared = comparable::element(self.attribute, sent);
        shapes_of_added(&prepared).into_iter().find_map(|shape| {
            let positions = self.positions.get(&shape)?;
            positions.get(&shape.key(&prepared)?).copied()
        })
    }
}

/// The elements that the `value` list of a remove names: by their `value`, or by everything that was sent.
pub(super) struct Listed<'t> {
    attribute: &'t Attribute,
    keys: HashMap<Shape, HashSet<String>>,
}

impl<'t> Listed<'t> {
    pub(super) fn new(attribute: &'t Attribute, listed: &Value) -> Self {
        let single = std::slice::from_ref(listed);
        let listed = listed.as_array().map_or(single, Vec::as_slice);
        let mut keys: HashMap<Shape, HashSet<String>> = HashMap::new();
        for sent in listed.iter().filter_map(|sent| named(attribute, sent)) {
            let prepared = comparable::element(attribute, &sent);
            let shape = match &sent {
                Value::Object(sent) if sent.contains_key("value") => {
                    Shape::Of(BTreeSet::from(["value".to_owned()]))
                }
                Value::Object(sent) => Shape::Of(sent.keys().cloned().collect()),
                _ => Shape::Whole,
            };
            if let Some(key) = shape.key(&prepared) {
                keys.entry(shape).or_default().insert(key);
            }
        }
        Self { attribute, keys }
    }

    /// Number of ways of comparing, hence of keys made for each element.
    pub(super) fn ways(&self) -> usize {
        self.keys.len()
    }

    pub(super) fn names(&self, element: &Value) -> bool {
        let prepared = comparable::element(self.attribute, element);
        let mut keys = self.keys.iter();
        keys.any(|(shape, keys)| shape.key(&prepared).is_some_and(|key| keys.contains(&key)))
    }
}

/// The parts of a listed element that the schema defines. Unknown parts are ignored. An element of unknown parts only
/// names nothing: otherwise it would empty the attribute.
fn named(attribute: &Attribute, sent: &Value) -> Option<Value> {
    let known: Object = match (attribute.default_sub_attribute(), sent) {
        (_, Value::Object(sent)) => sent
            .iter()
            .filter_map(|(key, sent)| {
                Some((attribute.sub_attribute(key)?.name.clone(), sent.clone()))
            })
            .collect(),
        (Some(value), simple) => Object::from_iter([(value.name.clone(), simple.clone())]),
        (None, simple) => return Some(simple.clone()),
    };
    (!known.is_empty()).then_some(Value::Object(known))
}
