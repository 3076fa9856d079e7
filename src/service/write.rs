//! What creating, replacing and patching have in common.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::{Request, Shown, Tenancy};
use scim::ScimError;
use scim::etag::Version;
use scim::representation::{Links, Stored, render};
use scim::resource_type::{ResourceType, UniqueAttribute};
use crate::store::{Result, Row, Session, StoreError};

/// The row of this id.
///
/// Errors: 404.
pub(super) fn found(row: Option<Row>, resource_type: &ResourceType, id: &str) -> Result<Row> {
    row.ok_or_else(|| not_found(resource_type, id).into())
}

pub(super) fn not_found(resource_type: &ResourceType, id: &str) -> ScimError {
    ScimError::NotFound {
        resource_type: resource_type.name.clone(),
        id: id.to_owned(),
    }
}

/// Puts a unique violation into the protocol's words: there is one unique attribute, and the client sent its value.
pub(super) fn name_conflict(
    error: StoreError,
    resource_type: &ResourceType,
    document: &Map<String, Value>,
) -> StoreError {
    match (error, &resource_type.unique) {
        (StoreError::UniqueViolation, Some(unique)) => {
            name_taken(resource_type, unique, document).into()
        }
        (error, _) => error,
    }
}

/// Another resource has the name of the document.
pub(super) fn name_taken(
    resource_type: &ResourceType,
    unique: &UniqueAttribute,
    document: &Map<String, Value>,
) -> ScimError {
    let value = document.get(&unique.name).and_then(Value::as_str);
    ScimError::Uniqueness {
        resource_type: resource_type.name.clone(),
        attribute: unique.name.clone(),
        value: value.unwrap_or_default().chars().take(200).collect(),
    }
}

/// Names of the attributes in which two documents differ, extensions' with their URN.
pub(super) fn changed_attributes(
    old: &Map<String, Value>,
    new: &Map<String, Value>,
) -> Vec<String> {
    let mut names: Vec<String> = old
        .keys()
        .chain(new.keys())
        .filter(|name| old.get(*name) != new.get(*name))
        .cloned()
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The next version and a time later than the last change's, whatever the clock says.
pub(super) fn advance(stored: &Stored, now_ms: i64) -> (Version, i64) {
    (
        Version(stored.version.0 + 1),
        now_ms.max(stored.last_modified_ms + 1),
    )
}

impl Request {
    /// Goes on under what the tenant is now.
    ///
    /// Errors: 404 for a type that is gone, 405 for one that clients only read from now on.
    pub(super) fn renew(&mut self, tenancy: Arc<Tenancy>) -> std::result::Result<(), ScimError> {
        let kind = tenancy.registry.named(&self.resource_type.name);
        self.resource_type = kind.cloned().ok_or(ScimError::UnknownEndpoint)?;
        self.tenancy = tenancy;
        self.check_writable("writing")
    }

    /// Whether the caller may write resources of the type.
    ///
    /// Errors: 405.
    pub(super) fn check_writable(&self, method: &str) -> std::result::Result<(), ScimError> {
        if self.tenancy.may_write(&self.resource_type) {
            return Ok(());
        }
        Err(ScimError::MethodNotAllowed {
            method: method.to_owned(),
            allow: "GET, HEAD",
        })
    }

    /// Renders one resource, reading what the projection asks for beside the document.
    pub(super) fn show(&self, session: &mut Session<'_>, row: &Row) -> Result<Shown> {
        let links = super::read::links(self, session, std::slice::from_ref(row))?;
        Ok(self.shown(row, links.into_iter().next().unwrap_or_default()))
    }

    pub(super) fn shown(&self, row: &Row, links: Links) -> Shown {
        let tenancy = &self.tenancy;
        let endpoints = |name: &str| {
            tenancy
                .registry
                .named(name)
                .map(|kind| kind.endpoint.clone())
        };
        Shown {
            body: render(
                &self.resource_type,
                &tenancy.base,
                &row.stored,
                &links,
                &self.projection,
                &endpoints,
            ),
            location: tenancy
                .base
                .location(&self.resource_type.endpoint, &row.stored.id),
            version: row.stored.version,
        }
    }
}
