//! A resource as clients see it: the document with what is derived, in the schema's order (RFC 7643 §3).

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
