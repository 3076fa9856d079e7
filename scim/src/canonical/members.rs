//! Members: references that become edges (RFC 7643 §4.2). Only `value` names the member.

use std::collections::HashSet;

use serde_json::Value;

use super::context::Context;
use super::fault::fault;
use super::member_ref::MemberRef;
use super::stranger::stranger;
use super::unassigned::unassigns;
use crate::ScimError;
use crate::json::{Object, describe, get};
use crate::path::AttributeRef;
use crate::profile::Rule;

/// Reads a members value: an array of objects with `value`. One object, or an id as text, is taken as a list of one.
/// The same id twice is one member.
pub fn members(
    context: Context<'_>,
    target: AttributeRef<'_>,
    value: &Value,
) -> Result<Vec<MemberRef>, ScimError> {
    if unassigns(value) {
        return Ok(Vec::new());
    }
    let single;
    let items = match value {
        Value::Array(items) => items.as_slice(),
        Value::Object(_) | Value::String(_) if context.leniency.allows(Rule::MultiFromSingle) => {
            single = [value.clone()];
            &single[..]
        }
        other => {
            return Err(fault(
                target,
                format!("is an array of objects, not {}", describe(other)),
            ));
        }
    };
    let mut seen = HashSet::with_capacity(items.len());
    let mut found = Vec::with_capacity(items.len());
    for item in items {
        if is_nothing(item) {
            continue;
        }
        let member = member(context, target, item)?;
        if seen.insert(member.id.clone()) {
            found.push(member);
        }
    }
    Ok(found)
}

/// Whether an element holds nothing: templates of some clients leave `{}` where the source has nobody.
fn is_nothing(item: &Value) -> bool {
    let object = item.as_object();
    object.is_some_and(|object| object.values().all(unassigns))
}

fn member(
    context: Context<'_>,
    target: AttributeRef<'_>,
    item: &Value,
) -> Result<MemberRef, ScimError> {
    match item {
        Value::Object(object) => from_object(context, target, object),
        Value::String(id) if !id.is_empty() && context.leniency.allows(Rule::MultiFromSingle) => {
            Ok(MemberRef {
                id: id.clone(),
                resource_type: None,
            })
        }
        other => Err(fault(
            target,
            format!(
                "each member is an object with `value`, not {}",
                describe(other)
            ),
        )),
    }
}

fn from_object(
    context: Context<'_>,
    target: AttributeRef<'_>,
    object: &Object,
) -> Result<MemberRef, ScimError> {
    let is_stranger = |name: &&String| target.attribute.sub_attribute(name).is_none();
    object
        .keys()
        .filter(is_stranger)
        .try_for_each(|name| stranger(context, &format!("{target}.{name}")))?;
    let text = |name: &str| match get(object, name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.is_empty() => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.as_str())),
        Some(other) => Err(fault(
            target,
            format!("`{name}` is a string, not {}", describe(other)),
        )),
    };
    let referenced = text("$ref")?.and_then(|reference| reference.rsplit('/').next());
    let id = text("value")?
        .or(referenced)
        .ok_or_else(|| fault(target, "each member needs `value`, the id of a resource"))?;
    Ok(MemberRef {
        id: id.to_owned(),
        resource_type: text("type")?.map(str::to_owned),
    })
}
