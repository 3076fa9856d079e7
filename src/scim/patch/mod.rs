//! PATCH (RFC 7644 §3.5.2): operations on a canonical document, and on edges where the attribute is a member list.

mod apply;
mod elements;
mod path;
mod request;
mod values;

pub use apply::{MemberChange, Patched, apply};
pub use path::PatchPath;
pub use request::{Op, PatchOperation, parse};

#[cfg(test)]
mod tests;
