//! A resource as it is stored, with the columns that should follow from its document.

use serde_json::Value;

use crate::store::columns::Columns;
use crate::store::key::Key;

/// A stored resource, and what is stored beside its document.
#[derive(Debug, Clone)]
pub struct Inspected {
    /// Its internal key.
    pub key: Key,
    /// Name of its type.
    pub resource_type: String,
    /// Its public id.
    pub id: String,
    /// The text of its document.
    pub document: String,
    pub(super) derived: Derived,
    /// Its entries in the index of values: type, attribute, value.
    pub(super) entries: Vec<(String, String, String)>,
}

/// The columns that should follow from the document, as they are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Derived {
    pub(super) unique_key: Option<String>,
    pub(super) external_id: Option<String>,
    pub(super) display_name: Option<String>,
    pub(super) email: Option<String>,
    pub(super) user_name: Option<String>,
    pub(super) shown_name: Option<String>,
    pub(super) active: Option<bool>,
    /// JSON, unless the database cannot read it.
    pub(super) comparable: Option<String>,
}

impl Inspected {
    /// The names of the columns that are not as the document says.
    pub fn wrong_columns(&self, wanted: &Columns) -> Vec<&'static str> {
        let found = &self.derived;
        let comparable = found.comparable.as_deref();
        let comparable: Option<Value> = comparable.and_then(|text| serde_json::from_str(text).ok());
        let is_comparable = comparable
            .as_ref()
            .and_then(Value::as_object)
            .is_some_and(|found| *found == *wanted.comparable);
        let compared = [
            ("unique_key", found.unique_key == wanted.unique_key),
            ("external_id", found.external_id == wanted.external_id),
            ("display_name", found.display_name == wanted.display_name),
            ("email", found.email == wanted.email),
            ("user_name", found.user_name == wanted.user_name),
            ("shown_name", found.shown_name == wanted.shown_name),
            ("active", found.active == wanted.active),
            ("comparable", is_comparable),
        ];
        let wrong = compared.into_iter().filter(|(_, is_right)| !is_right);
        wrong.map(|(name, _)| name).collect()
    }

    /// Whether the index of values has the entries that the document asks for, and no others.
    pub fn is_indexed(&self, wanted: &Columns) -> bool {
        let mut found: Vec<_> = self
            .entries
            .iter()
            .map(|(resource_type, attribute, value)| {
                (resource_type.as_str(), attribute.as_str(), value.as_str())
            })
            .collect();
        let mut wanted: Vec<_> = wanted
            .indexed
            .iter()
            .flat_map(|(attribute, values)| {
                let of = |value| (self.resource_type.as_str(), attribute.as_str(), value);
                values.iter().map(move |value: &String| of(value.as_str()))
            })
            .collect();
        found.sort_unstable();
        wanted.sort_unstable();
        found == wanted
    }
}
