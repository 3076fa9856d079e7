//! Counters for Prometheus. Labels come from closed sets only, so that no client can add a series.

use std::time::Duration;

use actix_web::http::Method;
use prometheus::{
    HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry,
    TextEncoder,
};
use scim::profile::Rule;

use super::connection::End;
use crate::service::{Service, Sizes};

/// The counters.
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    seconds: HistogramVec,
    connections: IntGaugeVec,
    abandoned: IntGauge,
    clients: IntGauge,
    ends: IntCounterVec,
    leniencies: IntCounterVec,
    rows: IntGaugeVec,
    bytes: IntGauge,
    pub(super) panics: IntCounter,
}

impl Metrics {
    /// Makes the counters.
    ///
    /// Errors: two counters have the same name.
    pub fn new() -> Result<Self, prometheus::Error> {
        let metrics = Self {
            registry: Registry::new(),
            requests: IntCounterVec::new(
                Opts::new(
                    "scimd_http_requests_total",
                    "Requests by route, method and status",
                ),
                &["route", "method", "status"],
            )?,
            seconds: HistogramVec::new(
                HistogramOpts::new(
                    "scimd_http_request_duration_seconds",
                    "Time from the request's head to the response's head",
                )
                .buckets(vec![
                    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
                ]),
                &["route", "method"],
            )?,
            connections: IntGaugeVec::new(
                Opts::new("scimd_pool_connections", "Database connections by state"),
                &["state"],
            )?,
            abandoned: IntGauge::new(
                "scimd_database_jobs_abandoned",
                "Jobs in the database that go on although nobody waits for them any more",
            )?,
            clients: IntGauge::new("scimd_http_connections", "Connections of clients")?,
            ends: IntCounterVec::new(
                Opts::new(
                    "scimd_http_connections_ended_total",
                    "Connections that the server ended, by reason",
                ),
                &["reason"],
            )?,
            leniencies: IntCounterVec::new(
                Opts::new(
                    "scimd_leniency_total",
                    "Requests that would have failed, or meant something else, without this rule",
                ),
                &["rule"],
            )?,
            rows: IntGaugeVec::new(
                Opts::new(
                    "scimd_table_rows",
                    "Rows of a table over all tenants, as far as the database knows them without counting",
                ),
                &["table"],
            )?,
            bytes: IntGauge::new(
                "scimd_database_bytes",
                "What the tables and their indexes take on the disk",
            )?,
            panics: IntCounter::new("scimd_panics_total", "Requests whose handler panicked")?,
        };
        metrics
            .registry
            .register(Box::new(metrics.requests.clone()))?;
        metrics
            .registry
            .register(Box::new(metrics.seconds.clone()))?;
        metrics
            .registry
            .register(Box::new(metrics.connections.clone()))?;
        metrics
            .registry
            .register(Box::new(metrics.abandoned.clone()))?;
        metrics
            .registry
            .register(Box::new(metrics.clients.clone()))?;
        metrics.registry.register(Box::new(metrics.ends.clone()))?;
        metrics
            .registry
            .register(Box::new(metrics.panics.clone()))?;
        metrics
            .registry
            .register(Box::new(metrics.leniencies.clone()))?;
        metrics.registry.register(Box::new(metrics.rows.clone()))?;
        metrics.registry.register(Box::new(metrics.bytes.clone()))?;
        // A rule that no request has needed yet is shown as 0.
        for rule in Rule::ALL.iter().filter(|rule| rule.is_leniency()) {
            metrics.leniencies.with_label_values(&[rule.name()]);
        }
        for end in End::ALL {
            metrics.ends.with_label_values(&[end.name()]);
        }
        Ok(metrics)
    }

    pub(super) fn observe(&self, route: &str, method: &Method, status: u16, elapsed: Duration) {
        let method = match method.as_str() {
            known @ ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS") => known,
            _ => "other",
        };
        self.requests
            .with_label_values(&[route, method, &status.to_string()])
            .inc();
        self.seconds
            .with_label_values(&[route, method])
            .observe(elapsed.as_secs_f64());
    }

    pub(super) fn count_leniency(&self, rule: Rule) {
        self.leniencies.with_label_values(&[rule.name()]).inc();
    }

    /// Shows how much is stored.
    pub(super) fn show_sizes(&self, sizes: &Sizes) {
        for (table, rows) in &sizes.rows {
            self.rows.with_label_values(&[table]).set(*rows);
        }
        self.bytes.set(sizes.bytes);
    }

    pub(super) fn count_end(&self, end: End) {
        self.ends.with_label_values(&[end.name()]).inc();
    }

    /// The text for Prometheus, with what the service tells, and the number of connections of clients.
    pub(super) fn render(
        &self,
        service: &Service,
        clients: usize,
    ) -> Result<String, prometheus::Error> {
        let (in_use, idle) = service.connections();
        self.connections
            .with_label_values(&["in_use"])
            .set(i64::from(in_use));
        self.connections
            .with_label_values(&["idle"])
            .set(i64::from(idle));
        let abandoned = i64::try_from(service.abandoned_jobs());
        self.abandoned.set(abandoned.unwrap_or(i64::MAX));
        self.clients.set(i64::try_from(clients).unwrap_or(i64::MAX));
        TextEncoder::new().encode_to_string(&self.registry.gather())
    }
}
