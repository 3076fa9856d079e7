//! scimd, a SCIM 2.0 service provider.
//!
//! The map, in reading order. Arrows point down only: `http` and `cli` know `service`, `service` knows `store`, `store`
//! knows `scim`, and `scim` knows nothing but itself; `replay` stands beside them. `ARCHITECTURE.md` walks one request through it.

pub mod scim;

pub mod store;

pub mod service;

pub mod auth;

pub mod http;

mod replay;

pub mod config;

pub mod cli;
