//! PATCH (RFC 7644 §3.5.2): operations on a canonical document, and on edges where the attribute is a member list.

mod action;
mod apply;
mod assign;
mod complete;
mod edges;
mod elements;
mod extension;
mod faults;
mod keys;
mod known;
mod members;
mod meter;
mod op;
mod patch_operation;
mod patch_request;
mod patched;
mod patcher;
mod path;
mod schemas;
mod silent;
mod target;
mod template;
#[cfg(test)]
mod tests;
mod values;

pub use apply::apply;
pub use members::{MemberChange, fold};
pub use op::Op;
pub use patch_operation::PatchOperation;
pub use patch_request::{PATCH_OP_URN, PatchRequest, parse};
pub use patched::Patched;
pub use path::PatchPath;
pub use silent::is_silent;
