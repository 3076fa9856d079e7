//! Entra ID.

mod accounts;
mod cycle;
mod directory;
mod groups;
mod requests;
mod service;
mod users;
