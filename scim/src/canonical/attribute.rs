//! The whole value of one attribute.

use serde_json::Value;

use super::context::Context;

use super::repeats::{single_primary, without_repeats};
use super::value::{elements, one};
use crate::ScimError;
use crate::compare;
use crate::path::AttributeRef;

/// The canonical value of an attribute, all its elements where it is multi-valued; `None` when it is unassigned.
pub(crate) fn attribute_value(
    context: Context<'_>,
    target: AttributeRef<'_>,
    value: &Value,
) -> Result<Option<Value>, ScimError> {
    if !target.attribute.multi_valued {
        return one(context, target, value);
    }
    let mut all = elements(context, target, value)?;
    without_repeats(target.attribute, &mut all);
    single_primary(target.attribute, &all)?;
    Ok((!all.is_empty()).then_some(Value::Array(all)))
}

/// A write-only value: text, prepared for hashing. An empty one is none.
pub(crate) fn secret(
    context: Context<'_>,
    target: AttributeRef<'_>,
    value: &Value,
) -> Result<Option<String>, ScimError> {
    match one(context, target, value)? {
        Some(Value::String(text)) if !text.is_empty() => {
            compare::prepare_password(&target.to_string(), &text).map(Some)
        }
        _ => Ok(None),
    }
}
