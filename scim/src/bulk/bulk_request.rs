//! `BulkRequest` (RFC 7644 §3.7). A fault of the message refuses the request. A fault of an operation fails that operation.

use std::collections::HashMap;

use serde_json::Value;

use super::bulk_request_builder::BulkRequestBuilder;
use super::ids::Ids;
use super::method::Method;
use super::operation::{Operation, QUOTED_MAX};
use super::urn::BULK_REQUEST_URN;
use crate::ScimError;
use crate::json::{Object, describe, get, take};
use crate::message::{check_keys, check_schemas};
use crate::profile::Leniency;

/// The message, as a server reads it. A client makes one with [`BulkRequest::builder`].
#[derive(Debug)]
pub struct BulkRequest {
    /// The operations, in the order of the request.
    pub(super) operations: Vec<Operation>,
    /// Which POST each `bulkId` stands for: the first that has it.
    pub(super) definitions: HashMap<String, usize>,
    /// After how many failed operations the rest is left alone (`failOnErrors`).
    pub errors_max: Option<usize>,
}

impl BulkRequest {
    /// Begins a message, as a client.
    pub fn builder() -> BulkRequestBuilder {
        BulkRequestBuilder::default()
    }

    /// Reads the message. Unknown keys are ignored.
    ///
    /// Errors: `invalidSyntax` (no `schemas`, no operations), `invalidValue` (`failOnErrors`), 413 (more than
    /// `operations_max`).
    pub fn parse(
        mut body: Object,
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
                let text = format!("`Operations` is an array, not {}", describe(&other));
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
                .map(|sent| Operation::read(sent, leniency))
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

    /// The well-formed POSTs by their places, with their endpoints and bodies.
    pub fn posts(&self) -> impl Iterator<Item = (usize, &str, &Object)> {
        let numbered = self.operations.iter().enumerate();
        numbered.filter_map(|(index, operation)| {
            let instruction = operation.instruction.as_ref().ok()?;
            let is_post = instruction.method == Method::Post;
            is_post.then_some((index, instruction.endpoint.as_str(), &instruction.data))
        })
    }

    /// The ids that stand in the paths of operations.
    pub fn targets(&self) -> impl Iterator<Item = &str> {
        self.operations.iter().filter_map(|operation| {
            let instruction = operation.instruction.as_ref().ok()?;
            let is_named = instruction.method != Method::Post && instruction.target.is_none();
            is_named.then_some(instruction.id.as_str())
        })
    }

    /// Gives every operation an id, which a POST uses, and replaces the references.
    pub fn resolve(self, new_id: impl FnMut(usize) -> String) -> Vec<Operation> {
        let new_ids: Vec<String> = (0..self.operations.len()).map(new_id).collect();
        let mut operations = self.operations;
        for (index, operation) in operations.iter_mut().enumerate() {
            let mut ids = Ids::new(&self.definitions, &new_ids);
            if let Ok(instruction) = &mut operation.instruction
                && let Err(undefined) = ids.resolve(index, instruction)
            {
                operation.instruction = Err(undefined);
            }
            operation.needs = ids.into_needs();
        }
        operations
    }
}

fn errors_max(value: Option<&Value>) -> Result<Option<usize>, ScimError> {
    let number = match value {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Number(number)) => number.as_u64(),
        Some(_) => None,
    };
    match number.filter(|number| *number > 0) {
        // A number above all possible counts is no limit.
        Some(number) => Ok(usize::try_from(number).ok()),
        None => Err(ScimError::invalid_value(
            "failOnErrors",
            "is a whole number of at least 1",
        )),
    }
}

fn syntax(detail: impl Into<String>) -> ScimError {
    ScimError::InvalidSyntax(detail.into())
}

#[cfg(test)]
mod tests;
