//! `GET /feed`: what has changed, for applications that keep a copy. A page, a page that is waited for, or a stream.

mod handler;
mod parameters;
mod reader;
mod stream;

pub(super) use handler::{feed, head};
