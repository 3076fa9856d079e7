//! Schemas and resource types that a tenant brings along: data in the RFC's own JSON form (RFC 7643 §6, §7).
//!
//! What is accepted here is served like the built-in types: validated, filtered, patched, listed by discovery. So whatever
//! this provider could not keep its word about is refused with the reason, and the definition is kept as it was understood.

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
