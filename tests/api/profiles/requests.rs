//! Helpers: a PATCH message, and the leniencies that an answer names.

use serde_json::{Value, json};

use crate::support::{PATCH_OP, Reply};

/// The leniencies that an answer names.
pub(super) fn named(reply: &Reply) -> Vec<&str> {
    let header = reply.header("SCIM-Leniency").unwrap_or_default();
    header.split(", ").filter(|name| !name.is_empty()).collect()
}

/// A message with one operation.
pub(super) fn patch_of(operation: Value) -> Value {
    json!({ "schemas": [PATCH_OP], "Operations": [operation] })
}
