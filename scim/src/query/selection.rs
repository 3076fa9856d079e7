//! What belongs to a list, of one type.

use crate::filter::Condition;
use crate::path::AttributeRef;
use crate::resource_type::ResourceType;

/// Which resources of one type belong to a list, and what they are ordered by.
#[derive(Debug)]
pub struct Selection<'a> {
    /// The type.
    pub resource_type: &'a ResourceType,
    /// What the resources must satisfy.
    pub condition: Option<Condition<'a>>,
    /// The attribute whose values are compared; `None` where the type has no such attribute.
    pub sort_by: Option<AttributeRef<'a>>,
}
