//! Single values and elements: types, leniencies, complex attributes.

use serde_json::{Number, Value, json};

use super::{Context, boolean_from_text, format};
use crate::ScimError;
use crate::comparable;
use crate::json::{Object, describe, get};
use crate::path::AttributeRef;
use crate::profile::Rule;
use crate::schema::{Attribute, AttributeType, Mutability};

/// Most values of one attribute (members are edges and have no such bound).
pub(crate) const VALUES_MAX: usize = 10_000;

/// Whether a value means "unassigned" (RFC 7643 §2.5).
pub(crate) fn unassigns(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

fn fault(target: AttributeRef<'_>, expected: impl Into<String>) -> ScimError {
    ScimError::invalid_value(target.to_string(), expected)
}

/// The elements of a multi-valued attribute, each canonical. `target` names the attribute, or a multi-valued
/// sub-attribute.
pub(crate) fn elements(
    context: Context<'_>,
    target: AttributeRef<'_>,
    value: &Value,
) -> Result<Vec<Value>, ScimError> {
    let items = match value {
        _ if unassigns(value) => return Ok(Vec::new()),
        Value::Array(items) if items.len() > VALUES_MAX => {
            return Err(fault(target, format!("has at most {VALUES_MAX} values")));
        }
        Value::Array(items) => items.iter().collect(),
        single if context.leniency.allows(Rule::MultiFromSingle) => match single.as_str() {
            // A template that found nothing to put in.
            Some("") => return Ok(Vec::new()),
            _ => vec![single],
        },
        other => {
            return Err(fault(
                target,
                format!("is multi-valued: an array, not {}", describe(other)),
            ));
        }
    };
    let mut found = Vec::with_capacity(items.len());
    for item in items {
        match element(context, target, item)? {
            Some(element) => found.push(element),
            None if item.is_null() || !has_null_value(item) => {
                return Err(fault(target, "an element has no value"));
            }
            None => {}
        }
    }
    Ok(found)
}

/// One element; `None` when nothing of it is assigned.
fn element(
    context: Context<'_>,
    target: AttributeRef<'_>,
    item: &Value,
) -> Result<Option<Value>, ScimError> {
    let leaf = target.leaf();
    if !leaf.is_complex() {
        return scalar(context, target, item);
    }
    let Some(default) = leaf.default_sub_attribute() else {
        return match item {
            Value::Object(object) => complex(context, target, object),
            _ => Err(wrong_type(target, item)),
        };
    };
    match item {
        Value::Object(object) => {
            let Some(element) = complex(context, target, object)? else {
                return Ok(None);
            };
            match element.get(&default.name) {
                Some(_) => Ok(Some(element)),
                None if has_null_value(item) => Ok(None),
                None => Err(fault(
                    target.with_sub(Some(default)),
                    "each element needs a value",
                )),
            }
        }
        Value::String(text) if context.leniency.allows(Rule::MultiFromSingle) => {
            let object = Object::from_iter([(default.name.clone(), Value::from(text.as_str()))]);
            complex(context, target, &object)
        }
        other => Err(wrong_type(target, other)),
    }
}

/// Templates of some clients leave `"value": null` where the source has nothing: no element then.
fn has_null_value(item: &Value) -> bool {
    let object = item.as_object();
    object
        .and_then(|object| get(object, "value"))
        .is_some_and(Value::is_null)
}

/// What a list of one stands for (a leniency): neither another list nor nothing.
pub(crate) fn unwrapped<'v>(context: Context<'_>, value: &'v Value) -> &'v Value {
    match value.as_array().map(Vec::as_slice) {
        Some([only])
            if !only.is_array()
                && !only.is_null()
                && context.leniency.allows(Rule::SingleFromArray) =>
        {
            only
        }
        _ => value,
    }
}

/// One value of a single-valued attribute or sub-attribute; `None` when it is unassigned.
pub(crate) fn one(
    context: Context<'_>,
    target: AttributeRef<'_>,
    value: &Value,
) -> Result<Option<Value>, ScimError> {
    if unassigns(value) {
        return Ok(None);
    }
    let leaf = target.leaf();
    let value = unwrapped(context, value);
    match value {
        Value::Array(_) => Err(fault(target, "is single-valued, not an array")),
        Value::Object(object) if leaf.is_complex() => complex(context, target, object),
        Value::String(text) if leaf.is_complex() => {
            let default = leaf
                .default_sub_attribute()
                .ok_or_else(|| wrong_type(target, value))?;
            if !context.leniency.allows(Rule::ComplexFromString) {
                return Err(wrong_type(target, value));
            }
            // A template that found nothing to put in.
            if text.is_empty() {
                return Ok(None);
            }
            complex(
                context,
                target,
                &Object::from_iter([(default.name.clone(), Value::from(text.as_str()))]),
            )
        }
        _ => scalar(context, target, value),
    }
}

fn scalar(
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
            .map(|text| Some(Value::String(text)))
            .map_err(|expected| fault(target, expected)),
        _ => Err(wrong_type(target, value)),
    }
}

/// A number as it was written, where that is no finer and no longer than what databases keep; never with an exponent or as
/// minus zero, which PostgreSQL would write otherwise.
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

fn wrong_type(target: AttributeRef<'_>, value: &Value) -> ScimError {
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

/// A complex value from its object; `None` when no sub-attribute is assigned (RFC 7643 §2.5).
///
/// Read-only sub-attributes and `$ref`s to resources are derived by the server and not kept.
pub(crate) fn complex(
    context: Context<'_>,
    target: AttributeRef<'_>,
    object: &Object,
) -> Result<Option<Value>, ScimError> {
    let mut kept = Object::new();
    for (key, value) in object {
        let Some(sub) = target.attribute.sub_attribute(key) else {
            super::stranger(context, &format!("{target}.{key}"))?;
            continue;
        };
        let place = target.with_sub(Some(sub));
        if sub.is_resource_reference() {
            if let Some(id) = referenced_id(context, place, value)? {
                kept.entry("value").or_insert(Value::String(id));
            }
        } else if sub.mutability == Mutability::ReadOnly {
            continue;
        } else if sub.multi_valued {
            let values = elements(context, place, value)?;
            if !values.is_empty() {
                kept.insert(sub.name.clone(), Value::Array(values));
            }
        } else if let Some(value) = one(context, place, value)? {
            kept.insert(sub.name.clone(), value);
        }
    }
    for sub in target
        .attribute
        .sub_attributes
        .iter()
        .filter(|sub| sub.required && sub.mutability != Mutability::ReadOnly)
    {
        if !kept.is_empty() && !kept.contains_key(&sub.name) {
            return Err(fault(target.with_sub(Some(sub)), "is required"));
        }
    }
    Ok((!kept.is_empty()).then_some(Value::Object(kept)))
}

/// The id behind a `$ref` such as `…/Users/{id}`. A reference to another type than the schema allows is refused
/// (RFC 7643 §7 `referenceTypes`).
pub(crate) fn referenced_id(
    context: Context<'_>,
    target: AttributeRef<'_>,
    value: &Value,
) -> Result<Option<String>, ScimError> {
    let Some(Value::String(reference)) = one(context, target, value)? else {
        return Ok(None);
    };
    let mut segments = reference.rsplit('/');
    let id = segments.next().filter(|id| !id.is_empty());
    let named = segments
        .next()
        .and_then(|endpoint| context.registry.at_endpoint(endpoint).ok());
    match named {
        Some(kind) if !target.leaf().reference_types.contains(&kind.name) => Err(fault(
            target,
            format!(
                "refers to {}, not to {}",
                target.leaf().reference_types.join(" or "),
                kind.name
            ),
        )),
        _ => Ok(id.map(str::to_owned)),
    }
}

/// At most one element is primary (RFC 7643 §2.4).
pub(crate) fn single_primary(attribute: &Attribute, elements: &[Value]) -> Result<(), ScimError> {
    let primaries = elements
        .iter()
        .filter(|element| is_primary(element))
        .count();
    if primaries > 1 {
        return Err(ScimError::invalid_value(
            format!("{}.primary", attribute.name),
            "is true for at most one value",
        ));
    }
    Ok(())
}

/// Whether an element is the primary one.
fn is_primary(element: &Value) -> bool {
    element.get("primary") == Some(&Value::Bool(true))
}

/// Drops elements that repeat the `(type, value)` pair of an earlier one (RFC 7643 §2.4), or an earlier one whole where
/// there is no `value`.
pub(crate) fn without_repeats(attribute: &Attribute, elements: &mut Vec<Value>) {
    let key = |element: &Value| {
        let prepared = comparable::element(attribute, element);
        match prepared.get("value") {
            Some(value) => json!([value, prepared.get("type")]).to_string(),
            None => prepared.to_string(),
        }
    };
    let mut seen = std::collections::HashSet::with_capacity(elements.len());
    elements.retain(|element| seen.insert(key(element)));
}
