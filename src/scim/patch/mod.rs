//! PATCH (RFC 7644 §3.5.2): operations on a canonical document, and on edges where the attribute is a member list.

mod apply;
mod elements;
mod known;
mod members;
mod meter;
mod path;
mod request;
mod values;

pub use apply::{Patched, apply};
pub use members::{MemberChange, fold};
pub use path::PatchPath;
pub use request::{Op, PatchOperation, parse};

#[cfg(test)]
mod tests;
