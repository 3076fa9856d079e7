//! Single values and elements: types, leniencies, complex attributes.

use serde_json::Value;

use super::context::Context;
use super::fault::{fault, wrong_type};
use super::scalar::scalar;
use super::stranger::stranger;
use super::unassigned::unassigns;
use crate::ScimError;
use crate::json::{Object, describe, get};
use crate::path::AttributeRef;
use crate::profile::Rule;
use crate::schema::Mutability;

/// Most values of one attribute (members are edges and have no such bound).
pub(crate) const VALUES_MAX: usize = 10_000;

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
            // A client's template had nothing to put in.
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
        if item.is_null() {
            return Err(fault(target, "an element is null"));
        }
        found.extend(element(context, target, item)?);
    }
    Ok(found)
}

/// One element; `None` when nothing of it is assigned. Templates of some clients leave `{}` or `"value": null` where the
/// source has nothing.
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
            let element = complex(context, target, object)?;
            let is_blank = |element: &Value| {
                get(object, &default.name).is_some() && element.get(&default.name).is_none()
            };
            Ok(element.filter(|element| !is_blank(element)))
        }
        Value::String(text) if context.leniency.allows(Rule::MultiFromSingle) => {
            let object = Object::from_iter([(default.name.clone(), Value::from(text.as_str()))]);
            complex(context, target, &object)
        }
        other => Err(wrong_type(target, other)),
    }
}

/// The only value of a list of one (a leniency), unless it is a list or `null`.
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
            // A client's template had nothing to put in.
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
        let Some(sub) = target.sub_named(key, context.leniency) else {
            stranger(context, &format!("{target}.{key}"))?;
            continue;
        };
        let place = target.with_sub(Some(sub));
        if !sub.name.eq_ignore_ascii_case(key) && is_said_by_todays_name(place, object, value)? {
            continue;
        }
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

/// Whether a former name repeats what today's name says beside it.
///
/// Errors: the two contradict each other.
fn is_said_by_todays_name(
    target: AttributeRef<'_>,
    object: &Object,
    value: &Value,
) -> Result<bool, ScimError> {
    match get(object, &target.leaf().name).filter(|today| !unassigns(today)) {
        None => Ok(false),
        Some(today) if unassigns(value) || today == value => Ok(true),
        Some(_) => Err(fault(target, "is given twice, by two names")),
    }
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
        Some(resource_type) if !target.leaf().reference_types.contains(&resource_type.name) => {
            Err(fault(
                target,
                format!(
                    "refers to {}, not to {}",
                    target.leaf().reference_types.join(" or "),
                    resource_type.name
                ),
            ))
        }
        _ => Ok(id.map(str::to_owned)),
    }
}
