//! The protocol, pure: no clock, no I/O, no database, no HTTP server.
//!
//! Everything here is a function of its arguments. Time and new ids come in from outside, so that tests own them.
//! Reading order: what may go wrong ([`error`]), how attributes are described ([`schema`], [`resource_type`]), how they
//! are named ([`path`]), how a body becomes canonical ([`canonical`]), how it is changed ([`patch`]), which habits of
//! clients are understood on the way ([`profile`]), how it is found
//! ([`filter`]), how it is shown ([`representation`], [`projection`]), and many changes in one request ([`bulk`]).

pub mod bulk;
pub mod canonical;
pub mod comparable;
pub mod compare;
pub mod datetime;
pub mod definition;
pub mod discovery;
mod document;
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
pub mod registry;
pub mod representation;
pub mod resource_type;
pub mod schema;
pub mod search;
#[cfg(test)]
mod testing;

pub use document::Document;
pub use error::ScimError;
pub use json::Object;
pub use message::{ERROR_URN, ErrorResponse};
