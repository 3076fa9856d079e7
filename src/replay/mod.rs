//! Recordings of the requests of identity providers, and their runner (`scimd replay`). `docs/recordings.md` describes the
//! format.
//!
//! The target is any SCIM server, so nothing here knows the store, the service or the routes. Three parts are pure:
//! `recording` understands the text of a file, `substitute` fills in names, `expect` compares answers. `client` talks HTTP,
//! `run` plays one step after the other, and `report` puts outcomes into words.

mod answer;
mod check;
mod client;
mod decode;
mod expect;
mod find;
mod message;
mod recording;
mod report;
mod run;
mod served;
mod shipped;
mod substitute;
mod text;
mod verdict;

pub(crate) use client::{Client, Settings};
pub(crate) use find::find;
pub(crate) use recording::Recording;
pub(crate) use report::{Format, Report};
pub(crate) use run::run;
pub(crate) use served::other_types;
pub(crate) use shipped::shipped;
