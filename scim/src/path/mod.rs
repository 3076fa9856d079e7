//! Attribute notation: `[URN ":"] name ["." subAttribute]` (RFC 7644 §3.10), and what it means for a resource type.
//!
//! An [`AttrPath`] is a text of the right grammar. [`resolve()`] finds its [`Target`] in a resource type: an [`AttributeRef`],
//! or a whole extension.
//!
//! ```
//! use scim::path::{AttrPath, Target, resolve};
//! use scim::profile::Leniency;
//! use scim::resource_type::ResourceType;
//!
//! let user = ResourceType::user();
//! let path = AttrPath::parse("NAME.givenname").ok_or("no path")?;
//! let Target::Attribute(found) = resolve(&path, &user, &Leniency::rfc())? else {
//!     return Err("an extension".into());
//! };
//! assert_eq!(found.to_string(), "name.givenName");
//! assert!(AttrPath::parse("a.b.c").is_none());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Not supported: sub-attributes of sub-attributes. RFC 7643 has none.

mod attr_path;
mod attribute_ref;
mod resolve;

pub use attr_path::AttrPath;
pub use attribute_ref::{AttributeRef, Home};
pub(crate) use resolve::behind_urn;
pub use resolve::{Target, UnknownPath, resolve};
