//! A stored resource without what is derived.

use crate::DocumentText;
use crate::etag::Version;

/// A stored resource without what is derived.
#[derive(Debug, Clone)]
pub struct Stored {
    /// The public id.
    pub id: String,
    /// The version. Every real change moves it.
    pub version: Version,
    /// When it was created.
    pub created_ms: i64,
    /// When it was last changed.
    pub last_modified_ms: i64,
    /// The canonical document.
    pub document: DocumentText,
}
