//! References with a derived name.

use crate::Document;
use crate::resource_type::ResourceType;

/// The ids that references with a derived name (`manager.value`) point at.
pub fn named_references(resource_type: &ResourceType, document: &Document) -> Vec<String> {
    resource_type
        .values(document)
        .filter(|(attribute, _)| {
            attribute
                .sub_attributes
                .iter()
                .any(|sub| sub.is_referenced_name(attribute))
        })
        .filter_map(|(_, value)| value?.get("value")?.as_str().map(str::to_owned))
        .collect()
}
