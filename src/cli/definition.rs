//! The parts that the commands on schemas, resource types and packs share.

use std::io::Read as _;
use std::sync::Arc;

use scim::canonical::get;
use scim::definition::Definitions;
use scim::registry::Registry;
use scim::{Object, json};
use serde_json::Value;

use super::terminal::{Outcome, told};
use crate::service::{Edit, Operator, StoreError};

/// Largest file that a command reads.
const FILE_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// Reads the definitions in a file: one, an array of them, or a ListResponse.
pub(super) fn read_file(path: &str) -> Outcome<Vec<Object>> {
    let fault = |error: std::io::Error| format!("cannot read {path}: {error}");
    let mut bytes = Vec::new();
    let read = match path {
        "-" => std::io::stdin()
            .take(FILE_BYTES_MAX + 1)
            .read_to_end(&mut bytes),
        path => std::fs::File::open(path)
            .map_err(fault)?
            .take(FILE_BYTES_MAX + 1)
            .read_to_end(&mut bytes),
    };
    let length = read.map_err(fault)?;
    if length as u64 > FILE_BYTES_MAX {
        return Err(format!("{path} is larger than {FILE_BYTES_MAX} bytes"));
    }
    let value = json::parse(&bytes).map_err(|error| format!("{path}: {error}"))?;
    let listed = match value {
        Value::Array(listed) => listed,
        Value::Object(object) => match get(&object, "Resources") {
            Some(Value::Array(listed)) => listed.clone(),
            _ => vec![Value::Object(object)],
        },
        _ => Vec::new(),
    };
    if listed.is_empty() {
        return Err(format!("{path} holds no definition"));
    }
    let object = |value| match value {
        Value::Object(object) => Ok(object),
        _ => Err(format!("{path}: a definition is a JSON object")),
    };
    listed.into_iter().map(object).collect()
}

/// A text member of a definition, for messages.
pub(super) fn named<'d>(definition: &'d Object, member: &str) -> &'d str {
    let text = get(definition, member).and_then(Value::as_str);
    text.unwrap_or("(unnamed)")
}

/// Makes all changes or none.
pub(super) fn apply(operator: &Operator, slug: &str, edits: &[Edit]) -> Outcome<Arc<Registry>> {
    operator.define(slug, edits).map_err(|error| match error {
        StoreError::UniqueViolation => {
            "another change of the same definitions came first; try again".to_owned()
        }
        other => told(other),
    })
}

/// Loads the tenant's definitions, and the resource types that follow from them.
pub(super) fn load(operator: &Operator, slug: &str) -> Outcome<(Definitions, Registry)> {
    operator.definitions(slug).map_err(|error| match error {
        StoreError::Scim(error @ scim::ScimError::InvalidValue { .. }) => {
            format!("the definitions of tenant {slug} cannot be served: {error}")
        }
        other => told(other),
    })
}
