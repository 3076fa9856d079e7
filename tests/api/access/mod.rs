//! Who may do what: tokens, tenants, `/Me`, rate limits, and how secrets are stored.

mod audit;
mod auth;
mod auth_schemes;
mod jwt;
mod me;
mod networks;
mod rate_limit;
mod remembered;
mod rotation;
mod scopes;
mod secrets;
mod tenants;
