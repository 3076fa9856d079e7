//! Sequences of requests as clients really run them, from the first to the last, and the state in which they must end.
//! The sequences themselves are in the file or folder of each client.

mod accounts;
mod client;
mod differences;
mod model;

pub(crate) use accounts::{account, add, put};
pub(crate) use client::{Cycle, group_lookup, lookup, resources};
