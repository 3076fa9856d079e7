//! A change that is written, but not recorded yet.

use scim::etag::Version;
use serde::Serialize;

use super::row::Row;

/// What happened to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Operation {
    /// POST.
    Create,
    /// PUT.
    Replace,
    /// PATCH.
    Patch,
    /// DELETE.
    Delete,
}

/// A change of one resource that is written, but has no row in `changes` yet.
///
/// Every write of a resource returns this, and only `Session::record` takes it. So every change gets its row.
#[must_use = "record the change in the transaction that makes it"]
#[derive(Debug)]
pub struct Unrecorded {
    pub(super) operation: Operation,
    pub(super) resource_type: String,
    pub(super) resource_id: String,
    pub(super) version: Version,
    pub(super) at_ms: i64,
}

impl Unrecorded {
    /// The change that produced this row.
    pub(super) fn of(row: &Row, operation: Operation) -> Self {
        Self {
            operation,
            resource_type: row.resource_type.clone(),
            resource_id: row.stored.id.clone(),
            version: row.stored.version,
            at_ms: row.stored.last_modified_ms,
        }
    }
}

/// What a change did to its resource. Only names and ids, never values.
#[derive(Debug, Default)]
pub struct Effect {
    /// The names of the attributes that changed.
    pub attributes: Vec<String>,
    /// The ids of the members that came or went.
    pub members: Vec<String>,
}
