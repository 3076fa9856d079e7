//! PATCH that is answered with nothing.

use crate::profile::{Leniency, Rule};
use crate::resource_type::ResourceType;

/// Whether a PATCH that asks for no attributes is answered with nothing (204). That is so for a type with members: its
/// clients send one PATCH per member and do not read the answers.
pub fn answers_no_content(resource_type: &ResourceType, leniency: &Leniency) -> bool {
    resource_type.members.is_some() && leniency.allows(Rule::GroupPatchNoContent)
}
