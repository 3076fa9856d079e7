//! Recordings of what identity providers send, and their runner (`scimd replay`); `docs/recordings.md` describes the format.
//!
//! The target is any SCIM server, not only this one: nothing here knows the store, the service or the routes. What a
//! recording says (`recording`), the names in it (`substitute`) and how an answer is compared (`expect`) is pure; `client`
//! talks HTTP, `run` plays one step after the other, `report` puts outcomes into words.

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
mod shipped;
mod substitute;
mod text;
mod verdict;

pub(crate) use client::{Client, Settings};
pub(crate) use find::find;
pub(crate) use recording::Recording;
pub(crate) use report::{Format, Report};
pub(crate) use run::run;
pub(crate) use shipped::shipped;
