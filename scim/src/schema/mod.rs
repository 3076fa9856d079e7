//! Schemas: the one description of attributes that validation, `/Schemas`, filters, PATCH and projection all read
//! (RFC 7643 §2, §7).
//!
//! The definitions are JSON in the RFC's own form, in `definitions/`; what is read here is what `/Schemas` serves.

mod attribute;
pub mod builtin;
mod characteristics;
#[expect(
    clippy::module_inception,
    reason = "a file is named after its noun, and the RFC's noun is Schema"
)]
mod schema;
mod urns;

pub use attribute::Attribute;
pub use characteristics::{AttributeType, Mutability, Returned, Uniqueness};
pub use schema::{Schema, SchemaError};
pub use urns::{ENTERPRISE_USER_URN, FORMER_ENTERPRISE_URNS, GROUP_URN, USER_URN};
