//! What must hold of values that were made piece by piece.

use serde_json::Value;

use crate::resource_type::ResourceType;
use crate::schema::{Attribute, Mutability};
use crate::{Document, ScimError};

/// Values that were made piece by piece must have their required sub-attributes in the end.
pub(super) fn check_complete(
    resource_type: &ResourceType,
    document: &Document,
) -> Result<(), ScimError> {
    for (attribute, value) in resource_type.values(document) {
        let values = match value {
            Some(Value::Array(elements)) => elements.as_slice(),
            Some(single) => std::slice::from_ref(single),
            None => continue,
        };
        let is_needed = |sub: &Attribute| sub.required && sub.mutability != Mutability::ReadOnly;
        for sub in attribute.sub_attributes.iter().filter(|sub| is_needed(sub)) {
            if values.iter().any(|value| value.get(&sub.name).is_none()) {
                let place = format!("{}.{}", attribute.name, sub.name);
                return Err(ScimError::invalid_value(
                    place,
                    "each value needs this sub-attribute",
                ));
            }
        }
    }
    Ok(())
}
