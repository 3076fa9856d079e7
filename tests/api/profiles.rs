//! Profiles: the same request under each of them, what an answer says about it, and single rules.

mod habits;
mod interop;
mod rules;

use serde_json::{Value, json};

use crate::support::{PATCH_OP, Reply, TestServer};

/// Sets the profile, or a rule, of the server's tenant.
pub(crate) fn set(server: &TestServer, setting: &str) {
    server.cli(&["tenant", "set", "default", setting]).ok();
}

/// The leniencies that an answer names.
fn named(reply: &Reply) -> Vec<&str> {
    let header = reply.header("SCIM-Leniency").unwrap_or_default();
    header.split(", ").filter(|name| !name.is_empty()).collect()
}

/// A message with one operation.
fn patch_of(operation: Value) -> Value {
    json!({ "schemas": [PATCH_OP], "Operations": [operation] })
}
