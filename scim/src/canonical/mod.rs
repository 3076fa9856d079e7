//! From the body a client sent to the canonical document that is stored (RFC 7643 §2, RFC 7644 §3.3, §3.5.1).
//!
//! Canonical means: names spelled as the schema spells them, no `null`, no empty array or object, values of the schema's
//! types, extensions under their URN. What is derived (`id`, `meta`, `schemas`, `$ref`) or kept elsewhere (members,
//! password) is not part of it.

mod attribute;
mod body;
mod canonicalize;
mod check;
mod context;
mod fault;
mod format;
mod immutable;
mod input;
mod member_ref;
mod members;
mod purpose;
mod repeats;
mod scalar;
mod schemas;
mod stranger;
#[cfg(test)]
mod tests;
mod unassigned;
mod value;

pub(crate) use attribute::{attribute_value, secret};
pub(crate) use body::{extension_named, is_ignored, twice};
pub use canonicalize::canonicalize;
pub(crate) use check::check_document;
pub use context::Context;
pub(crate) use immutable::immutable;
pub use input::Input;
pub use member_ref::MemberRef;
pub use members::members;
pub use purpose::Purpose;
pub(crate) use repeats::{single_primary, without_repeats};
pub(crate) use schemas::{check_known_schemas, is_schemas};
pub(crate) use stranger::stranger;
pub(crate) use unassigned::unassigns;
pub(crate) use value::{VALUES_MAX, complex, elements, one, referenced_id, unwrapped};

pub use crate::json::get;
