//! Schemas and resource types that a tenant brings along: data in the RFC's own JSON form (RFC 7643 §6, §7).
//!
//! What is accepted here is served like the built-in types: validated, filtered, patched, listed by discovery. So
//! [`Definitions`] refuses what this library does not support, and says the reason. It keeps each definition as it was
//! understood. [`effect`] and [`contradiction`] tell what a change of definitions means for resources that are stored.
//!
//! ```
//! use scim::definition::Definitions;
//! use serde_json::json;
//!
//! let object = |value: serde_json::Value| value.as_object().cloned().unwrap_or_default();
//! let mut definitions = Definitions::default();
//! definitions.put_schema(&object(json!({
//!     "id": "urn:example:Device", "name": "Device",
//!     "attributes": [{ "name": "serial", "required": true, "uniqueness": "server" }],
//! })))?;
//! definitions.put_resource_type(&object(json!({
//!     "name": "Device", "endpoint": "/Devices", "schema": "urn:example:Device",
//! })))?;
//! let registry = definitions.registry(true)?;
//! assert_eq!(registry.at_endpoint("Devices")?.name, "Device");
//! # Ok::<(), scim::ScimError>(())
//! ```
//!
//! Not supported: `writeOnly` attributes, more than one unique attribute of a type, a `$ref` to several types, attributes named
//! like the common ones.

mod build;
mod change;
mod definitions;
mod read;
mod resource_type;
mod schema;
#[cfg(test)]
mod tests;

pub use change::{Contradiction, Effect, contradiction, effect};
pub use definitions::Definitions;
pub use resource_type::STORAGE_URN;
