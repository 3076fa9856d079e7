//! A resource as clients see it (RFC 7643 §3): the document with what is derived, in the schema's order.
//!
//! [`render()`] makes it of a [`Stored`] resource and the [`Links`] that were read beside it.
//!
//! ```
//! use scim::Document;
//! use scim::etag::Version;
//! use scim::projection::Projection;
//! use scim::representation::{BaseUrl, Links, Stored, render};
//! use scim::resource_type::ResourceType;
//! use serde_json::json;
//!
//! let stored = Stored {
//!     id: "7".into(),
//!     version: Version(1),
//!     created_ms: 0,
//!     last_modified_ms: 0,
//!     document: Document::stored(json!({ "userName": "ada" })),
//! };
//! let base = BaseUrl::new("https://scim.example.com/v2/");
//! let everything = Projection::default();
//! let shown = render(&ResourceType::user(), &base, &stored, &Links::default(), &everything, &|_| None);
//! assert_eq!(shown["meta"]["location"], "https://scim.example.com/v2/Users/7");
//! assert_eq!(shown["userName"], "ada");
//! ```

mod base_url;
mod links;
mod references;
mod render;
mod stored;

pub use base_url::BaseUrl;
pub use links::{Linked, Links};
pub use references::named_references;
pub use render::render;
pub use stored::Stored;
