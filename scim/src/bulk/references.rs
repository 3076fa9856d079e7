//! References to what a request creates (RFC 7644 §3.7.2): `bulkId:x` may stand wherever an id can stand.

use serde_json::Value;

use super::method::Method;
use crate::json::{Object, get};
use crate::password::is_password;

const PREFIX: &str = "bulkId:";

/// Gives the id for a `bulkId`; `None` leaves the text as it is.
pub(super) type Ids<'i> = dyn FnMut(&str) -> Option<String> + 'i;

/// The `bulkId` that a text refers to as a whole; the prefix in any letter case.
pub(super) fn name_of(text: &str) -> Option<&str> {
    let (prefix, name) = text.split_at_checked(PREFIX.len())?;
    prefix.eq_ignore_ascii_case(PREFIX).then_some(name)
}

/// Replaces the references in an operation's data. A whole text may be a reference, unless it is a password. A `$ref` may
/// end in one. In PATCH, a quoted text in a path may be one.
pub(super) fn replace(data: &mut Object, method: Method, ids: &mut Ids<'_>) {
    if method == Method::Patch {
        replace_in_operations(data, ids);
    }
    replace_in_object(data, ids);
}

fn replace_in_object(object: &mut Object, ids: &mut Ids<'_>) {
    let sets_password = get(object, "path")
        .and_then(Value::as_str)
        .is_some_and(is_password);
    for (key, value) in object.iter_mut() {
        // A password must not become an id: ids are no secrets.
        if is_password(key) || (sets_password && key.eq_ignore_ascii_case("value")) {
            continue;
        }
        if key.eq_ignore_ascii_case("$ref") {
            replace_at_end(value, ids);
        }
        replace_in_value(value, ids);
    }
}

/// Bodies are nested no deeper than [`crate::json::DEPTH_MAX`].
fn replace_in_value(value: &mut Value, ids: &mut Ids<'_>) {
    match value {
        Value::String(text) => {
            if let Some(id) = name_of(text).and_then(&mut *ids) {
                *text = id;
            }
        }
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| replace_in_value(item, ids)),
        Value::Object(object) => replace_in_object(object, ids),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A URI whose last segment is a reference.
fn replace_at_end(value: &mut Value, ids: &mut Ids<'_>) {
    if let Value::String(text) = value
        && let Some(replaced) = with_id_at_end(text, ids)
    {
        *text = replaced;
    }
}

/// The reference begins behind the first slash that is followed by one. A `bulkId` may hold slashes itself.
fn with_id_at_end(text: &str, ids: &mut Ids<'_>) -> Option<String> {
    let mut slashes = text.match_indices('/').map(|(at, _)| at + 1);
    let begin = slashes.find(|begin| name_of(&text[*begin..]).is_some())?;
    let id = ids(name_of(&text[begin..])?)?;
    Some(format!("{}{id}", &text[..begin]))
}

/// Paths of PATCH operations, and keys of path-less values, which may be paths too.
fn replace_in_operations(data: &mut Object, ids: &mut Ids<'_>) {
    let operations = data
        .iter_mut()
        .filter(|(key, _)| key.eq_ignore_ascii_case("Operations"));
    let operations = operations.filter_map(|(_, value)| value.as_array_mut());
    for operation in operations.flatten().filter_map(Value::as_object_mut) {
        let about_uri = get(operation, "path")
            .and_then(Value::as_str)
            .is_some_and(ends_in_ref);
        for (key, value) in operation.iter_mut() {
            match value {
                Value::String(path) if key.eq_ignore_ascii_case("path") => {
                    replace_quoted(path, ids);
                }
                Value::Object(object) if key.eq_ignore_ascii_case("value") => {
                    replace_in_keys(object, ids);
                }
                value if about_uri && key.eq_ignore_ascii_case("value") => {
                    replace_at_end(value, ids);
                }
                _ => {}
            }
        }
    }
}

fn ends_in_ref(path: &str) -> bool {
    let name = path.trim().rsplit(['.', ':']).next();
    name.is_some_and(|name| name.eq_ignore_ascii_case("$ref"))
}

fn replace_in_keys(object: &mut Object, ids: &mut Ids<'_>) {
    if !object.keys().any(|key| key.contains('"')) {
        return;
    }
    let renamed = std::mem::take(object).into_iter().map(|(mut key, value)| {
        replace_quoted(&mut key, ids);
        (key, value)
    });
    *object = renamed.collect();
}

/// Replaces the references among the quoted texts of a path.
fn replace_quoted(path: &mut String, ids: &mut Ids<'_>) {
    let mut replaced = String::new();
    let mut rest = path.as_str();
    while let Some((before, quoted, after)) = next_quoted(rest) {
        replaced.push_str(before);
        let text = serde_json::from_str::<String>(quoted).unwrap_or_default();
        let with_id = match name_of(&text) {
            Some(name) => ids(name),
            None => with_id_at_end(&text, ids),
        };
        match with_id {
            Some(text) => replaced.push_str(&Value::from(text).to_string()),
            None => replaced.push_str(quoted),
        }
        rest = after;
    }
    replaced.push_str(rest);
    *path = replaced;
}

/// The next quoted text with its quotes, and what is before and behind it.
fn next_quoted(text: &str) -> Option<(&str, &str, &str)> {
    let open = text.find('"')?;
    let mut escaped = false;
    let inside = text[open + 1..].char_indices();
    for (at, character) in inside {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => {
                let close = open + 1 + at + 1;
                return Some((&text[..open], &text[open..close], &text[close..]));
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Known are a, b/c and q"; the others are asked for all the same.
    #[track_caller]
    fn replaces(method: Method, data: Value, expected: Value, names: &[&str]) {
        let mut asked = Vec::new();
        let Value::Object(mut data) = data else {
            panic!("data is an object");
        };
        replace(&mut data, method, &mut |name| {
            asked.push(name.to_owned());
            let id = match name {
                "a" => "1",
                "b/c" => "2",
                "q\"" => "3",
                _ => return None,
            };
            Some(id.to_owned())
        });
        assert_eq!(Value::Object(data), expected);
        assert_eq!(asked, names);
    }

    /// Rows: BULK-24 BULK-25
    #[test]
    fn any_whole_text_is_replaced() {
        replaces(
            Method::Post,
            json!({
                "displayName": "not bulkId:a", "externalId": "BULKID:a", "n": [1, null, true, ["bulkId:b/c"]],
                "members": [{ "value": "bulkId:a" }, { "value": "bulkId:x", "$ref": "https://x/Users/bulkId:b/c" }],
                "urn:x": { "manager": { "value": "bulkId:a", "$ref": "bulkId:a" }, "note": "/Users/bulkId:a" },
            }),
            json!({
                "displayName": "not bulkId:a", "externalId": "1", "n": [1, null, true, ["2"]],
                "members": [{ "value": "1" }, { "value": "bulkId:x", "$ref": "https://x/Users/2" }],
                "urn:x": { "manager": { "value": "1", "$ref": "1" }, "note": "/Users/bulkId:a" },
            }),
            &["a", "b/c", "a", "x", "b/c", "a", "a"],
        );
        replaces(
            Method::Put,
            json!({ "a": "bulkId:", "b": "bulkI", "ü": "bulkIdü" }),
            json!({ "a": "bulkId:", "b": "bulkI", "ü": "bulkIdü" }),
            &[""],
        );
    }

    /// Rows: BULK-24
    #[test]
    fn paths_and_keys_of_patches_are_replaced() {
        let operations = |one: Value| json!({ "Operations": [one] });
        let both = |sent: Value, expected: Value, names: &[&str]| {
            replaces(Method::Patch, operations(sent), operations(expected), names);
        };
        both(
            json!({ "op": "remove", "path": r#"members[value eq "bulkId:a" or $ref ew "/bulkId:b/c" or value eq "x"]"# }),
            json!({ "op": "remove", "path": r#"members[value eq "1" or $ref ew "/2" or value eq "x"]"# }),
            &["a", "b/c"],
        );
        both(
            json!({ "path": r#"members[value eq "bulkId:q\""].display"#, "value": "bulkId:a" }),
            json!({ "path": r#"members[value eq "3"].display"#, "value": "1" }),
            &["q\"", "a"],
        );
        both(
            json!({ "value": { r#"members[value eq "bulkId:a"]"#: "bulkId:b/c", "k": 1 } }),
            json!({ "value": { r#"members[value eq "1"]"#: "2", "k": 1 } }),
            &["a", "b/c"],
        );
        both(
            json!({ "path": "urn:x:manager.$ref", "value": "../Users/bulkId:a" }),
            json!({ "path": "urn:x:manager.$ref", "value": "../Users/1" }),
            &["a"],
        );
        for open in [r#"members[value eq "bulkId:a"#, r#"a"\"#, "\"", ""] {
            both(json!({ "path": open }), json!({ "path": open }), &[]);
        }
        replaces(
            Method::Patch,
            json!({ "Operations": "bulkId:a" }),
            json!({ "Operations": "1" }),
            &["a"],
        );
    }
}
