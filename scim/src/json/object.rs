//! A JSON object, and its members by name.

use serde_json::Value;

/// A JSON object: a message, or the body of a resource. Keys keep their order.
pub type Object = serde_json::Map<String, Value>;

/// A member of a JSON object by name, in any letter case.
pub fn get<'v>(object: &'v Object, name: &str) -> Option<&'v Value> {
    object.get(name).or_else(|| {
        object
            .iter()
            .find_map(|(key, value)| key.eq_ignore_ascii_case(name).then_some(value))
    })
}

/// Takes a member out of an object, by its name in any letter case.
pub(crate) fn take(object: &mut Object, name: &str) -> Option<Value> {
    let key = object.keys().find(|key| key.eq_ignore_ascii_case(name));
    let key = key.cloned()?;
    object.swap_remove(&key)
}
