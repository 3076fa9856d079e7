//! Small readers for the JSON of definitions. Names of members ignore case, as everywhere in SCIM.

use serde_json::Value;

use crate::ScimError;
use crate::json::{Object, describe, get};

/// Refuses unknown members. Otherwise a misspelt member would be lost in silence.
pub(super) fn known_members(object: &Object, known: &[&str], place: &str) -> Result<(), ScimError> {
    let is_known = |name: &String| known.iter().any(|known| known.eq_ignore_ascii_case(name));
    match object.keys().find(|name| !is_known(name)) {
        Some(stranger) => Err(ScimError::invalid_value(
            place,
            format!(
                "\"{}\" is not a known member; known: {}",
                shortened(stranger),
                known.join(", ")
            ),
        )),
        None => Ok(()),
    }
}

/// `schemas`, when it is there, lists the schema that the definition follows.
pub(super) fn follows(object: &Object, urn: &str) -> Result<(), ScimError> {
    let listed = match present(object, "schemas") {
        None => return Ok(()),
        Some(Value::Array(listed)) => listed,
        Some(_) => {
            return Err(ScimError::invalid_value("schemas", "is an array of URNs"));
        }
    };
    let named = |listed: &Value| {
        listed
            .as_str()
            .is_some_and(|listed| listed.eq_ignore_ascii_case(urn))
    };
    if listed.iter().any(named) {
        return Ok(());
    }
    Err(ScimError::invalid_value(
        "schemas",
        format!("must list \"{urn}\""),
    ))
}

/// A member that is there and not null.
pub(super) fn present<'v>(object: &'v Object, name: &str) -> Option<&'v Value> {
    get(object, name).filter(|value| !value.is_null())
}

/// A text that must be there.
pub(super) fn text<'v>(object: &'v Object, name: &str) -> Result<&'v str, ScimError> {
    match optional_text(object, name)? {
        Some(text) if !text.trim().is_empty() => Ok(text),
        _ => Err(ScimError::invalid_value(
            name,
            "is required and cannot be empty",
        )),
    }
}

pub(super) fn optional_text<'v>(
    object: &'v Object,
    name: &str,
) -> Result<Option<&'v str>, ScimError> {
    match present(object, name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(other) => Err(ScimError::invalid_value(
            name,
            format!("is a string, not {}", describe(other)),
        )),
    }
}

/// A boolean; absent is `absent`.
pub(super) fn flag(object: &Object, name: &str, absent: bool) -> Result<bool, ScimError> {
    match present(object, name) {
        None => Ok(absent),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(other) => Err(ScimError::invalid_value(
            name,
            format!("is true or false, not {}", describe(other)),
        )),
    }
}

/// An array; `None` when it is absent.
pub(super) fn array<'v>(object: &'v Object, name: &str) -> Result<Option<&'v [Value]>, ScimError> {
    match present(object, name) {
        None => Ok(None),
        Some(Value::Array(items)) => Ok(Some(items)),
        Some(other) => Err(ScimError::invalid_value(
            name,
            format!("is an array, not {}", describe(other)),
        )),
    }
}

/// An object inside a definition.
pub(super) fn object<'v>(value: &'v Value, place: &str) -> Result<&'v Object, ScimError> {
    value.as_object().ok_or_else(|| {
        ScimError::invalid_value(place, format!("is an object, not {}", describe(value)))
    })
}

/// The beginning of a client's text, for a message.
pub(super) fn shortened(text: &str) -> String {
    text.chars().take(100).collect()
}
