//! SCIM 2.0 (RFC 7642, 7643, 7644), both ways: what a service provider reads and writes, and what a client writes and
//! reads.
//!
//! The library is pure. It has no clock, no I/O, no database and no HTTP. Everything is a function of its arguments: time
//! and new ids come in from outside, so tests own them. JSON goes in and out as [`Object`], a resource is a
//! [`Document`], and at rest a [`DocumentText`].
//!
//! # Reading order
//!
//! 1. [`error`]: what may go wrong, and how the wire says it.
//! 2. [`schema`], [`resource_type`], [`registry`]: how attributes and types of resources are described.
//! 3. [`path`], [`filter`]: how attributes are named, and how resources are picked.
//! 4. [`profile`]: which habits of clients are understood.
//! 5. [`json`], [`canonical`]: how a body becomes a document. [`patch`]: how a document changes.
//! 6. [`compare`], [`comparable`]: what values are compared by. [`query`]: what a list asks.
//! 7. [`representation`], [`projection`]: how a resource is shown. [`list`], [`discovery`], [`bulk`], [`search`]: the
//!    other messages.
//!
//! # As a server
//!
//! A body becomes a document. A PATCH message changes the document.
//!
//! ```
//! use scim::canonical::{Context, Purpose, canonicalize};
//! use scim::patch::{PatchRequest, apply};
//! use scim::profile::Leniency;
//! use scim::registry::Registry;
//!
//! let registry = Registry::standard(true);
//! let leniency = Leniency::lenient();
//! let context = Context {
//!     resource_type: registry.at_endpoint("Users")?,
//!     registry: &registry,
//!     leniency: &leniency,
//! };
//! let body = scim::json::parse_object(br#"{"userName": "ada", "emails": {"value": "ada@x.test"}}"#)?;
//! let input = canonicalize(context, &body, Purpose::Create)?;
//! assert_eq!(input.document["emails"][0]["value"], "ada@x.test");
//! // The body had no `schemas`, and one object in place of an array.
//! let used: Vec<&str> = leniency.used().map(|rule| rule.name()).collect();
//! assert_eq!(used, ["multi-from-single", "ignore-unknown-schemas"]);
//!
//! let body = scim::json::parse_object(
//!     br#"{"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
//!          "Operations": [{"op": "replace", "path": "active", "value": false}]}"#,
//! )?;
//! let request = PatchRequest::parse(&body, &leniency, 100)?;
//! let patched = apply(context, &input.document, &request.operations)?;
//! assert!(patched.changed && patched.document["active"] == false);
//! # Ok::<(), scim::ScimError>(())
//! ```
//!
//! # As a client
//!
//! ```
//! use scim::filter::{Filter, Operator};
//! use scim::list::ListResponse;
//! use scim::patch::{PatchOperation, PatchRequest};
//! use scim::path::AttrPath;
//! use scim::search::SearchRequest;
//!
//! let path = AttrPath::parse("userName").ok_or("no path")?;
//! let search = SearchRequest::filtered(Filter::compare(path, Operator::Eq, "ada"));
//! assert_eq!(search.to_pairs()[0].1, r#"userName eq "ada""#);
//!
//! let answer = scim::json::parse_object(br#"{"totalResults": 1, "Resources": [{"id": "7"}]}"#)?;
//! let page = ListResponse::parse(&answer)?;
//! assert_eq!(page.resources[0]["id"], "7");
//!
//! let leaves = PatchRequest::new([PatchOperation::replace("active", false)]);
//! assert_eq!(leaves.to_json()["Operations"][0]["op"], "replace");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Not supported
//!
//! - `writeOnly` attributes other than a password, and attributes that are unique across providers.
//! - Complex attributes inside complex attributes, as the RFC has it.
//! - Filters about attributes that are never returned.
//! - `/Me` and HTTP itself: status codes are numbers here, headers are texts.

pub mod bulk;
pub mod canonical;
pub mod comparable;
pub mod compare;
pub mod datetime;
pub mod definition;
pub mod discovery;
mod document;
mod document_text;
pub mod error;
pub mod etag;
pub mod filter;
pub mod json;
#[cfg(test)]
mod key_count;
pub mod list;
pub mod message;
pub mod password;
pub mod patch;
pub mod path;
pub mod profile;
pub mod projection;
pub mod query;
pub mod quote;
pub mod registry;
pub mod representation;
pub mod resource_type;
pub mod schema;
pub mod search;
#[cfg(test)]
mod testing;

pub use document::Document;
pub use document_text::{DocumentKey, DocumentText};
pub use error::ScimError;
pub use json::Object;
pub use message::{ERROR_URN, ErrorResponse};
