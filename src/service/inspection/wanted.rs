//! What should be stored beside a document, and how a fault is told.

use std::sync::Arc;

use scim::definition::contradiction;
use scim::quote::quoted_to;
use scim::registry::Registry;
use scim::{Document, ScimError};
use serde_json::Value;

use crate::store::{Columns, Inspected, Key};

/// Most characters of a name that is shown.
const NAME_SHOWN: usize = 60;

/// A resource by tenant, type and id.
pub(super) fn place(slug: &str, one: &Inspected) -> String {
    format!("{slug}/{}/{}", one.resource_type, one.id)
}

pub(super) fn strangers(slug: &str, key: Key, entries: u64) -> String {
    format!(
        "{slug}: {entries} entries of the key {}, which no resource has",
        key.0
    )
}

/// What should be stored beside the document.
///
/// Errors: what is wrong with the document, without its values.
pub(super) fn wanted(
    registry: &Arc<Registry>,
    one: &Inspected,
) -> std::result::Result<Columns, String> {
    let resource_type = registry
        .named(&one.resource_type)
        .ok_or("the tenant has no such resource type")?;
    let document = match serde_json::from_str(&one.document) {
        Ok(Value::Object(document)) => Document::stored(Value::Object(document)),
        _ => return Err("the document is no JSON object".to_owned()),
    };
    if let Some(found) = contradiction(resource_type, resource_type, registry, &document) {
        let attribute = match found.attribute.as_str() {
            "" => "the document".to_owned(),
            name => quoted_to(name, NAME_SHOWN).to_string(),
        };
        return Err(format!("{attribute} is not as its schema says"));
    }
    Columns::of(resource_type, &document).map_err(|error| match error {
        ScimError::InvalidValue { attribute, .. } => format!("\"{attribute}\" is too long"),
        _ => "the document is too large".to_owned(),
    })
}
