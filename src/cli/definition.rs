//! What the commands on schemas, resource types and packs have in common.

use std::io::Read as _;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::{Outcome, say, tenant_of, told};
use scim::canonical::get;
use scim::definition::Definitions;
use scim::json;
use scim::registry::Registry;
use crate::service::{Edit, Settings, change};
use crate::store::{Pool, StoreError};

/// Largest file that is read.
const FILE_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// The definitions in a file: one, an array of them, or a ListResponse.
pub(super) fn read_file(path: &str) -> Outcome<Vec<Map<String, Value>>> {
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
pub(super) fn named<'d>(definition: &'d Map<String, Value>, member: &str) -> &'d str {
    let text = get(definition, member).and_then(Value::as_str);
    text.unwrap_or("(unnamed)")
}

/// Makes the changes, all or none.
pub(super) fn apply(pool: &Pool, slug: &str, edits: &[Edit]) -> Outcome<Arc<Registry>> {
    pool.with_transaction(true, |connection| {
        tenant_of(connection, slug)?;
        change(connection, slug, edits)
    })
    .map_err(|error| match error {
        StoreError::UniqueViolation => {
            "somebody else changed the same definitions; try again".to_owned()
        }
        other => told(other),
    })
}

/// What the tenant has defined, and the resource types that follow.
pub(super) fn load(pool: &Pool, slug: &str) -> Outcome<(Definitions, Registry)> {
    let (tenant, definitions) = pool
        .with_transaction(false, |connection| {
            let tenant = tenant_of(connection, slug)?;
            let definitions = tenant.definitions(connection)?;
            Ok((tenant, definitions))
        })
        .map_err(told)?;
    let settings = Settings::read(&tenant.settings);
    let registry = definitions
        .registry(settings.unique_group_names)
        .map_err(|error| format!("the definitions of tenant {slug} cannot be served: {error}"))?;
    Ok((definitions, registry))
}

/// Prints JSON for people.
pub(super) fn print(value: &impl serde::Serialize) -> Outcome {
    let text = serde_json::to_string_pretty(value).map_err(|error| error.to_string())?;
    say(&text)
}
