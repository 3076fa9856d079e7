//! References with a derived name.

use crate::DocumentText;
use crate::resource_type::ResourceType;
use crate::schema::Attribute;

/// The ids that references with a derived name (`manager.value`) point at. A document without such a reference is not read.
pub fn named_references(resource_type: &ResourceType, document: &DocumentText) -> Vec<String> {
    let is_named = |attribute: &Attribute| {
        let mut subs = attribute.sub_attributes.iter();
        subs.any(|sub| sub.is_referenced_name(attribute))
    };
    let mut attributes = resource_type.attributes();
    if !attributes.any(|attribute| is_named(attribute) && document.has_key(&attribute.name)) {
        return Vec::new();
    }
    let document = document.read();
    resource_type
        .values(&document)
        .filter(|(attribute, _)| is_named(attribute))
        .filter_map(|(_, value)| value?.get("value")?.as_str().map(str::to_owned))
        .collect()
}
