//! PATCH (RFC 7644 §3.5.2): operations on a canonical document, and on edges where the attribute is a member list.

mod apply;
mod elements;
mod keys;
mod known;
mod members;
mod meter;
mod op;
mod patch_operation;
mod patch_request;
mod path;
mod values;

pub use apply::{Patched, apply};
pub use members::{MemberChange, fold};
pub use op::Op;
pub use patch_operation::PatchOperation;
pub use patch_request::{PATCH_OP_URN, PatchRequest, parse};
pub use path::PatchPath;

use super::profile::{Leniency, Rule};
use super::resource_type::ResourceType;

/// Whether a PATCH that asks for no attributes is answered with nothing (204): a type with members is, because its clients
/// send one PATCH per member and read none of the answers.
pub fn is_silent(resource_type: &ResourceType, leniency: &Leniency) -> bool {
    resource_type.members.is_some() && leniency.allows(Rule::GroupPatchNoContent)
}

#[cfg(test)]
mod tests;
