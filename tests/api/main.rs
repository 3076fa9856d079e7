//! Tests of the running server over HTTP, each on SQLite and on PostgreSQL. `scripts/test` provides the latter.
//!
//! A test is named after the first requirement of `conformance/` that it proves; `/// Rows:` lists all of them.
//!
//! Each feature has a folder. `clients` has a file or a folder for each identity provider. `support` holds the shared helpers.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test says what is wrong by panicking, and shows summaries on its output"
)]

#[macro_use]
mod support;

mod access;
mod bulk;
mod clients;
mod cost;
mod discovery;
mod faults;
mod feed;
mod http;
mod operations;
mod profiles;
mod query;
mod resources;
mod suites;
