//! PATCH (RFC 7644 §3.5.2): operations on a canonical document, and on edges where the attribute is a member list.
//!
//! A client writes a [`PatchRequest`] of [`PatchOperation`]s. A server reads it and [`apply()`]s the operations to a
//! [`Document`](crate::Document): a [`Patched`] has the new document, what becomes of the password, and the changes of
//! members, which [`fold`] joins.
//!
//! ```
//! use scim::Document;
//! use scim::canonical::Context;
//! use scim::patch::{PatchOperation, PatchRequest, apply};
//! use scim::profile::Leniency;
//! use scim::registry::Registry;
//! use serde_json::json;
//!
//! let registry = Registry::standard(true);
//! let leniency = Leniency::rfc();
//! let resource_type = registry.at_endpoint("Users")?;
//! let context = Context { resource_type, registry: &registry, leniency: &leniency };
//! let ada = Document::stored(json!({ "userName": "ada", "emails": [{ "value": "a@x.test", "type": "work" }] }));
//! let sent = PatchRequest::new([PatchOperation::replace(r#"emails[type eq "work"].value"#, "b@x.test")]);
//! let read = PatchRequest::parse(&sent.to_json(), &leniency, 100)?;
//! let patched = apply(context, &ada, &read.operations)?;
//! assert!(patched.changed);
//! assert_eq!(patched.document["emails"][0]["value"], "b@x.test");
//! # Ok::<(), scim::ScimError>(())
//! ```
//!
//! Not supported: to change a part of a member (members come and go as a whole), and operations that would look at more than
//! two million elements.

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
mod no_content;
mod op;
mod patch_operation;
mod patch_request;
mod patched;
mod patcher;
mod path;
mod schemas;
mod target;
mod template;
#[cfg(test)]
mod tests;
mod values;

pub use apply::{apply, apply_within};
pub use members::{MemberChange, fold};
pub use meter::Meter;
pub use no_content::answers_no_content;
pub use op::Op;
pub use patch_operation::PatchOperation;
pub use patch_request::{PATCH_OP_URN, PatchRequest, parse};
pub use patched::Patched;
pub use path::PatchPath;
