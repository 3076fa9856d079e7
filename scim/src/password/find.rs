//! Finding the password in a request before the request is read. Hashing takes long: the caller can hash before it opens a
//! transaction.

use serde_json::Value;

use crate::canonical::unassigns;
use crate::compare;
use crate::json::{Object, get};
use crate::patch::PatchOperation;
use crate::schema::Schema;

/// The password a POST or PUT body sets, prepared for hashing.
pub fn in_body(body: &Object, core: &Schema) -> Option<String> {
    in_object(body, core).and_then(candidate)
}

/// The password among attributes: by its name, by its full name, or inside an object under the core schema's URN. An
/// attribute of this name in another schema is not the password.
fn in_object<'v>(attributes: &'v Object, core: &Schema) -> Option<&'v Value> {
    let full = format!("{}:password", core.id);
    let inside = || {
        let object = get(attributes, &core.id)?.as_object()?;
        get(object, "password")
    };
    get(attributes, "password")
        .or_else(|| get(attributes, &full))
        .or_else(inside)
}

/// The password that stands after a PATCH: the last one named.
pub fn in_operations(operations: &[PatchOperation], core: &Schema) -> Option<String> {
    operations.iter().rev().find_map(|operation| {
        let value = operation.value.as_ref()?;
        match (&operation.path, value) {
            (Some(path), value) if sets_password(path, core) => candidate(value),
            (None, Value::Object(object)) => in_object(object, core).and_then(candidate),
            _ => None,
        }
    })
}

fn sets_password(path: &str, core: &Schema) -> bool {
    let path = path.trim();
    let full = format!("{}:password", core.id);
    path.eq_ignore_ascii_case("password") || path.eq_ignore_ascii_case(&full)
}

/// `password`, perhaps with its URN.
pub(crate) fn is_password(path: &str) -> bool {
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
        let urn = crate::schema::USER_URN;
        let resource_type = crate::resource_type::ResourceType::user();
        let core = &resource_type.schema;
        for body in [
            json!({ "password": "p" }),
            json!({ "PassWord": "p" }),
            json!({ (format!("{urn}:password")): "p" }),
            json!({ urn: { "Password": "p" } }),
            json!({ "urn:x:password": "decoy", "urn:x": { "password": "decoy" }, "password": "p" }),
        ] {
            let body = body.as_object().unwrap();
            assert_eq!(in_body(body, core).as_deref(), Some("p"), "{body:?}");
            let operation = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                "Operations": [{ "op": "replace", "value": body }] });
            let leniency = crate::profile::Leniency::lenient();
            let operations =
                crate::patch::parse(operation.as_object().unwrap(), &leniency, 9).unwrap();
            assert_eq!(
                in_operations(&operations, core).as_deref(),
                Some("p"),
                "{body:?}"
            );
        }
    }
}
