//! Values that mean "unassigned".

use serde_json::Value;

/// Whether a value means "unassigned" (RFC 7643 §2.5).
pub(crate) fn unassigns(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}
