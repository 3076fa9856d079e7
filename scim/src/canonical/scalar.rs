//! Simple values: text, numbers, booleans.

use serde_json::{Number, Value};

use super::context::Context;
use super::fault::{fault, wrong_type};
use super::format;
use crate::ScimError;
use crate::filter::truth;
use crate::path::AttributeRef;
use crate::profile::Leniency;
use crate::profile::Rule;
use crate::schema::AttributeType;

pub(super) fn scalar(
    context: Context<'_>,
    target: AttributeRef<'_>,
    value: &Value,
) -> Result<Option<Value>, ScimError> {
    let leaf = target.leaf();
    match (leaf.kind, value) {
        (_, Value::Null) => Ok(None),
        (AttributeType::Boolean, Value::Bool(_)) => Ok(Some(value.clone())),
        (AttributeType::Boolean, Value::String(text)) => boolean_from_text(context.leniency, text)
            .map(|truth| Some(Value::Bool(truth)))
            .ok_or_else(|| fault(target, format!("is true or false, not \"{text:.50}\""))),
        (AttributeType::Integer, Value::Number(number)) if number.is_i64() => {
            Ok(Some(value.clone()))
        }
        (AttributeType::Decimal, Value::Number(number)) => match number.as_f64() {
            Some(float) if float.is_finite() => Ok(Some(decimal(number, float))),
            _ => Err(wrong_type(target, value)),
        },
        (AttributeType::String, Value::Number(number))
            if context.leniency.allows(Rule::StringFromNumber) =>
        {
            let text = Value::String(number.to_string());
            scalar(context, target, &text)
        }
        (
            AttributeType::String
            | AttributeType::Reference
            | AttributeType::Binary
            | AttributeType::DateTime,
            Value::String(text),
        ) => format::text(context, target, text)
            .map(|text| text.map(Value::String))
            .map_err(|expected| fault(target, expected)),
        _ => Err(wrong_type(target, value)),
    }
}

/// A number as it was written, if databases keep it as finely and as long. It never has an exponent and is never minus
/// zero, because PostgreSQL writes those in another way.
fn decimal(number: &Number, float: f64) -> Value {
    let text = number.to_string();
    let short = float.is_normal() && number.is_f64() && text.len() <= 32;
    if number.is_i64() || (short && !text.contains(['e', 'E'])) {
        return Value::Number(number.clone());
    }
    // Without a point it would be a whole number, and those have 64 bits.
    let mut plain = format!("{}", float + 0.0);
    if !plain.contains('.') {
        plain.push_str(".0");
    }
    plain
        .parse()
        .map_or_else(|_| Value::from(float), Value::Number)
}

/// A boolean written as text.
fn boolean_from_text(leniency: &Leniency, text: &str) -> Option<bool> {
    truth(text).filter(|_| leniency.allows(Rule::BooleanString))
}
