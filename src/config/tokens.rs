//! `scimd token …`

use clap::{Subcommand, ValueEnum};
use ipnet::IpNet;

use crate::service::Networks;

/// Commands on tokens.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Create a token and print it once; only its hash is stored
    Create {
        /// The tenant of the token
        tenant: String,
        /// A name by which you recognise the token
        #[arg(long, env = "SCIMD_LABEL", default_value = "")]
        label: String,
        /// When the token ends: a number and s, m, h, d or w (`90d`); without it, never
        #[arg(long, env = "SCIMD_EXPIRES_IN", value_parser = crate::service::duration::parse_ms)]
        expires_in: Option<i64>,
        /// What it allows, with commas between: read, write (which also reads), admin (which may also change schemas and resource
        /// types); with users or groups it reaches only those, and a token for groups sees no names of users
        #[arg(
            long,
            env = "SCIMD_SCOPE",
            value_enum,
            value_delimiter = ',',
            default_value = "write"
        )]
        scope: Vec<ScopeArg>,
        /// Networks that it may be used from, in CIDR notation, with commas between; without this, from anywhere
        #[arg(long, env = "SCIMD_NETWORK", value_name = "CIDR", value_delimiter = ',', value_parser = Networks::parse_one)]
        network: Vec<IpNet>,
        /// The user that /Me shows for this token
        #[arg(long, env = "SCIMD_USER", value_name = "ID_OR_USERNAME")]
        user: Option<String>,
    },
    /// Make the successor of a token, print it once, and give the token an end
    ///
    /// The successor has the same scopes, networks, label and user. Until the overlap is over, both are valid: give the new
    /// one to the client meanwhile, see in `token list` that it is used, and revoke the old one if you do not want to wait.
    Rotate {
        /// The tenant
        tenant: String,
        /// The key id that `token list` shows
        key_id: String,
        /// How long the token before stays valid: a number and s, m, h, d or w; 0s ends it at once
        #[arg(long, env = "SCIMD_OVERLAP", default_value = "7d", value_parser = crate::service::duration::parse_span_ms)]
        overlap: i64,
        /// When the successor ends [default: after as long as the token before was to last]
        #[arg(long, env = "SCIMD_EXPIRES_IN", value_parser = crate::service::duration::parse_ms)]
        expires_in: Option<i64>,
        /// The successor's label [default: that of the token before]
        #[arg(long, env = "SCIMD_LABEL")]
        label: Option<String>,
    },
    /// Tell whose a token is, to revoke one that has leaked; it is read from standard input
    ///
    /// Tokens of scimd are `scimd_`, 43 letters and digits, and a checksum of 6; secret scanners find them by the pattern
    /// scimd_[0-9A-Za-z]{49}. The exit status is 1 if no tenant has the token.
    Find,
    /// Link a token to a user: /Me is then that user
    Link {
        /// The tenant
        tenant: String,
        /// The key id that `token list` shows
        key_id: String,
        /// The user's id or userName
        #[arg(value_name = "ID_OR_USERNAME")]
        user: String,
    },
    /// Remove the link of a token to its user
    Unlink {
        /// The tenant
        tenant: String,
        /// The key id that `token list` shows
        key_id: String,
    },
    /// List a tenant's tokens by key id
    List {
        /// The tenant
        tenant: String,
    },
    /// End a token at once
    Revoke {
        /// The tenant
        tenant: String,
        /// The key id that `token list` shows
        key_id: String,
    },
}

/// What a token allows.
#[derive(Debug, Clone, Copy, ValueEnum)]
#[expect(missing_docs, reason = "the names say it")]
pub enum ScopeArg {
    Read,
    Write,
    Admin,
    Users,
    Groups,
}
