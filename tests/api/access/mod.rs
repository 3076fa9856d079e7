//! Who may do what: tokens, tenants, `/Me`, rate limits, and how secrets are stored.

mod auth;
mod auth_schemes;
mod me;
mod rate_limit;
mod remembered;
mod secrets;
mod tenants;
