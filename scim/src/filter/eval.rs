//! The pure evaluator of conditions (RFC 7644 §3.4.2.2).
//!
//! PATCH paths with brackets need it. It also judges SQL compilers in property tests. [`holds`] looks at a whole resource as
//! it is shown to clients, [`element_holds`] at one value of a multi-valued attribute. An attribute without a value makes
//! every test false. The example of [`crate::filter`] evaluates a filter.

use serde_json::Value;

use super::condition::{Condition, Test};
use super::operand::{Operand, ordered, text_matches};
use crate::datetime;
use crate::json::Object;
use crate::path::{AttributeRef, Home};
use crate::resource_type::ResourceType;
use crate::schema::AttributeType;

/// Whether `resource`, as it is shown to clients, satisfies `condition`.
pub fn holds(condition: &Condition<'_>, resource: &Object, resource_type: &ResourceType) -> bool {
    evaluate(condition, &Subject::Resource(resource), resource_type)
}

/// Whether one element of a multi-valued attribute satisfies `condition`.
pub fn element_holds(
    condition: &Condition<'_>,
    element: &Value,
    resource_type: &ResourceType,
) -> bool {
    evaluate(condition, &Subject::Element(element), resource_type)
}

enum Subject<'v> {
    Resource(&'v Object),
    Element(&'v Value),
}

impl<'v> Subject<'v> {
    fn value(&self, target: AttributeRef<'_>) -> Option<&'v Value> {
        match self {
            Self::Element(element) => match target.sub {
                Some(sub) => element.get(&sub.name),
                None => Some(element),
            },
            Self::Resource(resource) => {
                let value = attribute_value(resource, target)?;
                match target.sub {
                    Some(sub) => value.get(&sub.name),
                    None => Some(value),
                }
            }
        }
    }
}

fn attribute_value<'v>(resource: &'v Object, target: AttributeRef<'_>) -> Option<&'v Value> {
    match target.home {
        Home::Common | Home::Core => resource.get(&target.attribute.name),
        Home::Extension(urn) => resource.get(urn)?.get(&target.attribute.name),
    }
}

fn evaluate(
    condition: &Condition<'_>,
    subject: &Subject<'_>,
    resource_type: &ResourceType,
) -> bool {
    match condition {
        Condition::Constant(known) => *known,
        Condition::And(terms) => terms
            .iter()
            .all(|term| evaluate(term, subject, resource_type)),
        Condition::Or(terms) => terms
            .iter()
            .any(|term| evaluate(term, subject, resource_type)),
        Condition::Not(term) => !evaluate(term, subject, resource_type),
        Condition::Test(test) => subject
            .value(test.target)
            .is_some_and(|value| value_matches(test, value, resource_type)),
        Condition::Element(target, term) => {
            let Subject::Resource(resource) = subject else {
                return false;
            };
            let elements = attribute_value(resource, *target).and_then(Value::as_array);
            elements.is_some_and(|elements| {
                elements
                    .iter()
                    .any(|element| evaluate(term, &Subject::Element(element), resource_type))
            })
        }
    }
}

fn value_matches(test: &Test<'_>, value: &Value, resource_type: &ResourceType) -> bool {
    let leaf = test.target.leaf();
    match (&test.operand, value) {
        (Operand::Present, value) => !matches!(value, Value::Null) && value.as_str() != Some(""),
        (Operand::Text(..), Value::String(text)) => {
            let preparation = match (test.target.home, test.target.sub) {
                (Home::Core, None) => resource_type.preparation(leaf),
                _ => leaf.preparation(),
            };
            text_matches(&test.operand, &preparation.key(text))
        }
        (Operand::Boolean(expected), Value::Bool(actual)) => expected == actual,
        (Operand::Integer(operator, expected), Value::Number(actual)) => actual
            .as_i64()
            .is_some_and(|actual| ordered(*operator, &actual, expected)),
        (Operand::Decimal(operator, expected), Value::Number(actual)) => actual
            .as_f64()
            .is_some_and(|actual| ordered(*operator, &actual, expected)),
        (Operand::Instant(operator, expected), Value::String(text))
            if leaf.kind == AttributeType::DateTime =>
        {
            datetime::parse(text)
                .is_some_and(|instant| ordered(*operator, &datetime::key_us(instant), expected))
        }
        _ => false,
    }
}
