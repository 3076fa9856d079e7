//! How a Bulk request is to be run.

use scim::ErrorResponse;

/// How a Bulk request is to be run.
#[derive(Debug, Clone)]
pub struct BulkTerms {
    /// All operations or none.
    pub atomic: bool,
    /// Why the caller may not write, if so: the answer to each operation.
    pub refusal: Option<ErrorResponse>,
    /// Most operations in the request.
    pub operations_max: usize,
    /// Most operations in one PATCH of it.
    pub patch_operations_max: usize,
}
