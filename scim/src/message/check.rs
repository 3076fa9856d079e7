//! What the messages of the API have in common (RFC 7644 §8.2): each names itself in `schemas`.

use serde_json::Value;

use crate::ScimError;
use crate::json::{Object, get};
use crate::profile::{Leniency, Rule};

/// Checks that `schemas` lists the message's URN.
///
/// Errors: `invalidSyntax`, in profile `rfc`.
pub fn check_schemas(body: &Object, urn: &str, leniency: &Leniency) -> Result<(), ScimError> {
    let named = match get(body, "schemas") {
        Some(Value::Array(urns)) => urns
            .iter()
            .filter_map(Value::as_str)
            .any(|listed| listed.eq_ignore_ascii_case(urn)),
        _ => false,
    };
    if named || leniency.allows(Rule::IgnoreUnknownSchemas) {
        return Ok(());
    }
    Err(ScimError::InvalidSyntax(format!(
        "`schemas` must list \"{urn}\""
    )))
}

/// A message holds nothing but what it is made of; some clients add more.
///
/// Errors: `invalidSyntax`, in profile `rfc`.
pub fn check_keys(object: &Object, known: &[&str], leniency: &Leniency) -> Result<(), ScimError> {
    let is_known = |key: &&String| known.iter().any(|known| known.eq_ignore_ascii_case(key));
    match object.keys().find(|key| !is_known(key)) {
        Some(key) if !leniency.allows(Rule::ExtraKeys) => Err(ScimError::InvalidSyntax(format!(
            "\"{key:.100}\" is not part of the message, which has {}",
            known.join(", ")
        ))),
        _ => Ok(()),
    }
}
