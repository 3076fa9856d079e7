//! Passwords: where a request has one, and what becomes of the one that is stored.

mod fate;
mod find;

pub use fate::PasswordFate;
pub(crate) use find::is_password;
pub use find::{in_body, in_operations};
