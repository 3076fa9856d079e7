//! From a body to a document.

use serde_json::Value;

use super::body;
use super::check::check_document;
use super::context::Context;
use super::immutable::keep_immutable;
use super::input::Input;
use super::purpose::Purpose;
use super::schemas::check_schemas;
use crate::ScimError;
use crate::json::{Object, get};

/// Makes a POST or PUT body canonical.
///
/// Read-only attributes and unknown attributes are ignored.
///
/// Errors: `invalidValue` (type, required attribute, two primaries),
/// `invalidSyntax` (`schemas`), `mutability` (an immutable attribute that differs from the stored one).
pub fn canonicalize(
    context: Context<'_>,
    body: &Object,
    purpose: Purpose<'_>,
) -> Result<Input, ScimError> {
    check_schemas(context, get(body, "schemas"))?;
    let (mut input, named) = body::read(context, body)?;
    if let Some(name) = context
        .resource_type
        .default_true
        .filter(|name| !named.contains(*name))
    {
        let kept = match purpose {
            Purpose::Create | Purpose::Revive(_) => Some(Value::Bool(true)),
            // A profile update that does not speak of `active` must not re-enable a leaver.
            Purpose::Replace(stored) => stored.get(name).cloned(),
        };
        input
            .document
            .object_mut()
            .extend(kept.map(|value| (name.to_owned(), value)));
    }
    if let Purpose::Revive(stored) = purpose
        && let Some(id) = stored.get("externalId")
    {
        let sent = input
            .document
            .object_mut()
            .entry("externalId")
            .or_insert(id.clone());
        if sent == "" {
            *sent = id.clone();
        }
    }
    if let Purpose::Replace(stored) | Purpose::Revive(stored) = purpose {
        keep_immutable(context.resource_type, stored, input.document.object_mut())?;
    }
    let stored = match purpose {
        Purpose::Create => None,
        Purpose::Replace(stored) | Purpose::Revive(stored) => Some(stored),
    };
    check_document(context, &input.document, stored)?;
    Ok(input)
}
