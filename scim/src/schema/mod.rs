//! Schemas (RFC 7643 §2, §7): the one description of attributes that validation, `/Schemas`, filters, PATCH and projection
//! read.
//!
//! The built-in definitions are JSON in the RFC's own form, in `definitions/`. What is read there is what `/Schemas` serves.
//!
//! ```
//! use scim::schema::{Mutability, Schema, builtin};
//!
//! let emails = builtin::user().attribute("EMAILS").ok_or("no attribute")?;
//! assert!(emails.multi_valued && emails.is_complex());
//! let device = Schema::parse(r#"{"id": "urn:x", "name": "X", "attributes": [{"name": "serial"}]}"#)?;
//! assert_eq!(device.attributes[0].mutability, Mutability::ReadWrite);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Not supported: complex sub-attributes, as RFC 7643 §2.3.8 has it.

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
pub use urns::{
    ENTERPRISE_USER_URN, FORMER_ENTERPRISE_URNS, FORMER_SUB_ATTRIBUTES, GROUP_URN, USER_URN,
};
