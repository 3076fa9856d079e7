//! JWTs of issuers that a tenant trusts (RFC 7519, RFC 8725).

mod accepted;
mod hostile;
mod issuer;
mod key_server;
mod keys;
