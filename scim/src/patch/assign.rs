//! Setting and unsetting the parts of a complex value.

use serde_json::Value;

use crate::ScimError;
use crate::canonical;
use crate::canonical::{Context, unassigns};
use crate::json::Object;
use crate::path::AttributeRef;
use crate::schema::Mutability;

/// Sets or removes a key; the others keep their order.
pub(super) fn set(object: &mut Object, name: &str, value: Option<Value>) {
    match value {
        Some(value) => object.insert(name.to_owned(), value),
        None => object.shift_remove(name),
    };
}

/// The canonical value of a sub-attribute. The value of a `$ref` to a resource is the id at its end.
pub(super) fn sub_value(
    context: Context<'_>,
    target: AttributeRef<'_>,
    value: &Value,
) -> Result<Option<Value>, ScimError> {
    if target.leaf().is_resource_reference() {
        return Ok(canonical::referenced_id(context, target, value)?.map(Value::String));
    }
    if target.leaf().multi_valued {
        let values = canonical::elements(context, target, value)?;
        return Ok((!values.is_empty()).then_some(Value::Array(values)));
    }
    canonical::one(context, target, value)
}

/// Assigns or unassigns a sub-attribute. A `$ref` to a resource is kept as the `value` beside it.
pub(super) fn assign(
    target: AttributeRef<'_>,
    object: &mut Object,
    value: Option<Value>,
) -> Result<(), ScimError> {
    let sub = target.leaf();
    if sub.is_resource_reference() {
        if let Some(id) = value {
            object.insert("value".to_owned(), id);
        }
        return Ok(());
    }
    let current = object.get(&sub.name);
    if sub.mutability == Mutability::Immutable && current.is_some() && current != value.as_ref() {
        return Err(canonical::immutable(&target.to_string()));
    }
    set(object, &sub.name, value);
    Ok(())
}

/// Lays the canonical form of `sent` over a complex value. A sub-attribute that was sent is set; one that was sent as
/// null is removed.
pub(super) fn merge(
    context: Context<'_>,
    target: AttributeRef<'_>,
    current: Option<Value>,
    canonical: Option<Value>,
    sent: &Value,
) -> Result<Option<Value>, ScimError> {
    let mut merged = match current {
        Some(Value::Object(current)) => current,
        _ => Object::new(),
    };
    let mut lay = |name: &str, value: Option<Value>| match target.sub_named(name, context.leniency)
    {
        Some(sub) => assign(target.with_sub(Some(sub)), &mut merged, value),
        None => Ok(()),
    };
    let canonical = canonical.as_ref().and_then(Value::as_object);
    for (name, value) in canonical.into_iter().flatten() {
        lay(name, Some(value.clone()))?;
    }
    let sent = sent.as_object().into_iter().flatten();
    for (name, _) in sent.filter(|(_, value)| unassigns(value)) {
        lay(name, None)?;
    }
    Ok((!merged.is_empty()).then_some(Value::Object(merged)))
}
