//! A stored resource in the form that a read returns.

use diesel::sql_types::{BigInt, Nullable, Text};
use scim::DocumentText;
use scim::etag::Version;
use scim::representation::Stored;

use super::dialect::Dialect;
use super::direct_groups::{self, FoundGroups};
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
    /// What was read with it of the groups that it is in.
    pub groups: FoundGroups,
}

/// The columns read for a resource. They are NULL where a statement proves an admission and finds no resource.
pub(super) type Selected = (
    Option<i64>,
    Option<String>,
    Option<String>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<String>,
    Option<String>,
);
/// Their SQL types.
pub(super) type SelectedTypes = (
    Nullable<BigInt>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<BigInt>,
    Nullable<BigInt>,
    Nullable<BigInt>,
    Nullable<Text>,
    Nullable<Text>,
);

/// What is read of a resource beside its own columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    /// Nothing.
    Nothing,
    /// The groups that it is in.
    Groups,
    /// The keys of these groups.
    GroupKeys,
}

impl Beside {
    /// What is read, as a column of a row of `resources`.
    pub(super) fn column(self, dialect: Dialect) -> String {
        match self {
            Self::Nothing => "NULL".to_owned(),
            Self::Groups => direct_groups::column(dialect),
            Self::GroupKeys => direct_groups::keys_column(dialect).to_owned(),
        }
    }
}

/// Their names, of the table `resources`, for statements put together by hand.
pub(super) fn selected(dialect: Dialect, beside: Beside) -> String {
    let groups = beside.column(dialect);
    format!(
        "resources.key, resources.resource_type, resources.id, resources.version, resources.created_ms, \
         resources.last_modified_ms, resources.document, {groups} AS direct_groups"
    )
}

impl Row {
    /// `None` when no resource was found.
    pub(super) fn read(selected: Selected) -> Option<Self> {
        let (key, resource_type, id, version, created_ms, last_modified_ms, document, groups) =
            selected;
        Some(Self {
            key: Key(key?),
            resource_type: resource_type?,
            stored: Stored {
                id: id?,
                version: Version(version?),
                created_ms: created_ms?,
                last_modified_ms: last_modified_ms?,
                document: DocumentText::stored(document?),
            },
            groups: FoundGroups::read(groups.as_deref()),
        })
    }
}
