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
    /// `method`, which the answer repeats: in capitals where it is one of the four, otherwise the beginning of what was sent.
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
        let (words, instruction) = match sent {
            Value::Object(mut object) => {
                let known = check_keys(&object, &KEYS, &leniency);
                let words = Words::take(&mut object);
                let read = words.instruction(object);
                let instruction = read.and_then(|instruction| known.map(|()| instruction));
                (words, instruction)
            }
            other => {
                let text = format!("an operation is an object, not {}", describe(&other));
                (Words::none(), Err(syntax(text)))
            }
        };
        let method = words.method().map(|method| method.as_str().to_owned());
        Self {
            method: method.or_else(|| {
                let sent = words.method.ok().flatten()?;
                Some(sent.chars().take(QUOTED_MAX).collect())
            }),
            bulk_id: words.bulk_id.ok().flatten(),
            path: words.path.ok().flatten(),
            instruction,
            needs: Vec::new(),
            needed: leniency.needed(),
        }
    }

    /// The `bulkId` that refers to what this operation creates, whether it can or not.
    pub(super) fn defines(&self) -> Option<&str> {
        let posts = self.method.as_deref() == Some(Method::Post.as_str());
        self.bulk_id.as_deref().filter(|_| posts)
    }
}

/// What the answer repeats. It is read before the first fault ends the reading.
struct Words {
    method: Result<Option<String>, ScimError>,
    bulk_id: Result<Option<String>, ScimError>,
    path: Result<Option<String>, ScimError>,
}

impl Words {
    fn none() -> Self {
        Self {
            method: Ok(None),
            bulk_id: Ok(None),
            path: Ok(None),
        }
    }

    fn take(object: &mut Object) -> Self {
        Self {
            method: text(object, "method"),
            bulk_id: text(object, "bulkId"),
            path: text(object, "path"),
        }
    }

    fn method(&self) -> Option<Method> {
        Method::parse(self.method.as_ref().ok()?.as_deref()?)
    }

    fn instruction(&self, mut rest: Object) -> Result<Instruction, ScimError> {
        let method = self.method().ok_or_else(|| no_method(&self.method))?;
        let bulk_id = self.bulk_id.as_ref().map_err(Clone::clone)?;
        if method == Method::Post && bulk_id.as_deref().is_none_or(str::is_empty) {
            return Err(syntax("`bulkId` is required for a POST"));
        }
        let path = self.path.as_ref().map_err(Clone::clone)?;
        let path = path
            .as_deref()
            .ok_or_else(|| syntax("`path` is required, such as /Users"))?;
        let place = path::parse(path, method)?;
        let (id, target) = match place.resource {
            None => (String::new(), None),
            Some(Named::Id(id)) => (id, None),
            Some(Named::BulkId(name)) => (String::new(), Some(name)),
        };
        Ok(Instruction {
            method,
            endpoint: place.endpoint,
            id,
            version: text(&mut rest, "version")?,
            data: data(&mut rest, method)?,
            target,
        })
    }
}

fn no_method(word: &Result<Option<String>, ScimError>) -> ScimError {
    match word {
        Ok(Some(word)) => syntax(format!(
            "`method` is POST, PUT, PATCH or DELETE, not \"{word:.QUOTED_MAX$}\""
        )),
        Ok(None) | Err(_) => syntax("`method` is required: POST, PUT, PATCH or DELETE"),
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
