//! The attribute `schemas` of a body (RFC 7643 §3).

use serde_json::Value;

use super::context::Context;
use crate::ScimError;
use crate::path::{AttributeRef, Home};
use crate::profile::Rule;
use crate::quote::quoted;

/// Whether this is the common attribute `schemas`, which the server derives.
pub(crate) fn is_schemas(target: AttributeRef<'_>) -> bool {
    target.home == Home::Common && target.attribute.name == "schemas"
}

/// `schemas` must name the endpoint's core schema (RFC 7643 §3). It may leave out extensions. Unknown URNs are ignored (a
/// leniency).
pub(super) fn check_schemas(
    context: Context<'_>,
    schemas: Option<&Value>,
) -> Result<(), ScimError> {
    let lenient = |fault: ScimError| {
        if context.leniency.allows(Rule::IgnoreUnknownSchemas) {
            Ok(())
        } else {
            Err(fault)
        }
    };
    let core = &context.resource_type.schema;
    let missing = || ScimError::InvalidSyntax(format!("`schemas` must list \"{}\"", core.id));
    let listed = match schemas {
        None | Some(Value::Null) => return lenient(missing()),
        Some(Value::Array(listed)) if listed.is_empty() => return lenient(missing()),
        Some(Value::Array(listed)) => listed.iter().map(Value::as_str).collect::<Option<Vec<_>>>(),
        Some(Value::String(one)) => {
            lenient(missing())?;
            Some(vec![one.as_str()])
        }
        Some(_) => None,
    };
    let listed =
        listed.ok_or_else(|| ScimError::invalid_value("schemas", "is an array of URNs"))?;
    let known = |urn: &&str| context.resource_type.lists(urn);
    let strangers: Vec<_> = listed.iter().filter(|urn| !known(urn)).collect();
    if let Some(urn) = strangers.first() {
        lenient(unknown_schema(context, urn))?;
    }
    if listed.iter().any(|urn| core.is(urn)) {
        return Ok(());
    }
    let wrong = ScimError::invalid_value("schemas", format!("must list \"{}\"", core.id));
    if strangers
        .iter()
        .any(|urn| context.registry.is_core_schema(urn))
    {
        return Err(wrong);
    }
    lenient(wrong)
}

/// Refuses unknown URNs among those that are added to `schemas`.
pub(crate) fn check_known_schemas(context: Context<'_>, urns: &[String]) -> Result<(), ScimError> {
    let known = |urn: &String| context.resource_type.lists(urn);
    match urns.iter().find(|urn| !known(urn)) {
        Some(urn) if !context.leniency.allows(Rule::IgnoreUnknownSchemas) => {
            Err(unknown_schema(context, urn))
        }
        _ => Ok(()),
    }
}

/// The fault of a URN that names no schema of the type. Where unknown extensions are refused, it is one of those.
fn unknown_schema(context: Context<'_>, urn: &str) -> ScimError {
    let fault = format!(
        "{} is not a schema of {}",
        quoted(urn),
        context.resource_type.name
    );
    if context.leniency.has(Rule::IgnoreUnknownExtensions) {
        ScimError::invalid_value("schemas", fault)
    } else {
        ScimError::InvalidSyntax(format!("`schemas`: {fault}"))
    }
}
