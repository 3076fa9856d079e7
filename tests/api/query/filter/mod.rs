//! Filters (RFC 7644 §3.4.2.2).

mod operators;
mod people;
mod references;
mod syntax;
mod values;
