//! Bounds of connections, for `serve`.

use clap::Args;

use super::values::{answers_bytes, connections, seconds};

/// Bounds of connections.
#[derive(Debug, Clone, Args)]
pub struct ConnectionArgs {
    /// Most connections at once. One more ends the one that has waited longest for a request; where all have requests, it is
    /// answered with 503 [default: 4096, or what the limit of open files leaves]
    #[arg(long, env = "SCIMD_CONNECTIONS_MAX", value_name = "CONNECTIONS", value_parser = connections)]
    pub connections_max: Option<usize>,
    /// Most connections of one address at once; behind a proxy all have one [default: half of --connections-max]
    #[arg(long, env = "SCIMD_CONNECTIONS_PER_ADDRESS_MAX", value_name = "CONNECTIONS", value_parser = connections)]
    pub connections_per_address_max: Option<usize>,
    /// Seconds in which the head of a request has to arrive; a connection without a request ends after as many, and
    /// within twice as many whatever its client still sends
    #[arg(long, env = "SCIMD_CLIENT_TIMEOUT_S", value_name = "SECONDS", default_value_t = 5, value_parser = seconds)]
    pub client_timeout_s: u64,
    /// Seconds in which the body of a request has to arrive
    #[arg(long, env = "SCIMD_BODY_TIMEOUT_S", value_name = "SECONDS", default_value_t = 30, value_parser = seconds)]
    pub body_timeout_s: u64,
    /// Seconds after which a connection ends whose client reads nothing of its answer
    #[arg(long, env = "SCIMD_WRITE_TIMEOUT_S", value_name = "SECONDS", default_value_t = 30, value_parser = seconds)]
    pub write_timeout_s: u64,
    /// Most bytes of answers that wait for their readers. With half of them, clients that read nothing get one second; with
    /// all, large answers to reading requests become 503
    #[arg(long, env = "SCIMD_ANSWERS_MAX_BYTES", value_name = "BYTES", default_value_t = 134_217_728, value_parser = answers_bytes)]
    pub answers_max_bytes: usize,
}
