//! `SearchRequest` (RFC 7644 §3.4.3): a list's parameters in a body. It says what a GET says, so it becomes the same
//! parameters.

use serde_json::Value;

use super::ScimError;
use super::canonical::get;
use super::json::{Object, describe};
use super::message::{check_keys, check_schemas};
use super::profile::{Leniency, Rule};
use super::query::Parameters;

/// URN of the message.
pub const SEARCH_REQUEST_URN: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

/// Members that hold text.
const TEXTS: [&str; 4] = ["filter", "sortBy", "sortOrder", "cursor"];
/// Members that hold a whole number.
const NUMBERS: [&str; 2] = ["startIndex", "count"];
/// Members that hold a list of attribute names.
const LISTS: [&str; 2] = ["attributes", "excludedAttributes"];

/// Reads a `SearchRequest`. Unknown members are ignored, like unknown parameters (a leniency).
///
/// Errors: `invalidSyntax` (`schemas`), `invalidValue` (a member of another type).
pub fn parse(body: &Object, leniency: &Leniency) -> Result<Parameters, ScimError> {
    check_schemas(body, SEARCH_REQUEST_URN, leniency)?;
    let known = [&["schemas"][..], &TEXTS, &NUMBERS, &LISTS].concat();
    check_keys(body, &known, leniency)?;
    let mut pairs = Vec::new();
    let mut read = |names: &[&str], text: &dyn Fn(&str, &Value) -> Result<String, ScimError>| {
        for name in names {
            match get(body, name) {
                None | Some(Value::Null) => {}
                Some(value) => pairs.push(((*name).to_owned(), text(name, value)?)),
            }
        }
        Ok::<(), ScimError>(())
    };
    read(&TEXTS, &|name, value| match value {
        Value::String(text) => Ok(text.clone()),
        other => Err(wrong(name, "a string", other)),
    })?;
    read(&NUMBERS, &|name, value| match value {
        Value::Number(number) => Ok(number.to_string()),
        other => Err(wrong(name, "a whole number", other)),
    })?;
    read(&LISTS, &|name, value| names(name, value, leniency))?;
    Parameters::new(pairs)
}

fn names(name: &str, value: &Value, leniency: &Leniency) -> Result<String, ScimError> {
    let listed = match value {
        Value::Array(items) => items.iter().map(Value::as_str).collect::<Option<Vec<_>>>(),
        Value::String(text) if leniency.allows(Rule::MultiFromSingle) => Some(vec![text.as_str()]),
        other => return Err(wrong(name, "an array of attribute names", other)),
    };
    let listed = listed.ok_or_else(|| {
        ScimError::invalid_value(name, "is an array of attribute names, each a string")
    })?;
    Ok(listed.join(","))
}

fn wrong(name: &str, expected: &str, value: &Value) -> ScimError {
    ScimError::invalid_value(name, format!("is {expected}, not {}", describe(value)))
}
