//! `BulkRequest` (RFC 7644 §3.7). A fault of the message refuses it; a fault of an operation is that operation's.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::path::{self, Target};
use crate::ScimError;
use crate::canonical::get;
use crate::json::kind_of;
use crate::message::{check_keys, check_schemas};
use crate::profile::{Leniency, Rules};

const BULK_REQUEST_URN: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
/// Longest piece of a client's text in a message.
const QUOTED_MAX: usize = 100;

/// The message.
#[derive(Debug)]
pub struct BulkRequest {
    /// The operations, in the order of the request.
    pub(super) operations: Vec<Parsed>,
    /// Which POST each `bulkId` stands for: the first that has it.
    pub(super) definitions: HashMap<String, usize>,
    /// After how many failed operations the rest is left alone (`failOnErrors`).
    pub errors_max: Option<usize>,
}

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the RFC's")]
pub enum Method {
    Post,
    Put,
    Patch,
    Delete,
}

/// What the answer repeats of an operation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Echo {
    /// `method`, as far as it is one.
    pub method: Option<String>,
    /// `bulkId`.
    pub bulk_id: Option<String>,
    /// `path`, from which the location follows.
    pub path: Option<String>,
}

/// An operation as sent.
#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) echo: Echo,
    /// The leniencies without which it could not have been read.
    pub(super) needed: Rules,
    pub(super) instruction: Result<Instruction, ScimError>,
}

/// A well-formed operation.
#[derive(Debug)]
pub(super) struct Instruction {
    pub(super) method: Method,
    pub(super) target: Target,
    pub(super) version: Option<String>,
    pub(super) data: Map<String, Value>,
}

impl Method {
    const ALL: [Self; 4] = [Self::Post, Self::Put, Self::Patch, Self::Delete];

    /// In any letter case.
    fn parse(word: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|method| method.as_str().eq_ignore_ascii_case(word))
    }

    /// The method's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

impl BulkRequest {
    /// Reads the message. Unknown keys are ignored.
    ///
    /// Errors: `invalidSyntax` (no `schemas`, no operations), `invalidValue` (`failOnErrors`), 413 (more than
    /// `operations_max`).
    pub fn parse(
        mut body: Map<String, Value>,
        leniency: &Leniency,
        operations_max: usize,
    ) -> Result<Self, ScimError> {
        check_schemas(&body, BULK_REQUEST_URN, leniency)?;
        check_keys(&body, &["schemas", "Operations", "failOnErrors"], leniency)?;
        let errors_max = errors_max(get(&body, "failOnErrors"))?;
        let sent = match take(&mut body, "Operations") {
            Some(Value::Array(sent)) if !sent.is_empty() => sent,
            Some(Value::Array(_)) | None => {
                return Err(syntax("`Operations` needs at least one operation"));
            }
            Some(other) => {
                let text = format!("`Operations` is an array, not {}", kind_of(&other));
                return Err(syntax(text));
            }
        };
        if sent.len() > operations_max {
            return Err(ScimError::TooLarge {
                what: "the list of operations",
                limit: format!("{operations_max} operations"),
            });
        }
        let mut request = Self {
            operations: sent
                .into_iter()
                .map(|sent| Parsed::read(sent, leniency))
                .collect(),
            definitions: HashMap::new(),
            errors_max,
        };
        request.define();
        Ok(request)
    }

    /// Notes which POST each `bulkId` stands for; a second one of the same name is refused.
    fn define(&mut self) {
        for (index, operation) in self.operations.iter_mut().enumerate() {
            let Some(name) = operation.defines() else {
                continue;
            };
            if self.definitions.contains_key(name) {
                let text =
                    format!("another POST of this request has the bulkId \"{name:.QUOTED_MAX$}\"");
                operation.instruction = Err(syntax(text));
            } else {
                self.definitions.insert(name.to_owned(), index);
            }
        }
    }
}

impl Parsed {
    fn read(sent: Value, leniency: &Leniency) -> Self {
        let mut echo = Echo::default();
        let (instruction, needed) = leniency.apart(|| match sent {
            Value::Object(object) => {
                let known = check_keys(&object, &KEYS, leniency);
                instruction(object, &mut echo).and_then(|read| known.map(|()| read))
            }
            other => Err(syntax(format!(
                "an operation is an object, not {}",
                kind_of(&other)
            ))),
        });
        Self {
            echo,
            needed,
            instruction,
        }
    }

    /// The `bulkId` that refers to what this operation creates, whether it can or not.
    fn defines(&self) -> Option<&str> {
        let posts = self.echo.method.as_deref() == Some(Method::Post.as_str());
        self.echo.bulk_id.as_deref().filter(|_| posts)
    }
}

/// What an operation is made of.
const KEYS: [&str; 5] = ["method", "path", "bulkId", "version", "data"];

fn instruction(mut object: Map<String, Value>, echo: &mut Echo) -> Result<Instruction, ScimError> {
    // What the answer repeats is read before the first fault ends the reading.
    let word = text(&mut object, "method");
    let bulk_id = text(&mut object, "bulkId");
    let path = text(&mut object, "path");
    let method = word.as_ref().ok().and_then(Option::as_deref);
    let method = method.and_then(Method::parse);
    echo.method = match method {
        Some(method) => Some(method.as_str().to_owned()),
        None => word.as_ref().ok().cloned().flatten(),
    };
    echo.bulk_id = bulk_id.as_ref().ok().cloned().flatten();
    echo.path = path.as_ref().ok().cloned().flatten();
    let method = method.ok_or_else(|| match &echo.method {
        Some(word) => syntax(format!(
            "`method` is POST, PUT, PATCH or DELETE, not \"{word:.QUOTED_MAX$}\""
        )),
        None => syntax("`method` is required: POST, PUT, PATCH or DELETE"),
    })?;
    if bulk_id?.is_none_or(|name| name.is_empty()) && method == Method::Post {
        return Err(syntax("`bulkId` is required for a POST"));
    }
    let path = path?.ok_or_else(|| syntax("`path` is required, such as /Users"))?;
    Ok(Instruction {
        method,
        target: path::parse(&path, method)?,
        version: text(&mut object, "version")?,
        data: data(&mut object, method)?,
    })
}

fn data(object: &mut Map<String, Value>, method: Method) -> Result<Map<String, Value>, ScimError> {
    match take(object, "data") {
        _ if method == Method::Delete => Ok(Map::new()),
        Some(Value::Object(data)) => Ok(data),
        None | Some(Value::Null) => Err(syntax(format!(
            "`data` is required for a {}",
            method.as_str()
        ))),
        Some(other) => Err(syntax(format!(
            "`data` is an object, not {}",
            kind_of(&other)
        ))),
    }
}

fn errors_max(value: Option<&Value>) -> Result<Option<usize>, ScimError> {
    let number = match value {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Number(number)) => number.as_u64(),
        Some(_) => None,
    };
    match number.filter(|number| *number > 0) {
        // More than there can be operations is no limit.
        Some(number) => Ok(usize::try_from(number).ok()),
        None => Err(ScimError::invalid_value(
            "failOnErrors",
            "is a whole number of at least 1",
        )),
    }
}

/// Takes a member out of an object, in any letter case.
fn take(object: &mut Map<String, Value>, name: &str) -> Option<Value> {
    let key = object.keys().find(|key| key.eq_ignore_ascii_case(name));
    let key = key.cloned()?;
    object.swap_remove(&key)
}

fn text(object: &mut Map<String, Value>, name: &str) -> Result<Option<String>, ScimError> {
    match take(object, name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(other) => Err(syntax(format!(
            "`{name}` is a string, not {}",
            kind_of(&other)
        ))),
    }
}

fn syntax(detail: impl Into<String>) -> ScimError {
    ScimError::InvalidSyntax(detail.into())
}

#[cfg(test)]
mod tests;
