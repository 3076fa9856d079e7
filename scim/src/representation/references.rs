//! Which resources a document refers to.

use crate::resource_type::ResourceType;
use crate::schema::Attribute;
use crate::{DocumentKey, DocumentText};

/// The references of a resource type that are shown with the name of their resource (`manager.displayName`).
pub struct NamedReferences<'t> {
    resource_type: &'t ResourceType,
    /// The keys of their attributes.
    keys: Vec<DocumentKey<'t>>,
}

impl<'t> NamedReferences<'t> {
    /// Those of this type.
    pub fn of(resource_type: &'t ResourceType) -> Self {
        let named = resource_type.attributes().filter(|one| is_named(one));
        Self {
            keys: named.map(|one| DocumentKey::new(&one.name)).collect(),
            resource_type,
        }
    }

    /// The ids of the resources whose names an answer shows beside this document.
    pub fn ids(&self, document: &DocumentText) -> Vec<String> {
        if !self.keys.iter().any(|key| document.has_key(key)) {
            return Vec::new();
        }
        let document = document.read();
        self.resource_type
            .values(&document)
            .filter(|(attribute, _)| is_named(attribute))
            .filter_map(|(_, value)| value?.get("value")?.as_str().map(str::to_owned))
            .collect()
    }
}

fn is_named(attribute: &Attribute) -> bool {
    let mut subs = attribute.sub_attributes.iter();
    subs.any(|sub| sub.is_referenced_name(attribute))
}
