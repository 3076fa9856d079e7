//! Finding passwords in a request before it is understood, so that they can be hashed off the request threads and before
//! a transaction is open.

use serde_json::{Map, Value};

use super::canonical::{get, unassigns};
use super::compare;
use super::patch::PatchOperation;

/// The password a POST or PUT body sets, prepared for hashing.
pub fn in_body(body: &Map<String, Value>) -> Option<String> {
    in_object(body).and_then(candidate)
}

/// The password among attributes: by its name, by its full name, or inside an object under a URN.
fn in_object(attributes: &Map<String, Value>) -> Option<&Value> {
    let named = attributes.iter().find(|(key, _)| is_password(key));
    let inside = || {
        let objects = attributes.iter().filter(|(key, _)| key.contains(':'));
        let mut objects = objects.filter_map(|(_, value)| value.as_object());
        objects.find_map(|object| get(object, "password"))
    };
    named.map(|(_, value)| value).or_else(inside)
}

/// The password that stands after a PATCH: the last one named.
pub fn in_operations(operations: &[PatchOperation]) -> Option<String> {
    operations.iter().rev().find_map(|operation| {
        let value = operation.value.as_ref()?;
        match (&operation.path, value) {
            (Some(path), value) if is_password(path) => candidate(value),
            (None, Value::Object(object)) => in_object(object).and_then(candidate),
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_password_is_found_wherever_a_body_may_have_it() {
        let urn = "urn:ietf:params:scim:schemas:core:2.0:User";
        for body in [
            json!({ "password": "p" }),
            json!({ "PassWord": "p" }),
            json!({ (format!("{urn}:password")): "p" }),
            json!({ urn: { "Password": "p" } }),
        ] {
            let body = body.as_object().unwrap();
            assert_eq!(in_body(body).as_deref(), Some("p"), "{body:?}");
            let operation = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                "Operations": [{ "op": "replace", "value": body }] });
            let leniency = crate::scim::profile::Leniency::lenient();
            let operations =
                crate::scim::patch::parse(operation.as_object().unwrap(), &leniency, 9).unwrap();
            assert_eq!(in_operations(&operations).as_deref(), Some("p"), "{body:?}");
        }
    }
}
