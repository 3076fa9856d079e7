//! Tests of the running server over HTTP, each on SQLite and on PostgreSQL. `scripts/test` provides the latter.
//!
//! A test is named after the first requirement of `conformance/` that it proves; `/// Rows:` lists all of them.
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

mod active;
mod auth;
mod auth_schemes;
mod bulk;
mod cli;
mod clients;
mod common;
mod conformance;
mod crash;
mod crud;
mod cursor;
mod cycles;
mod discovery;
mod discovery_schemas;
mod enterprise;
mod errors;
mod etag;
mod filter;
mod filter_references;
mod filter_syntax;
mod filter_values;
mod r#gen;
mod groups;
mod health;
mod hostile;
mod http;
mod idp_shapes;
mod leniency;
mod me;
mod names_and_case;
mod nothing;
mod nulls;
mod okta_spec;
mod openapi;
mod own_types;
mod patch;
mod patch_paths;
mod patch_remove;
mod patch_replace;
mod profiles;
mod projection;
mod put;
mod races;
mod rate_limit;
mod rehire;
mod renames;
mod replay;
mod root;
mod same_answers;
mod scenarios;
mod schema_model;
mod schemathesis;
mod scim2_tester;
mod search;
mod secrets;
mod sort_page;
mod tenants;
mod troubles;
mod users;
mod walk;
