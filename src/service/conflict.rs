//! Conflicts about unique names, in the protocol's words.

use scim::resource_type::{ResourceType, UniqueAttribute};
use scim::{Document, ScimError};
use serde_json::Value;

use super::request::Request;
use crate::store::StoreError;

/// Turns a unique violation into the protocol's error. A type has one unique attribute, and the client sent its value.
pub(super) fn name_conflict(
    error: StoreError,
    request: &Request,
    document: &Document,
) -> StoreError {
    match (error, &request.resource_type.unique) {
        (StoreError::UniqueViolation, Some(unique)) => {
            name_taken(&request.resource_type, unique, document).into()
        }
        (error, _) => error,
    }
}

/// The error that another resource has the document's name.
pub(super) fn name_taken(
    resource_type: &ResourceType,
    unique: &UniqueAttribute,
    document: &Document,
) -> ScimError {
    let value = document.get(&unique.name).and_then(Value::as_str);
    ScimError::Uniqueness {
        resource_type: resource_type.name.clone(),
        attribute: unique.name.clone(),
        value: value.unwrap_or_default().to_owned(),
    }
}
