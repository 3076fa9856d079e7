//! The columns of a row that follow from its document: its text, and all values that lists and look-ups compare.

use scim::comparable::{Comparable, comparable, indexed_keys};
use scim::resource_type::ResourceType;
use scim::{Document, DocumentText, ScimError};
use serde_json::Value;

use super::indexed_values::index_entry;

/// Longest comparison key of a unique attribute, in bytes. PostgreSQL's index entries end near 2,700.
pub(super) const UNIQUE_BYTES_MAX: usize = 2_000;
/// Largest canonical document, in bytes.
const DOCUMENT_BYTES_MAX: usize = 2 * 1024 * 1024;

/// The columns that follow from a document: its text, and all values that lists and look-ups compare.
#[derive(Debug, Clone)]
pub struct Columns {
    pub(crate) unique_key: Option<String>,
    pub(super) external_id: Option<String>,
    pub(super) display_name: Option<String>,
    /// `userName` and `displayName` as they were sent: applications and lists of members show them.
    pub(super) user_name: Option<String>,
    pub(super) shown_name: Option<String>,
    /// As it was sent: applications show it.
    pub(super) email: Option<String>,
    pub(super) active: Option<bool>,
    pub(crate) document: DocumentText,
    pub(super) comparable: Comparable,
    pub(super) indexed: Vec<(String, Vec<String>)>,
}

impl Columns {
    /// Derives the columns from a document.
    ///
    /// Errors: `invalidValue` for a unique value that is too long, 413 for a document that is too large.
    pub fn of(
        resource_type: &ResourceType,
        document: &Document,
    ) -> std::result::Result<Self, ScimError> {
        let text_at_rest = DocumentText::of(resource_type, document);
        check_size(&text_at_rest)?;
        let comparable = comparable(resource_type, document);
        let text = |name: &str| {
            comparable
                .get(name)
                .and_then(Value::as_str)
                .map(str::to_owned)
        };
        let sent = |name: &str| {
            let value = document.get(name).and_then(Value::as_str);
            value.map(str::to_owned)
        };
        let unique_key = match &resource_type.unique {
            Some(unique) => text(&unique.name)
                .map(|key| short(&unique.name, key))
                .transpose()?,
            None => None,
        };
        let indexed = resource_type.indexed.iter();
        Ok(Self {
            unique_key,
            external_id: text("externalId"),
            display_name: text("displayName"),
            user_name: sent("userName"),
            shown_name: sent("displayName"),
            email: resource_type.email(document).map(str::to_owned),
            active: document.get("active").and_then(Value::as_bool),
            indexed: indexed
                .map(|path| (path.clone(), entries(indexed_keys(&comparable, path))))
                .collect(),
            comparable,
            document: text_at_rest,
        })
    }
}

/// Checks the size: many small changes may grow a resource. PostgreSQL stops at 256 MB, but reads become slow long
/// before.
fn check_size(document: &DocumentText) -> std::result::Result<(), ScimError> {
    if document.as_str().len() > DOCUMENT_BYTES_MAX {
        return Err(ScimError::TooLarge {
            what: "the resource",
            limit: format!("{DOCUMENT_BYTES_MAX} bytes"),
        });
    }
    Ok(())
}

fn short(attribute: &str, key: String) -> std::result::Result<String, ScimError> {
    if key.len() > UNIQUE_BYTES_MAX {
        return Err(ScimError::invalid_value(
            attribute,
            format!("is longer than {UNIQUE_BYTES_MAX} bytes"),
        ));
    }
    Ok(key)
}

fn entries(keys: Vec<String>) -> Vec<String> {
    keys.iter().map(|key| index_entry(key)).collect()
}
