//! Attributes and URNs of a body that no schema defines.

use super::context::Context;
use crate::ScimError;
use crate::path::behind_urn;
use crate::profile::Rule;
use crate::quote::quoted;

/// An attribute or URN that no schema of the type defines is ignored (a leniency) or refused.
pub(crate) fn stranger(context: Context<'_>, key: &str) -> Result<(), ScimError> {
    let mut schemas = context.resource_type.schemas();
    let in_known_schema = schemas.any(|schema| behind_urn(key, schema).is_some());
    let rule = if key.contains(':') && !in_known_schema {
        Rule::IgnoreUnknownExtensions
    } else {
        Rule::IgnoreStrangers
    };
    if context.leniency.allows(rule) {
        return Ok(());
    }
    Err(ScimError::InvalidSyntax(format!(
        "attribute {} is not defined for {}",
        quoted(key),
        context.resource_type.name
    )))
}
