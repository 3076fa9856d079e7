//! What an operation asks of its target.

use serde_json::Value;

use super::op::Op;
use super::patch_operation::PatchOperation;
use crate::ScimError;

/// An operation whose value is there if it needs one. `Set` is add or replace.
pub(super) enum Action<'v> {
    Set { value: &'v Value, replace: bool },
    Remove { value: Option<&'v Value> },
}

impl<'v> Action<'v> {
    pub(super) fn of(operation: &'v PatchOperation) -> Result<Self, ScimError> {
        match (operation.op, &operation.value) {
            (Op::Remove, value) => Ok(Self::Remove {
                value: value.as_ref().filter(|value| !value.is_null()),
            }),
            (op, Some(value)) => Ok(Self::Set {
                value,
                replace: op == Op::Replace,
            }),
            (_, None) => Err(ScimError::invalid_value(
                operation.path.as_deref().unwrap_or("value"),
                "`value` is required for add and replace",
            )),
        }
    }
}
