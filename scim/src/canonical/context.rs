//! What reading a body needs to know.

use crate::profile::Leniency;
use crate::registry::Registry;
use crate::resource_type::ResourceType;

/// What reading a body needs to know.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The type at the endpoint.
    pub resource_type: &'a ResourceType,
    /// All types of the tenant: references are checked against them.
    pub registry: &'a Registry,
    /// The leniencies in force.
    pub leniency: &'a Leniency,
}
