//! Tests of the store through the library, each on a fresh SQLite file and in a fresh PostgreSQL schema. `scripts/test`
//! provides the latter.
//!
//! The pure evaluator is the judge of the SQL: `agreement` compares the two over random resources and filters,
//! `ordering` does the same for order and pages, `references` takes what lies outside a document. `snapshots` shows the
//! SQL of both dialects side by side, `plans` and `views` ask the databases how they would run it.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test says what is wrong by panicking"
)]

#[macro_use]
mod world;
mod agreement;
mod documents;
mod explain;
mod filters;
mod judge;
mod kitchen_sink;
mod ordering;
mod plans;
mod presence;
mod references;
mod renewal;
mod seed;
mod snapshots;
mod upkeep;
mod values;
mod views;
mod vocabulary;
