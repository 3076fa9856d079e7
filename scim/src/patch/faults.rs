//! How an operation is refused.

use crate::ScimError;
use crate::path::AttributeRef;

pub(super) fn removes_by_path(target: AttributeRef<'_>) -> ScimError {
    ScimError::invalid_value(
        target.to_string(),
        "remove takes no `value`; select with a filter in the path",
    )
}

pub(super) fn no_target(target: AttributeRef<'_>) -> ScimError {
    ScimError::NoTarget(format!(
        "the path selects no value of {}",
        target.with_sub(None)
    ))
}
