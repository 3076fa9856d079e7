//! `scimd audit`

use clap::Args;

pub(super) const EXAMPLES: &str = "Examples:
  scimd audit                                         the last day, all tenants
  scimd audit --tenant acme --since 30d               a month of one tenant
  scimd audit --follow                                what happens from now on, until Ctrl-C
  scimd --log-format json audit --since 90d           a JSON object in each line, for other programs";

/// What to show.
#[derive(Debug, Args)]
pub struct AuditArgs {
    /// Only this tenant, also one that was deleted
    #[arg(long, env = "SCIMD_TENANT", value_name = "SLUG")]
    pub tenant: Option<String>,
    /// How far back: a number and s, m, h, d or w
    #[arg(long, env = "SCIMD_SINCE", default_value = "1d", value_parser = crate::service::duration::parse_ms)]
    pub since: i64,
    /// Go on with what happens, until Ctrl-C
    #[arg(long, env = "SCIMD_FOLLOW", value_parser = super::switch)]
    pub follow: bool,
}
