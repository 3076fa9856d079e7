//! JWTs of issuers that a tenant trusts (RFC 7519, RFC 8725).
//!
//! Reading order: what was sent (`sent.rs`), the issuer that it names and the check (`check.rs`), the keys of an issuer (`keys.rs`),
//! where they are kept (`key_ring.rs`), and how they are fetched (`fetch.rs`, `addresses.rs`).

mod addresses;
mod check;
mod fetch;
mod key_ring;
mod keys;
mod sent;

pub(super) use check::check;
pub use fetch::{check as check_key_url, fetch};
pub(super) use key_ring::KeyRing;
pub use keys::count_keys;
pub(super) use sent::Jwt;
