//! How a value is refused.

use serde_json::Value;

use crate::ScimError;
use crate::json::describe;
use crate::path::AttributeRef;
use crate::schema::AttributeType;

pub(super) fn fault(target: AttributeRef<'_>, expected: impl Into<String>) -> ScimError {
    ScimError::invalid_value(target.to_string(), expected)
}

pub(super) fn wrong_type(target: AttributeRef<'_>, value: &Value) -> ScimError {
    let expected = match target.leaf().kind {
        AttributeType::String => "a string",
        AttributeType::Boolean => "true or false",
        AttributeType::Decimal => "a number",
        AttributeType::Integer => "a whole number of 64 bits",
        AttributeType::DateTime => "a dateTime such as 2026-01-31T08:30:00Z",
        AttributeType::Binary => "base64 text",
        AttributeType::Reference => "a URI",
        AttributeType::Complex => "an object of sub-attributes",
    };
    fault(target, format!("is {expected}, not {}", describe(value)))
}
