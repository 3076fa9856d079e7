//! PATCH that is answered with nothing.

use crate::profile::{Leniency, Rule};
use crate::resource_type::ResourceType;

/// Whether a PATCH that asks for no attributes is answered with nothing (204): a type with members is, because its clients
/// send one PATCH per member and read none of the answers.
pub fn is_silent(resource_type: &ResourceType, leniency: &Leniency) -> bool {
    resource_type.members.is_some() && leniency.allows(Rule::GroupPatchNoContent)
}
