//! Passwords: where a request has one ([`in_body`], [`in_operations`]), and what becomes of the stored one
//! ([`PasswordFate`]).
//!
//! A password is never part of a document (RFC 7643 §4.1.1, §7.6). It is prepared with PRECIS `OpaqueString` (RFC 8265
//! §4.2); the caller hashes it.
//!
//! ```
//! use scim::password::in_body;
//! use scim::schema::builtin;
//!
//! let body = scim::json::parse_object(br#"{"userName": "ada", "password": "s3cret"}"#)?;
//! assert_eq!(in_body(&body, builtin::user()).as_deref(), Some("s3cret"));
//! # Ok::<(), scim::ScimError>(())
//! ```
//!
//! Not supported: hashing, and rules for good passwords.

mod fate;
mod find;

pub use fate::PasswordFate;
pub(crate) use find::is_password;
pub use find::{in_body, in_operations};
