//! How to run a Bulk request.

use scim::ErrorResponse;

/// How to run a Bulk request.
#[derive(Debug, Clone)]
pub struct BulkTerms {
    /// All operations or none.
    pub atomic: bool,
    /// The reason why the caller may not write, if there is one. It answers each operation.
    pub refusal: Option<ErrorResponse>,
    /// Most operations in the request.
    pub operations_max: usize,
    /// Most operations in one PATCH of the request.
    pub patch_operations_max: usize,
}
