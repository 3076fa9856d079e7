//! Requests of `JumpCloud` and authentik.

use serde_json::{Value, json};

use super::client::Cycle;
use crate::support::USER;

/// A user as `JumpCloud` and authentik send it.
pub(crate) fn account(name: &str) -> Value {
    json!({
        "schemas": [USER], "userName": name, "externalId": format!("ext-{name}"), "displayName": name, "active": true,
        "name": { "givenName": "Test", "familyName": "User" }, "emails": [{ "value": name, "type": "work", "primary": true }],
    })
}

/// An operation that makes a user a member of a group.
pub(crate) fn add(user: &str) -> Value {
    json!({ "op": "add", "path": "members", "value": [{ "value": user }] })
}

/// Puts a whole user. The sender believes that the id in its body matters (AK-4).
#[track_caller]
pub(crate) fn put(cycle: &mut Cycle, user: &str, body: &Value) {
    let answer = cycle.put(&format!("/Users/{user}"), body, 200);
    cycle.model.put(user, body);
    cycle.model.shows(&answer);
}
