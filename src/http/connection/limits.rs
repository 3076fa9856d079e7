//! The bounds of connections.

use std::time::Duration;

/// The bounds of connections.
#[derive(Debug, Clone, Copy)]
pub struct ConnectionLimits {
    /// Most connections at once.
    pub connections_max: usize,
    /// Most connections of one address at once.
    pub per_address_max: usize,
    /// Longest wait for the head of a request. A connection without a request ends after as long.
    pub client_timeout: Duration,
    /// Longest wait for a client that reads nothing of its answer.
    pub write_timeout: Duration,
    /// Most bytes that are read of what nobody wants: the rest of a body whose request is answered.
    pub rest_bytes_max: usize,
    /// Most bytes of answers that wait for their readers.
    pub answers_bytes_max: usize,
}

impl ConnectionLimits {
    /// Longest time between an answer and the head of the next request. An unused connection may wait once for the head's
    /// first byte and once for its last.
    pub(super) fn between_requests(&self) -> Duration {
        self.client_timeout * 2
    }
}
