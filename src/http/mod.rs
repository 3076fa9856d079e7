//! Everything that knows actix: routes, extractors, responses, logging and metrics.

mod accept;
mod access;
mod app;
mod authorised;
mod base_path;
mod body;
mod bulk;
mod content_type;
mod definitions;
mod discovery;
mod docs;
mod explanation;
mod failure;
mod feed;
mod health;
mod inline;
mod me;
mod metrics;
mod observe;
mod readiness;
mod request_id;
mod resources;
mod respond;
mod routes;
mod search;
mod server;
mod shown_path;
mod stopping;
mod suggestion;
mod welcome;

pub use app::{App, RequestLimits};
pub use base_path::BASE_PATH;
pub use metrics::Metrics;
pub use readiness::Readiness;
pub use server::{Server, bind};
pub use stopping::{Stop, Stopping};
