//! A stored resource in the form that a read returns.

use diesel::sql_types::{BigInt, Text};
use scim::DocumentText;
use scim::etag::Version;
use scim::representation::Stored;

use super::key::Key;

/// A stored resource with its internal key, which never leaves the store and the service.
#[derive(Debug, Clone)]
pub struct Row {
    /// Internal, in creation order.
    pub key: Key,
    /// Name of its type.
    pub resource_type: String,
    /// The resource.
    pub stored: Stored,
}

/// The columns read for a resource.
pub(super) type Selected = (i64, String, String, i64, i64, i64, String);
/// Their SQL types.
pub(super) type SelectedTypes = (BigInt, Text, Text, BigInt, BigInt, BigInt, Text);
/// Their names, for statements put together by hand.
pub(super) const SELECTED: &str = "resources.key, resources.resource_type, resources.id, resources.version, resources.created_ms, \
                                   resources.last_modified_ms, resources.document";

impl From<Selected> for Row {
    fn from(
        (key, resource_type, id, version, created_ms, last_modified_ms, document): Selected,
    ) -> Self {
        Self {
            key: Key(key),
            resource_type,
            stored: Stored {
                id,
                version: Version(version),
                created_ms,
                last_modified_ms,
                document: DocumentText::stored(document),
            },
        }
    }
}
