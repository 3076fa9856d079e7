//! Everything that knows actix: routes, extractors, responses, logging and metrics.

mod access;
mod body;
mod bulk;
mod call;
mod definitions;
mod discovery;
mod docs;
mod error;
mod health;
mod me;
mod metrics;
mod observe;
mod readiness;
mod resources;
mod respond;
mod routes;
mod search;
mod server;
mod shown_path;

use std::sync::Arc;

pub use metrics::Metrics;
pub use readiness::Readiness;
pub use server::{Server, bind};

use crate::auth::{RateLimit, Uses};
use crate::service::{BulkLimits, Service};

/// What every request can reach.
#[derive(Clone)]
pub struct App {
    /// Use cases.
    pub service: Service,
    /// Public URL in front of `/scim/v2`, without a trailing slash.
    pub public_url: String,
    /// Bounds of requests.
    pub limits: RequestLimits,
    /// Whether discovery is open to everybody.
    pub public_discovery: bool,
    /// Counters.
    pub metrics: Arc<Metrics>,
    /// Whether the database is ready.
    pub readiness: Readiness,
    /// How many requests a credential may send, if there is a limit.
    pub rate_limit: Option<RateLimit>,
    /// Writes of last uses on their way.
    pub uses: Uses,
}

/// Bounds of requests.
#[derive(Debug, Clone, Copy)]
pub struct RequestLimits {
    /// Largest body.
    pub body_bytes_max: usize,
    /// Most operations in one PATCH.
    pub patch_operations_max: usize,
    /// Bounds of Bulk; no operations switch it off.
    pub bulk: BulkLimits,
}
