//! What must hold of every document.

use serde_json::Value;

use super::context::Context;
use crate::compare;
use crate::schema::{Attribute, Mutability};
use crate::{Document, ScimError};

/// Checks what must hold of every stored document: required attributes are there, and the unique attribute can be
/// compared.
pub(crate) fn check_document(
    context: Context<'_>,
    document: &Document,
    stored: Option<&Document>,
) -> Result<(), ScimError> {
    let resource_type = context.resource_type;
    for attribute in &resource_type.schema.attributes {
        check_required(attribute, document.get(&attribute.name), "")?;
    }
    for extension in &resource_type.extensions {
        let urn = &extension.schema.id;
        let inside = document.get(urn);
        if inside.is_none() && !extension.required {
            continue;
        }
        for attribute in &extension.schema.attributes {
            let value = inside.and_then(|inside| inside.get(&attribute.name));
            check_required(attribute, value, &format!("{urn}:"))?;
        }
        if inside.is_none() {
            return Err(ScimError::invalid_value(urn, "is a required extension"));
        }
    }
    if let Some(unique) = &resource_type.unique
        && unique.preparation == compare::Preparation::UserName
        && let Some(Value::String(name)) = document.get(&unique.name)
        // A name that other rules let in must not keep its owner from being deactivated.
        && stored.and_then(|stored| stored.get(&unique.name)) != document.get(&unique.name)
    {
        compare::check_user_name(&unique.name, name, context.leniency)?;
    }
    Ok(())
}

fn check_required(
    attribute: &Attribute,
    value: Option<&Value>,
    prefix: &str,
) -> Result<(), ScimError> {
    if !attribute.required || attribute.mutability == Mutability::ReadOnly {
        return Ok(());
    }
    let blank = match value {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.trim().is_empty(),
        Some(_) => false,
    };
    if blank {
        let name = format!("{prefix}{}", attribute.name);
        return Err(ScimError::invalid_value(
            name,
            "is required and cannot be empty",
        ));
    }
    Ok(())
}
