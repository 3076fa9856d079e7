//! Proxies in front of the server.

use clap::{Args, ValueEnum};
use ipnet::IpNet;

use crate::service::Networks;

/// Proxies in front of the server, which tell from where a request comes.
#[derive(Debug, Clone, Args)]
pub struct ProxyArgs {
    /// Networks of the proxies in front of the server, in CIDR notation, with commas between. What they say of a client's address is
    /// believed, and nobody else: tokens may be bound to networks. Links are built from --base-url all the same
    #[arg(long, env = "SCIMD_TRUSTED_PROXIES", value_name = "CIDR", value_delimiter = ',', value_parser = Networks::parse_one)]
    pub trusted_proxies: Vec<IpNet>,
    /// The header in which they say it. The other one is not read, because a client could send it through them
    #[arg(
        long,
        env = "SCIMD_PROXY_HEADER",
        value_enum,
        default_value = "x-forwarded-for"
    )]
    pub proxy_header: ProxyHeader,
}

/// A header that names the client of a proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProxyHeader {
    /// `X-Forwarded-For`.
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}
