//! PATCH (RFC 7644 §3.5.2). Most tests are tables of operations and expected results; `support/patch_table.rs` runs them.

mod add;
mod message;
mod paths;
mod remove;
mod replace;
