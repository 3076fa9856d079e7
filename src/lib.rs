//! scimd, a SCIM 2.0 service provider.
//!
//! The map, in reading order. Arrows point down only: `cli` and `http` know `service`, `auth` serves `http`, `service`
//! knows `store`, and all of them know the protocol, the package `scim`; `replay` stands beside them. `ARCHITECTURE.md`
//! walks one request through it.

pub mod store;

pub mod service;

pub mod auth;

pub mod http;

mod replay;

pub mod config;

pub mod cli;
