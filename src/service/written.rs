//! A resource after a write.

use scim::Document;

use crate::store::Row;

/// A resource after a write, and what its answer depends on.
pub(super) struct Written {
    pub(super) row: Row,
    /// Its document.
    pub(super) document: Document,
    /// The document that a PATCH found. POST and PUT set everything.
    pub(super) found: Option<Document>,
}
