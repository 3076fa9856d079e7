//! What all connections of a server share.

use std::sync::Arc;

use super::crowd::Crowd;
use super::end::End;
use super::kept::Kept;
use super::limits::ConnectionLimits;
use crate::http::metrics::Metrics;
use crate::http::stopping::Stopping;

/// What all connections of a server share.
#[derive(Clone)]
pub struct Connections {
    pub(super) limits: ConnectionLimits,
    pub(super) crowd: Arc<Crowd>,
    pub(super) kept: Kept,
    metrics: Arc<Metrics>,
    stopping: Stopping,
}

impl Connections {
    /// No connections yet.
    pub fn new(limits: ConnectionLimits, metrics: Arc<Metrics>, stopping: Stopping) -> Self {
        Self {
            limits,
            crowd: Arc::default(),
            kept: Kept::default(),
            metrics,
            stopping,
        }
    }

    /// How many there are.
    pub(in crate::http) fn count(&self) -> usize {
        self.crowd.count()
    }

    /// Once the server is told to stop, ends connections that wait for requests, and all others after their answers.
    pub(in crate::http) async fn end_with_the_server(self) {
        self.stopping.told().await;
        self.crowd.close();
    }

    /// Counts a connection that ends for this reason.
    pub(super) fn ended(&self, end: End) {
        self.metrics.count_end(end);
        log::debug!("a connection ends: {}", end.name());
    }

    /// Whether the server is about to stop.
    pub(super) fn is_ending(&self) -> bool {
        self.stopping.is_told()
    }

    /// Whether the process can keep so many more bytes of answers. An answer alone always finds room.
    pub(super) fn has_room(&self, bytes: usize) -> bool {
        let kept = self.kept.bytes();
        kept == 0 || kept.saturating_add(bytes) <= self.limits.answers_bytes_max
    }

    /// Whether nobody should wait long for a client that does not read: half of the room is taken, or the server is about
    /// to stop.
    pub(super) fn are_pressed(&self) -> bool {
        self.is_ending() || self.kept.bytes() > self.limits.answers_bytes_max / 2
    }
}
