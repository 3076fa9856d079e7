//! A new version migrates PostgreSQL while the version before serves and somebody reads long.
//!
//! `steps/` holds migrations of a version that does not exist, of each sort that may be written. Every migration newer than the
//! baseline (`versions.rs`) runs before them, so each is held to this as soon as it is there.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test says what is wrong by panicking"
)]

mod database;
mod locks;
mod old_program;
mod old_statements;
mod pace;
mod serving;
mod turns;
mod versions;
