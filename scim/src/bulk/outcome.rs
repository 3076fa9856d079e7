//! What became of one operation.

use crate::ErrorResponse;
use crate::etag::Version;

/// What became of one operation: its success, or the error as its own request would have answered it.
pub type Outcome = Result<Success, ErrorResponse>;

/// An operation that was carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Success {
    /// The HTTP status that its own request would have had.
    pub status: u16,
    /// The version of the resource afterwards. What is deleted has none.
    pub version: Option<Version>,
}
