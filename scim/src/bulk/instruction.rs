//! What an operation asks for: the same as a single request would.

use crate::json::Object;

use super::method::Method;

/// What an operation asks for.
#[derive(Debug)]
pub struct Instruction {
    /// The method.
    pub method: Method,
    /// The endpoint, such as `Users`, perhaps one that is not served.
    pub endpoint: String,
    /// The id of the resource. A POST gives it to the resource that it creates.
    pub id: String,
    /// What `If-Match` would say.
    pub version: Option<String>,
    /// The body; empty for a DELETE.
    pub data: Object,
    /// The `bulkId` that stands in the path in place of an id. [`BulkRequest::resolve`](super::BulkRequest::resolve)
    /// puts the id in its place.
    pub(super) target: Option<String>,
}
