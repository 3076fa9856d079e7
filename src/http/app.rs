//! The state that every request can reach.

use std::sync::Arc;
use std::time::Duration;

use super::client_address::TrustedProxies;
use super::connection::Connections;
use super::measuring::Measuring;
use super::metrics::Metrics;
use super::readiness::Readiness;
use super::stopping::Stopping;
use crate::auth::{Keeper, RateLimit};
use crate::service::{Auditor, BulkLimits, Service};

/// The state that every request can reach.
#[derive(Clone)]
pub struct App {
    /// Use cases.
    pub service: Service,
    /// Public URL in front of `/scim/v2`, without a trailing slash.
    pub public_url: String,
    /// Bounds of requests.
    pub limits: RequestLimits,
    /// Whether discovery needs no token.
    pub public_discovery: bool,
    /// Counters.
    pub metrics: Arc<Metrics>,
    /// How much is stored.
    pub measuring: Measuring,
    /// Whether the database is ready.
    pub readiness: Readiness,
    /// How many requests a credential may send, if there is a limit.
    pub rate_limit: Option<RateLimit>,
    /// The proxies that tell the address of a client.
    pub proxies: TrustedProxies,
    /// Collects refused authentications.
    pub auditor: Auditor,
    /// What authentication keeps between requests.
    pub keeper: Keeper,
    /// What all connections share.
    pub connections: Connections,
    /// Whether the server is about to stop.
    pub stopping: Stopping,
}

/// Bounds of requests.
#[derive(Debug, Clone, Copy)]
pub struct RequestLimits {
    /// Largest body.
    pub body_bytes_max: usize,
    /// Longest wait for a whole body.
    pub body_timeout: Duration,
    /// Longest string of a body, in bytes.
    pub string_bytes_max: usize,
    /// Most operations in one PATCH.
    pub patch_operations_max: usize,
    /// Bounds of Bulk. A bound of 0 operations switches it off.
    pub bulk: BulkLimits,
}

impl RequestLimits {
    /// The largest body of any request.
    pub fn bytes_max(&self) -> usize {
        self.body_bytes_max.max(self.bulk.body_bytes_max)
    }
}
