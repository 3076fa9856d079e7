//! A resource as clients see it (RFC 7643 §3): the document with what is derived.
//!
//! A [`Renderer`] makes it of a [`Stored`] resource and the [`Links`] that were read beside it.
//!
//! ```
//! use scim::etag::Version;
//! use scim::projection::Projection;
//! use scim::representation::{BaseUrl, Links, Renderer, Stored};
//! use scim::resource_type::ResourceType;
//! use scim::{Document, DocumentText};
//! use serde_json::json;
//!
//! let user = ResourceType::user();
//! let ada = Document::stored(json!({ "userName": "ada" }));
//! let stored = Stored {
//!     id: "7".into(),
//!     version: Version(1),
//!     created_ms: 0,
//!     last_modified_ms: 0,
//!     document: DocumentText::of(&user, &ada),
//! };
//! let base = BaseUrl::new("https://scim.example.com/v2/");
//! let everything = Projection::default();
//! let shown = Renderer::new(&user, &base, &everything, &|_| None).render(&stored, &Links::default());
//! assert!(shown.contains(r#""id":"7","userName":"ada","meta":{"resourceType":"User""#));
//! assert!(shown.contains("https://scim.example.com/v2/Users/7"));
//! ```

mod base_url;
mod links;
mod references;
mod render;
mod stored;

pub use base_url::BaseUrl;
pub use links::{Linked, Links};
pub use references::NamedReferences;
pub use render::Renderer;
pub use stored::Stored;
