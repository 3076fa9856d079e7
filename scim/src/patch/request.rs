//! The PATCH message (RFC 7644 §3.5.2): its structure, not yet its meaning.

use serde_json::Value;

use crate::ScimError;
use crate::canonical::get;
use crate::json::{Object, describe};
use crate::message::{check_keys, check_schemas};
use crate::profile::{Leniency, Rule};

/// URN of the message.
pub(super) const PATCH_OP_URN: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the RFC's")]
pub enum Op {
    Add,
    Remove,
    Replace,
}

/// One operation, as sent.
#[derive(Debug, Clone, PartialEq)]
pub struct PatchOperation {
    /// `op`.
    pub op: Op,
    /// `path`; `None` when absent or null.
    pub path: Option<String>,
    /// `value`; `None` when the key is absent, `Some(Null)` when it is null.
    pub value: Option<Value>,
}

/// Reads a PATCH message. Unknown keys are ignored (a leniency).
///
/// Errors: `invalidSyntax` (no operations, no or an unknown `op`), 413 (more than `operations_max`).
pub fn parse(
    body: &Object,
    leniency: &Leniency,
    operations_max: usize,
) -> Result<Vec<PatchOperation>, ScimError> {
    check_schemas(body, PATCH_OP_URN, leniency)?;
    check_keys(body, &["schemas", "Operations"], leniency)?;
    let operations = match get(body, "Operations") {
        Some(Value::Array(operations)) if !operations.is_empty() => operations,
        Some(Value::Array(_)) | None => {
            return Err(syntax("`Operations` needs at least one operation"));
        }
        Some(other) => {
            return Err(syntax(format!(
                "`Operations` is an array, not {}",
                describe(other)
            )));
        }
    };
    if operations.len() > operations_max {
        return Err(ScimError::TooLarge {
            what: "the list of operations",
            limit: format!("{operations_max} operations"),
        });
    }
    let numbered = operations.iter().enumerate();
    numbered
        .map(|(index, operation)| {
            parse_operation(operation, leniency)
                .map_err(|fault| syntax(format!("Operations[{index}]: {fault}")))
        })
        .collect()
}

fn syntax(detail: impl Into<String>) -> ScimError {
    ScimError::InvalidSyntax(detail.into())
}

fn parse_operation(operation: &Value, leniency: &Leniency) -> Result<PatchOperation, String> {
    let Value::Object(object) = operation else {
        return Err(format!(
            "an operation is an object, not {}",
            describe(operation)
        ));
    };
    check_keys(object, &["op", "path", "value"], leniency).map_err(|error| error.to_string())?;
    let op = match get(object, "op") {
        Some(Value::String(word)) => op(word, leniency)
            .ok_or_else(|| format!("`op` is add, remove or replace, not \"{word}\""))?,
        _ => return Err("`op` is required: add, remove or replace".to_owned()),
    };
    let path = match get(object, "path") {
        None | Some(Value::Null) => None,
        Some(Value::String(path)) => Some(path.clone()),
        Some(other) => return Err(format!("`path` is a string, not {}", describe(other))),
    };
    Ok(PatchOperation {
        op,
        path,
        value: get(object, "value").cloned(),
    })
}

fn op(word: &str, leniency: &Leniency) -> Option<Op> {
    let known = [
        ("add", Op::Add),
        ("remove", Op::Remove),
        ("replace", Op::Replace),
    ];
    let found = known
        .into_iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(word));
    found
        .filter(|(name, _)| *name == word || leniency.allows(Rule::PatchOpCase))
        .map(|(_, op)| op)
}
