//! The command line. Every flag of every command is also an environment variable, `SCIMD_` and the flag's name, but for
//! `--yes`, `--force` and `--repair`: a confirmation belongs to the one command that it confirms. An empty variable counts as unset. The first token
//! has only a variable.

mod audit;
mod backup;
mod connections;
mod definitions;
mod environment;
mod issuers;
#[cfg(test)]
mod pages_tests;
mod proxies;
mod replay;
mod tokens;
mod values;

use std::num::NonZeroU32;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::service::AuditRetention;
use values::{base_url, body_bytes, bulk_operations, level, listen_address, switch, workers};

pub use audit::AuditArgs;
pub use backup::{BackupArgs, RestoreArgs};
pub use connections::ConnectionArgs;
pub use definitions::{OfTenant, PackCommand, ResourceTypeCommand, SchemaCommand};
pub use issuers::{IssuerArgs, IssuerCommand};
pub use proxies::{ProxyArgs, ProxyHeader};
pub use replay::{ReplayArgs, ReplayFormat};
pub use tokens::{ScopeArg, TokenCommand};

const ABOUT: &str =
    "A SCIM 2.0 service provider: users and groups for your identity provider to push into";
const LONG_ABOUT: &str = "A SCIM 2.0 service provider: users and groups for your identity provider to push into.

Without a command it serves. A new database gets a tenant `default` and a bearer token, printed once:

  scimd                                         SQLite in ./scimd.db, http://127.0.0.1:8080
  scimd --database-url postgres://u:p@host/db   PostgreSQL

Then:

  curl -H 'Authorization: Bearer <token>' http://127.0.0.1:8080/scim/v2/Users

Every flag is also an environment variable, SCIMD_ and its name (--log-level: SCIMD_LOG_LEVEL), but for --yes, --force and --repair. Flags win.";

/// There is no flag for it, because every user of a machine sees the arguments of every process.
const BOOTSTRAP_TOKEN: &str = "SCIMD_BOOTSTRAP_TOKEN";
const BOOTSTRAP_TOKEN_HELP: &str = "Environment only, for it is a secret:
  SCIMD_BOOTSTRAP_TOKEN  First token of a new database, for scripted set-ups: at least 32 characters";

const CONFORMANCE_EXAMPLES: &str = "Examples:
  scimd conformance --id PATCH-47        one requirement
  scimd conformance --group FILTER       all about filters
  scimd conformance --not-implemented    what to know before you rely on the standard";

const DOCTOR_EXAMPLES: &str = "Examples:
  scimd doctor                                        the set-up, as identity providers will meet it
  scimd doctor --deep                                 everything that is stored, of all tenants
  scimd doctor --deep --tenant acme                   of one
  scimd doctor --deep --repair                        and mend what follows from something else
  scimd doctor --deep --database-url sqlite:/backup/scimd.db   look into a back-up";

/// The command line.
#[derive(Debug, Parser)]
#[command(name = "scimd", version, about = ABOUT, long_about = LONG_ABOUT, after_help = BOOTSTRAP_TOKEN_HELP)]
pub struct Cli {
    /// The command to run.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Settings of `serve` when no command is given.
    #[command(flatten)]
    pub serve: ServeArgs,
    /// Settings of all commands.
    #[command(flatten)]
    pub global: GlobalArgs,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Answer requests (the default)
    #[command(after_help = BOOTSTRAP_TOKEN_HELP)]
    Serve(Box<ServeArgs>),
    /// Bring the database to this version's tables; `serve` does this by itself
    Migrate,
    /// Create, list, show, set and delete tenants
    #[command(subcommand)]
    Tenant(TenantCommand),
    /// Create, rotate, find, link, list and revoke bearer tokens
    #[command(subcommand)]
    Token(TokenCommand),
    /// Trust issuers of JWTs, list them, test their keys, and end the trust
    #[command(subcommand)]
    Issuer(IssuerCommand),
    /// Show who was refused, and what operators did to tenants, tokens and issuers
    ///
    /// A line for each event: time, tenant, event, and what is known of actor, subject, cause, address and request. Refusals of a kind
    /// within a minute are one line with their number. No line has a token or a secret.
    #[command(after_help = audit::EXAMPLES)]
    Audit(AuditArgs),
    /// Add, list, show and remove a tenant's own schemas
    #[command(subcommand)]
    Schema(SchemaCommand),
    /// Add, list, show and remove a tenant's own resource types
    #[command(subcommand)]
    ResourceType(ResourceTypeCommand),
    /// List, add and remove ready-made schemas and resource types
    #[command(subcommand)]
    Pack(PackCommand),
    /// List and explain profiles: how a tenant reads what clients send
    #[command(subcommand)]
    Profile(ProfileCommand),
    /// Check database, migrations, clock and base URL; with --deep everything that is stored
    ///
    /// --deep reads all tenants, piece by piece, while a server works, and asks no base URL. Each check tells how many things
    /// it looked at and how many faults there are; the first are named by tenant, type and id. The exit status is 1 if there
    /// are faults. docs/command-line.md in the source tree describes each check.
    #[command(after_help = DOCTOR_EXAMPLES)]
    Doctor(Box<DoctorArgs>),
    /// Copy a SQLite database into a file, while the server works
    ///
    /// The copy is the database at one moment: all that was acknowledged before the command began, and no change in part. No
    /// request waits for it. It is checked before it gets its name, and holds everything: tenants, resources, tokens (as
    /// hashes), settings, changes. Keep it as safe as the database.
    ///
    /// PostgreSQL has its own tools: the command names them and ends with an error.
    #[command(after_help = backup::BACKUP_EXAMPLES)]
    Backup(BackupArgs),
    /// Put a back-up in the place of a SQLite database
    ///
    /// It is refused while any process has the database open. The back-up is checked first: that it is sound, and of a
    /// version that this one can read. Older tables are brought up by the next start. The database before is kept under
    /// another name and never deleted.
    ///
    /// What came after the back-up is gone: users, groups, settings, tokens. A token that was revoked after it is valid
    /// again. Cursors that clients hold go on from their place. Readers of the change feed are told to begin again (410).
    ///
    /// PostgreSQL has its own tools: the command names them and ends with an error.
    #[command(after_help = backup::RESTORE_EXAMPLES)]
    Restore(RestoreArgs),
    /// Print what the SCIM standards ask, and how this server meets each requirement
    ///
    /// Each requirement has an ID, a sentence, and a state: `tested` with the tests that prove it, `otherwise` (something
    /// else is done by design) with the reason and tests, or `not` with the reason. The last line counts them. The same
    /// ledger is docs/conformance.md in the source tree. No database is needed.
    #[command(after_help = CONFORMANCE_EXAMPLES)]
    Conformance(ConformanceArgs),
    /// Send what identity providers send to any SCIM server, and compare the answers
    ///
    /// A recording is a JSON file of requests and expected answers; docs/recordings.md in the source tree describes how to
    /// write one. Some are shipped with the program. Each step is printed as it happens, a failed one with its first
    /// difference. The exit status is 0 only if all passed. No database is needed.
    #[command(after_help = replay::EXAMPLES)]
    Replay(Box<ReplayArgs>),
}

/// Commands on tenants.
#[derive(Debug, Subcommand)]
pub enum TenantCommand {
    /// Create a tenant
    Create {
        /// Its name in paths: lower-case letters, digits and `-`
        slug: String,
        /// Its name for people
        #[arg(long, env = "SCIMD_NAME")]
        name: Option<String>,
    },
    /// List all tenants
    List,
    /// Show a tenant and its settings
    Show {
        /// The tenant
        slug: String,
    },
    /// Change settings; servers follow with their next request
    ///
    /// Settings: name=TEXT · profile=default|rfc|okta|entra|interop (how requests are read; `scimd profile list`) ·
    /// RULE=on|off|profile (one rule of the profile; `scimd profile show`) · unique-group-names=true|false (refuse a
    /// second group of the same name) · rehire=conflict|reactivate (a POST of a deactivated user: 409, or the old
    /// account becomes active again) · change-retention=forever|DURATION (how long the rows of changes are kept, as in 90d)
    Set {
        /// The tenant
        slug: String,
        /// Settings to change, as KEY=VALUE
        #[arg(required = true, value_name = "KEY=VALUE")]
        settings: Vec<String>,
    },
    /// Delete a tenant with all its users, groups, tokens and recorded changes
    Delete {
        /// The tenant
        slug: String,
        /// Confirm that everything is deleted; no environment variable does that
        #[arg(long)]
        yes: bool,
    },
}

/// Commands on profiles.
#[derive(Debug, Subcommand)]
pub enum ProfileCommand {
    /// List all profiles
    List,
    /// Show a profile rule by rule, with a line of explanation each
    Show {
        /// The profile; without it, all profiles side by side
        name: Option<String>,
    },
}

/// The requirements to print; all without arguments.
#[derive(Debug, Args)]
pub struct ConformanceArgs {
    /// Only this group, such as FILTER or PATCH
    #[arg(long, env = "SCIMD_GROUP")]
    pub group: Option<String>,
    /// Only this requirement, such as PATCH-47
    #[arg(long, env = "SCIMD_ID")]
    pub id: Option<String>,
    /// Only requirements that are met otherwise or not at all, with the reasons
    #[arg(long, env = "SCIMD_NOT_IMPLEMENTED", value_parser = switch)]
    pub not_implemented: bool,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[expect(missing_docs, reason = "the names say it")]
pub enum LogFormat {
    Text,
    Json,
}

/// Settings of all commands.
#[derive(Debug, Clone, Args)]
pub struct GlobalArgs {
    /// `sqlite:PATH` or `postgres://USER:PASSWORD@HOST/DATABASE`
    #[arg(
        long,
        global = true,
        env = "SCIMD_DATABASE_URL",
        default_value = "sqlite:scimd.db",
        hide_env_values = true
    )]
    pub database_url: String,
    /// Most database connections at once: 10; on SQLite two for each processor, from 4 to 10
    #[arg(long, global = true, env = "SCIMD_POOL_SIZE", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pool_size: Option<u32>,
    /// error, warn, info, debug (how requests fared inside) or trace (every SQL statement with its time, without values);
    /// off for none
    #[arg(long, global = true, env = "SCIMD_LOG_LEVEL", default_value = "info", value_parser = level)]
    pub log_level: log::LevelFilter,
    /// How log lines look
    #[arg(
        long,
        global = true,
        env = "SCIMD_LOG_FORMAT",
        value_enum,
        default_value = "text"
    )]
    pub log_format: LogFormat,
}

/// Most connections by default. More than two for each processor only get in each other's way where the database is part of
/// this process, and each has a cache of pages.
const CONNECTIONS_MAX: u32 = 10;
const CONNECTIONS_MIN: u32 = 4;

impl GlobalArgs {
    /// Most database connections at once.
    pub fn pool_size(&self) -> u32 {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let twice = u32::try_from(processors.saturating_mul(2)).unwrap_or(CONNECTIONS_MAX);
        let default = match self.database_url.starts_with("sqlite:") {
            true => twice.clamp(CONNECTIONS_MIN, CONNECTIONS_MAX),
            false => CONNECTIONS_MAX,
        };
        self.pool_size.unwrap_or(default)
    }
}

/// Settings of `serve`.
#[derive(Debug, Clone, Args)]
pub struct ServeArgs {
    /// Address to listen on, HOST:PORT; port 0 takes a free one. Of a name such as localhost, every address
    #[arg(long, env = "SCIMD_BIND", default_value = "127.0.0.1:8080", value_parser = listen_address)]
    pub bind: String,
    /// Public URL in front of /scim/v2, as clients reach it; every link in answers is built from it
    /// [default: http:// and the address bound]
    #[arg(long, env = "SCIMD_BASE_URL", value_parser = base_url)]
    pub base_url: Option<String>,
    /// Largest request body, in bytes
    #[arg(long, env = "SCIMD_BODY_MAX_BYTES", default_value_t = 1_048_576, value_parser = body_bytes)]
    pub body_max_bytes: usize,
    /// Longest text in a request body, in bytes; photos as data: URIs may need more
    #[arg(long, env = "SCIMD_STRING_MAX_BYTES", default_value_t = 65_536, value_parser = body_bytes)]
    pub string_max_bytes: usize,
    /// Longest filter, in bytes
    #[arg(long, env = "SCIMD_FILTER_MAX_BYTES", default_value_t = 16_384)]
    pub filter_max_bytes: usize,
    /// Most comparisons for one filter that no index answers: its terms times the resources to look at
    #[arg(long, env = "SCIMD_FILTER_WORK_MAX", default_value_t = 2_000_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub filter_work_max: u64,
    /// Most operations in one PATCH
    #[arg(long, env = "SCIMD_PATCH_OPERATIONS_MAX", default_value_t = 1_000)]
    pub patch_operations_max: usize,
    /// Most operations in one Bulk request; 0 switches Bulk off
    #[arg(long, env = "SCIMD_BULK_OPERATIONS_MAX", default_value_t = 1_000, value_parser = bulk_operations)]
    pub bulk_operations_max: usize,
    /// Largest body of a Bulk request, in bytes
    #[arg(long, env = "SCIMD_BULK_BODY_MAX_BYTES", default_value_t = 10_485_760, value_parser = body_bytes)]
    pub bulk_body_max_bytes: usize,
    /// Resources per page when the client names no count
    #[arg(long, env = "SCIMD_PAGE_SIZE_DEFAULT", default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..))]
    pub page_size_default: i64,
    /// Most resources per page
    #[arg(long, env = "SCIMD_PAGE_SIZE_MAX", default_value_t = 1_000, value_parser = clap::value_parser!(i64).range(1..))]
    pub page_size_max: i64,
    /// Seconds that a cursor is valid, and that a client may wait between two pages by index
    #[arg(long, env = "SCIMD_CURSOR_TIMEOUT_S", default_value_t = 3_600, value_parser = clap::value_parser!(u64).range(1..=31_536_000))]
    pub cursor_timeout_s: u64,
    /// Allow requests without a token to read the discovery endpoints (ServiceProviderConfig, resource types, schemas)
    #[arg(long, env = "SCIMD_PUBLIC_DISCOVERY", value_parser = switch)]
    pub public_discovery: bool,
    /// Most requests per second and credential; more are answered with 429 and Retry-After. Identity providers send up
    /// to 25 a second [default: no limit]
    #[arg(long, env = "SCIMD_RATE_LIMIT", value_name = "PER_SECOND")]
    pub rate_limit: Option<NonZeroU32>,
    /// Requests that a credential may send at once after a pause, when there is a rate limit [default: the rate limit]
    #[arg(
        long,
        env = "SCIMD_RATE_LIMIT_BURST",
        requires = "rate_limit",
        value_name = "REQUESTS"
    )]
    pub rate_limit_burst: Option<NonZeroU32>,
    /// Bounds of connections.
    #[command(flatten)]
    pub connections: ConnectionArgs,
    /// Proxies in front of the server.
    #[command(flatten)]
    pub proxies: ProxyArgs,
    /// Threads that answer requests [default: one per core]
    #[arg(long, env = "SCIMD_WORKERS", value_parser = workers)]
    pub workers: Option<usize>,
    /// Seconds that a request waits for the database before the answer is 503. A transaction of a Bulk request, and a change of
    /// schemas or resource types, may take ten times as long while its statements come back, each in this time
    #[arg(long, env = "SCIMD_DATABASE_TIMEOUT_S", default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    pub database_timeout_s: u64,
    /// How long rows of the audit are kept (`scimd audit`): a number and s, m, h, d or w
    #[arg(long, env = "SCIMD_AUDIT_RETENTION", default_value = "365d", value_parser = AuditRetention::parse)]
    pub audit_retention: AuditRetention,
    /// Seconds that requests in flight get to end when the server is told to stop
    #[arg(long, env = "SCIMD_SHUTDOWN_TIMEOUT_S", default_value_t = 30)]
    pub shutdown_timeout_s: u64,
}

/// What to check.
#[derive(Debug, Clone, Args)]
pub struct DoctorArgs {
    /// The settings of the server.
    #[command(flatten)]
    pub serve: ServeArgs,
    /// Look at everything that is stored, instead of asking the base URL
    #[arg(long, env = "SCIMD_DEEP", value_parser = switch)]
    pub deep: bool,
    /// Only this tenant; goes with --deep
    #[arg(long, env = "SCIMD_TENANT", value_name = "SLUG", requires = "deep")]
    pub tenant: Option<String>,
    /// Mend what --deep finds and what follows from something else: columns and indexed values from documents, counters
    /// from resources. No document is changed. Make a back-up before; no environment variable does this
    #[arg(long, requires = "deep")]
    pub repair: bool,
}

/// The arguments and the environment of this process. An empty variable counts as unset.
pub fn arguments() -> Cli {
    environment::parsed::<Cli, ServeArgs>()
}

/// The first token of a new database, if the operator supplies one.
pub fn bootstrap_token() -> Option<String> {
    std::env::var_os(BOOTSTRAP_TOKEN)
        .filter(|token| !token.is_empty())
        .map(|token| token.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    /// Ask a question or confirm an answer, once.
    const WITHOUT_VARIABLE: [&str; 5] = ["help", "version", "yes", "force", "repair"];

    /// What a flag's variable is called. The name of a token says more alone.
    fn variable(flag: &str) -> String {
        let flag = if flag == "token" {
            "replay-token"
        } else {
            flag
        };
        format!("SCIMD_{}", flag.to_uppercase().replace('-', "_"))
    }

    /// Every flag below a command, with the command's name and the flag's variable.
    fn flags(command: &clap::Command) -> Vec<(String, String, Option<String>)> {
        let own = command.get_arguments().filter_map(|argument| {
            let named = argument.get_env();
            let named = named.map(|name| name.to_string_lossy().into_owned());
            Some((
                command.get_name().to_owned(),
                argument.get_long()?.to_owned(),
                named,
            ))
        });
        own.chain(command.get_subcommands().flat_map(flags))
            .collect()
    }

    #[test]
    fn every_flag_of_every_command_is_a_variable() {
        let mut command = Cli::command();
        command.build();
        let flags = flags(&command);
        assert!(flags.len() > 60, "{flags:?}");
        for (command, flag, named) in flags {
            let expected = (!WITHOUT_VARIABLE.contains(&flag.as_str())).then(|| variable(&flag));
            assert_eq!(named, expected, "{command} --{flag}");
        }
    }
}
