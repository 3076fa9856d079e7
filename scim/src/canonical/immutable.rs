//! Attributes that keep the value they have (RFC 7643 §7 `mutability`).

use serde_json::Value;

use crate::ScimError;
use crate::json::Object;
use crate::resource_type::ResourceType;
use crate::schema::{Mutability, Schema};

/// Immutable attributes keep the value they have; a body that leaves them out does not clear them.
pub(super) fn keep_immutable(
    resource_type: &ResourceType,
    stored: &Object,
    document: &mut Object,
) -> Result<(), ScimError> {
    keep_immutable_of(&resource_type.schema, stored, document)?;
    for extension in &resource_type.extensions {
        let urn = &extension.schema.id;
        let Some(Value::Object(stored)) = stored.get(urn) else {
            continue;
        };
        let mut inside = match document.shift_remove(urn) {
            Some(Value::Object(inside)) => inside,
            _ => Object::new(),
        };
        keep_immutable_of(&extension.schema, stored, &mut inside)?;
        if !inside.is_empty() {
            document.insert(urn.clone(), Value::Object(inside));
        }
    }
    Ok(())
}

fn keep_immutable_of(
    schema: &Schema,
    stored: &Object,
    document: &mut Object,
) -> Result<(), ScimError> {
    for attribute in &schema.attributes {
        if attribute.mutability != Mutability::Immutable {
            continue;
        }
        let Some(kept) = stored.get(&attribute.name) else {
            continue;
        };
        match document.get(&attribute.name) {
            Some(value) if value != kept => return Err(immutable(&attribute.name)),
            _ => document.insert(attribute.name.clone(), kept.clone()),
        };
    }
    Ok(())
}

pub(crate) fn immutable(attribute: &str) -> ScimError {
    ScimError::Mutability {
        attribute: attribute.to_owned(),
        reason: "is immutable and has a value already",
    }
}
