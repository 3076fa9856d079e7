//! From the body of a POST or PUT to the canonical [`Document`](crate::Document) (RFC 7643 §2, RFC 7644 §3.3, §3.5.1).
//!
//! Canonical means: names are spelled as the schema spells them. There is no `null`, no empty array, no empty object. Values
//! have the schema's types. Extensions stand under their URN. The server derives `id`, `meta`, `schemas` and `$ref`; members
//! and the password are kept elsewhere. None of these is part of the document.
//!
//! [`canonicalize()`] reads a body in a [`Context`] for a [`Purpose`] and gives an [`Input`].
//!
//! ```
//! use scim::canonical::{Context, Purpose, canonicalize};
//! use scim::profile::Leniency;
//! use scim::registry::Registry;
//!
//! let registry = Registry::standard(true);
//! let leniency = Leniency::rfc();
//! let resource_type = registry.at_endpoint("Groups")?;
//! let context = Context { resource_type, registry: &registry, leniency: &leniency };
//! let body = scim::json::parse_object(
//!     br#"{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "id": "mine",
//!          "DISPLAYNAME": "Crew", "externalId": null, "members": [{"value": "7"}]}"#,
//! )?;
//! let input = canonicalize(context, &body, Purpose::Create)?;
//! assert_eq!(serde_json::json!(input.document), serde_json::json!({ "displayName": "Crew" }));
//! assert_eq!(input.members.map(|members| members[0].id.clone()).as_deref(), Some("7"));
//! # Ok::<(), scim::ScimError>(())
//! ```
//!
//! Not supported: more than 10,000 values of one attribute. Members have no such bound.

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
