//! scimd, a SCIM 2.0 service provider.
//!
//! The modules, in reading order. Arrows point down only: `cli` and `http` use `service`, `http` uses `auth`, `service`
//! uses `store`. All of them use the protocol, the package `scim`. `replay` stands apart. `ARCHITECTURE.md` follows one
//! request through them.

pub mod store;

pub mod service;

pub mod auth;

pub mod http;

mod replay;

pub mod config;

pub mod cli;
