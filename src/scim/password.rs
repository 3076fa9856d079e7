//! Finding passwords in a request before it is understood, so that they can be hashed off the request threads and before
//! a transaction is open.

use serde_json::{Map, Value};

use super::canonical::{get, unassigns};
use super::compare;
use super::patch::PatchOperation;

/// The password a POST or PUT body sets, prepared for hashing.
pub fn in_body(body: &Map<String, Value>) -> Option<String> {
    get(body, "password").and_then(candidate)
}

/// The password that stands after a PATCH: the last one named.
pub fn in_operations(operations: &[PatchOperation]) -> Option<String> {
    operations.iter().rev().find_map(|operation| {
        let value = operation.value.as_ref()?;
        match (&operation.path, value) {
            (Some(path), value) if is_password(path) => candidate(value),
            (None, Value::Object(object)) => object
                .iter()
                .find(|(key, _)| is_password(key))
                .and_then(|(_, value)| candidate(value)),
            _ => None,
        }
    })
}

/// `password`, perhaps with its URN.
pub(super) fn is_password(path: &str) -> bool {
    let name = path.trim().rsplit(':').next().unwrap_or(path);
    name.eq_ignore_ascii_case("password")
}

fn candidate(value: &Value) -> Option<String> {
    let text = match value {
        _ if unassigns(value) => return None,
        Value::Array(items) => items.first().and_then(Value::as_str)?.to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    compare::prepare_password("password", &text).ok()
}
