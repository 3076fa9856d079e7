//! One operation of a PATCH message (RFC 7644 §3.5.2): its structure, not yet its meaning.

use serde_json::Value;

use super::op::Op;
use crate::json::{Object, describe, get};
use crate::message::check_keys;
use crate::profile::{Leniency, Rule};
use crate::quote::quoted;

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

impl PatchOperation {
    /// Adds a value. Values of a multi-valued attribute join those that are there; any other value takes its place.
    pub fn add(path: impl Into<String>, value: impl Into<Value>) -> Self {
        Self {
            op: Op::Add,
            path: Some(path.into()),
            value: Some(value.into()),
        }
    }

    /// Replaces all values that the path selects.
    pub fn replace(path: impl Into<String>, value: impl Into<Value>) -> Self {
        Self {
            op: Op::Replace,
            path: Some(path.into()),
            value: Some(value.into()),
        }
    }

    /// Removes all values that the path selects.
    pub fn remove(path: impl Into<String>) -> Self {
        Self {
            op: Op::Remove,
            path: Some(path.into()),
            value: None,
        }
    }

    /// Adds several attributes at once, without a path.
    pub fn add_attributes(attributes: Object) -> Self {
        Self {
            op: Op::Add,
            path: None,
            value: Some(Value::Object(attributes)),
        }
    }

    /// Replaces several attributes at once, without a path. The other attributes stay.
    pub fn replace_attributes(attributes: Object) -> Self {
        Self {
            op: Op::Replace,
            path: None,
            value: Some(Value::Object(attributes)),
        }
    }

    /// The operation as it is written: `op`, `path`, `value`.
    pub fn to_json(&self) -> Object {
        let mut shown = Object::new();
        shown.insert("op".to_owned(), self.op.as_str().into());
        let path = self.path.as_deref().map(Value::from);
        shown.extend(path.map(|path| ("path".to_owned(), path)));
        let value = self.value.clone();
        shown.extend(value.map(|value| ("value".to_owned(), value)));
        shown
    }

    /// Reads an operation; the fault in words.
    pub(super) fn parse(operation: &Value, leniency: &Leniency) -> Result<Self, String> {
        let Value::Object(object) = operation else {
            return Err(format!(
                "an operation is an object, not {}",
                describe(operation)
            ));
        };
        check_keys(object, &["op", "path", "value"], leniency)
            .map_err(|error| error.to_string())?;
        let op = match get(object, "op") {
            Some(Value::String(word)) => op(word, leniency)
                .ok_or_else(|| format!("`op` is add, remove or replace, not {}", quoted(word)))?,
            _ => return Err("`op` is required: add, remove or replace".to_owned()),
        };
        let path = match get(object, "path") {
            None | Some(Value::Null) => None,
            Some(Value::String(path)) => Some(path.clone()),
            Some(other) => return Err(format!("`path` is a string, not {}", describe(other))),
        };
        Ok(Self {
            op,
            path,
            value: get(object, "value").cloned(),
        })
    }
}

/// The operation of this name; in another letter case where the rules allow it.
fn op(word: &str, leniency: &Leniency) -> Option<Op> {
    let mut all = Op::ALL.into_iter();
    let found = all.find(|op| op.as_str().eq_ignore_ascii_case(word));
    found.filter(|op| op.as_str() == word || leniency.allows(Rule::PatchOpCase))
}
