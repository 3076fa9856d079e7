//! What must be true of several values together: one primary, no value twice.

use serde_json::{Value, json};

use crate::ScimError;
use crate::comparable;
use crate::schema::Attribute;

/// At most one element is primary (RFC 7643 §2.4).
pub(crate) fn single_primary(attribute: &Attribute, elements: &[Value]) -> Result<(), ScimError> {
    let primaries = elements
        .iter()
        .filter(|element| is_primary(element))
        .count();
    if primaries > 1 {
        return Err(ScimError::invalid_value(
            format!("{}.primary", attribute.name),
            "is true for at most one value",
        ));
    }
    Ok(())
}

/// Whether an element is the primary one.
fn is_primary(element: &Value) -> bool {
    element.get("primary") == Some(&Value::Bool(true))
}

/// Drops elements that repeat the `(type, value)` pair of an earlier one (RFC 7643 §2.4), or an earlier one whole where
/// there is no `value`.
pub(crate) fn without_repeats(attribute: &Attribute, elements: &mut Vec<Value>) {
    let key = |element: &Value| {
        let prepared = comparable::element(attribute, element);
        match prepared.get("value") {
            Some(value) => json!([value, prepared.get("type")]).to_string(),
            None => prepared.to_string(),
        }
    };
    let mut seen = std::collections::HashSet::with_capacity(elements.len());
    elements.retain(|element| seen.insert(key(element)));
}
