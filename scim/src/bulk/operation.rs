//! One operation of a Bulk request, from its JSON to what is to be done.

use serde_json::Value;

use super::instruction::Instruction;
use super::method::Method;
use super::path::{self, Named};
use crate::ScimError;
use crate::json::{Object, describe, take};
use crate::message::check_keys;
use crate::profile::{Leniency, Rules};

/// Longest piece of a client's text in a message.
pub(super) const QUOTED_MAX: usize = 100;
/// What an operation is made of.
const KEYS: [&str; 5] = ["method", "path", "bulkId", "version", "data"];

/// An operation of the request.
#[derive(Debug)]
pub struct Operation {
    /// `method`, which the answer repeats: in capitals where it is one of the four, otherwise as sent.
    pub method: Option<String>,
    /// `bulkId`, which the answer repeats.
    pub bulk_id: Option<String>,
    /// `path`, from which the location in the answer follows.
    pub path: Option<String>,
    /// What is to be done, or why it cannot be.
    pub instruction: Result<Instruction, ScimError>,
    /// The places of the POSTs whose ids stand in it. Without their resources it fails.
    pub needs: Vec<usize>,
    /// The rules without which it could not have been read.
    pub needed: Rules,
}

impl Operation {
    /// Reads an operation. Its references are still there, and it needs no other.
    pub(super) fn read(sent: Value, leniency: &Leniency) -> Self {
        let leniency = leniency.fresh();
        let mut operation = Self {
            method: None,
            bulk_id: None,
            path: None,
            instruction: Err(ScimError::UnknownEndpoint),
            needs: Vec::new(),
            needed: Rules::default(),
        };
        operation.instruction = match sent {
            Value::Object(object) => {
                let known = check_keys(&object, &KEYS, &leniency);
                let read = operation.instruction(object);
                read.and_then(|instruction| known.map(|()| instruction))
            }
            other => Err(syntax(format!(
                "an operation is an object, not {}",
                describe(&other)
            ))),
        };
        operation.needed = leniency.needed();
        operation
    }

    /// The `bulkId` that refers to what this operation creates, whether it can or not.
    pub(super) fn defines(&self) -> Option<&str> {
        let posts = self.method.as_deref() == Some(Method::Post.as_str());
        self.bulk_id.as_deref().filter(|_| posts)
    }

    /// What the answer repeats is read before the first fault ends the reading.
    fn instruction(&mut self, mut object: Object) -> Result<Instruction, ScimError> {
        let word = text(&mut object, "method");
        let bulk_id = text(&mut object, "bulkId");
        let path = text(&mut object, "path");
        let method = word.as_ref().ok().and_then(Option::as_deref);
        let method = method.and_then(Method::parse);
        self.method = match method {
            Some(method) => Some(method.as_str().to_owned()),
            None => word.as_ref().ok().cloned().flatten(),
        };
        self.bulk_id = bulk_id.as_ref().ok().cloned().flatten();
        self.path = path.as_ref().ok().cloned().flatten();
        let method = method.ok_or_else(|| no_method(self.method.as_deref()))?;
        if bulk_id?.is_none_or(|name| name.is_empty()) && method == Method::Post {
            return Err(syntax("`bulkId` is required for a POST"));
        }
        let path = path?.ok_or_else(|| syntax("`path` is required, such as /Users"))?;
        let place = path::parse(&path, method)?;
        let (id, target) = match place.resource {
            None => (String::new(), None),
            Some(Named::Id(id)) => (id, None),
            Some(Named::BulkId(name)) => (String::new(), Some(name)),
        };
        Ok(Instruction {
            method,
            endpoint: place.endpoint,
            id,
            version: text(&mut object, "version")?,
            data: data(&mut object, method)?,
            target,
        })
    }
}

fn no_method(word: Option<&str>) -> ScimError {
    match word {
        Some(word) => syntax(format!(
            "`method` is POST, PUT, PATCH or DELETE, not \"{word:.QUOTED_MAX$}\""
        )),
        None => syntax("`method` is required: POST, PUT, PATCH or DELETE"),
    }
}

fn data(object: &mut Object, method: Method) -> Result<Object, ScimError> {
    match take(object, "data") {
        _ if method == Method::Delete => Ok(Object::new()),
        Some(Value::Object(data)) => Ok(data),
        None | Some(Value::Null) => Err(syntax(format!(
            "`data` is required for a {}",
            method.as_str()
        ))),
        Some(other) => Err(syntax(format!(
            "`data` is an object, not {}",
            describe(&other)
        ))),
    }
}

fn text(object: &mut Object, name: &str) -> Result<Option<String>, ScimError> {
    match take(object, name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(other) => Err(syntax(format!(
            "`{name}` is a string, not {}",
            describe(&other)
        ))),
    }
}

fn syntax(detail: impl Into<String>) -> ScimError {
    ScimError::InvalidSyntax(detail.into())
}
