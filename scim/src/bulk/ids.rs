//! The ids of a request: what stands in an operation in place of a `bulkId`.

use std::collections::HashMap;

use super::instruction::Instruction;
use super::method::Method;
use super::references;
use crate::ScimError;

/// Where the ids of a request come from, and what one operation asked of them.
pub(super) struct Ids<'r> {
    /// Which POST each `bulkId` stands for.
    definitions: &'r HashMap<String, usize>,
    /// The new id of each operation.
    new_ids: &'r [String],
    needs: Vec<usize>,
    unknown: Option<String>,
}

impl<'r> Ids<'r> {
    pub(super) fn new(definitions: &'r HashMap<String, usize>, new_ids: &'r [String]) -> Self {
        Self {
            definitions,
            new_ids,
            needs: Vec::new(),
            unknown: None,
        }
    }

    /// Puts ids in the place of references, in the path and in the data.
    ///
    /// Errors: 409 when no POST has the `bulkId`.
    pub(super) fn resolve(
        &mut self,
        index: usize,
        instruction: &mut Instruction,
    ) -> Result<(), ScimError> {
        let id = match instruction.target.take() {
            Some(name) => self.of(&name),
            None if instruction.method == Method::Post => self.new_ids.get(index).cloned(),
            None => Some(std::mem::take(&mut instruction.id)),
        };
        let method = instruction.method;
        references::replace(&mut instruction.data, method, &mut |name| self.of(name));
        match (id, self.unknown.take()) {
            (Some(id), None) => {
                instruction.id = id;
                Ok(())
            }
            (_, name) => Err(undefined(&name.unwrap_or_default())),
        }
    }

    /// The POSTs that were asked for, each once, in the order of the request.
    pub(super) fn into_needs(mut self) -> Vec<usize> {
        self.needs.sort_unstable();
        self.needs.dedup();
        self.needs
    }

    fn of(&mut self, name: &str) -> Option<String> {
        let Some(post) = self.definitions.get(name) else {
            self.unknown.get_or_insert_with(|| name.to_owned());
            return None;
        };
        self.needs.push(*post);
        self.new_ids.get(*post).cloned()
    }
}

fn undefined(name: &str) -> ScimError {
    ScimError::Conflict(format!(
        "no POST of this request has the bulkId \"{name:.100}\""
    ))
}
