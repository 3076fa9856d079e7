//! The command line. Every flag is also an environment variable `SCIMD_*`. An empty variable counts as unset. The first
//! token has only a variable.

mod definitions;
mod replay;

use std::net::SocketAddr;
use std::num::NonZeroU32;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Parser, Subcommand, ValueEnum};

use crate::http::BASE_PATH;

pub use definitions::{OfTenant, PackCommand, ResourceTypeCommand, SchemaCommand};
pub use replay::{ReplayArgs, ReplayFormat};

const ABOUT: &str =
    "A SCIM 2.0 service provider: users and groups for your identity provider to push into";
const LONG_ABOUT: &str = "A SCIM 2.0 service provider: users and groups for your identity provider to push into.

Without a command it serves. A new database gets a tenant `default` and a bearer token, printed once:

  scimd                                         SQLite in ./scimd.db, http://127.0.0.1:8080
  scimd --database-url postgres://u:p@host/db   PostgreSQL

Then:

  curl -H 'Authorization: Bearer <token>' http://127.0.0.1:8080/scim/v2/Users

Every flag is also an environment variable SCIMD_*; flags win.";

/// There is no flag for it, because every user of a machine sees the arguments of every process.
const BOOTSTRAP_TOKEN: &str = "SCIMD_BOOTSTRAP_TOKEN";
const BOOTSTRAP_TOKEN_HELP: &str = "Environment only, for it is a secret:
  SCIMD_BOOTSTRAP_TOKEN  First token of a new database, for scripted set-ups: at least 32 characters";

const CONFORMANCE_EXAMPLES: &str = "Examples:
  scimd conformance --id PATCH-47        one requirement
  scimd conformance --group FILTER       all about filters
  scimd conformance --not-implemented    what to know before you rely on the standard";

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
    /// Create, link, list and revoke bearer tokens
    #[command(subcommand)]
    Token(TokenCommand),
    /// Add, list, show and remove a tenant's own schemas
    #[command(subcommand)]
    Schema(SchemaCommand),
    /// Add, list, show and remove a tenant's own resource types
    #[command(subcommand)]
    ResourceType(ResourceTypeCommand),
    /// List and add ready-made schemas and resource types
    #[command(subcommand)]
    Pack(PackCommand),
    /// List and explain profiles: how a tenant reads what clients send
    #[command(subcommand)]
    Profile(ProfileCommand),
    /// Check database, migrations, clock and base URL
    Doctor(Box<ServeArgs>),
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
        #[arg(long)]
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
        /// Confirm that everything is deleted
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

/// Commands on tokens.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Create a token and print it once; only its hash is stored
    Create {
        /// The tenant of the token
        tenant: String,
        /// A name by which you recognise the token
        #[arg(long, default_value = "")]
        label: String,
        /// When the token ends: a number and s, m, h, d or w (`90d`); without it, never
        #[arg(long, value_parser = crate::service::duration::parse_ms)]
        expires_in: Option<i64>,
        /// The scope; admin may also change schemas and resource types
        #[arg(long, value_enum, default_value = "write")]
        scope: ScopeArg,
        /// The user that /Me shows for this token
        #[arg(long, value_name = "ID_OR_USERNAME")]
        user: Option<String>,
    },
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

/// The requirements to print; all without arguments.
#[derive(Debug, Args)]
pub struct ConformanceArgs {
    /// Only this group, such as FILTER or PATCH
    #[arg(long)]
    pub group: Option<String>,
    /// Only this requirement, such as PATCH-47
    #[arg(long)]
    pub id: Option<String>,
    /// Only requirements that are met otherwise or not at all, with the reasons
    #[arg(long)]
    pub not_implemented: bool,
}

/// What a token allows.
#[derive(Debug, Clone, Copy, ValueEnum)]
#[expect(missing_docs, reason = "the names say it")]
pub enum ScopeArg {
    Read,
    Write,
    Admin,
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
    /// Most database connections at once
    #[arg(long, global = true, env = "SCIMD_POOL_SIZE", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub pool_size: u32,
    /// error, warn, info, debug or trace
    #[arg(long, global = true, env = "SCIMD_LOG_LEVEL", default_value = "info")]
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

/// Settings of `serve`.
#[derive(Debug, Clone, Args)]
pub struct ServeArgs {
    /// Address to listen on; port 0 takes a free one
    #[arg(long, env = "SCIMD_BIND", default_value = "127.0.0.1:8080", value_parser = address)]
    pub bind: SocketAddr,
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
    #[arg(long, env = "SCIMD_PUBLIC_DISCOVERY", default_value_t = false)]
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
    /// Threads that answer requests [default: one per core]
    #[arg(long, env = "SCIMD_WORKERS", value_parser = workers)]
    pub workers: Option<usize>,
    /// Seconds that requests in flight get to end when the server is told to stop
    #[arg(long, env = "SCIMD_SHUTDOWN_TIMEOUT_S", default_value_t = 30)]
    pub shutdown_timeout_s: u64,
}

/// The first token of a new database, if the operator supplies one.
pub fn bootstrap_token() -> Option<String> {
    std::env::var_os(BOOTSTRAP_TOKEN)
        .filter(|token| !token.is_empty())
        .map(|token| token.to_string_lossy().into_owned())
}

/// Parses a base URL: http or https, without a query. The trailing slash is dropped.
fn base_url(text: &str) -> Result<String, String> {
    let parsed = url::Url::parse(text).map_err(|error| {
        format!("\"{text}\" is not a URL ({error}); write it like https://scim.example.com")
    })?;
    let fits = ["http", "https"].contains(&parsed.scheme())
        && parsed.query().is_none()
        && parsed.fragment().is_none()
        && parsed.username().is_empty()
        && parsed.password().is_none();
    if !fits {
        return Err(format!(
            "\"{text}\": the base URL is http or https, without user, query or fragment"
        ));
    }
    // Identity providers get a URL that ends in the SCIM base. Links are built from the URL without it.
    let text = text.trim_end_matches('/');
    Ok(text.strip_suffix(BASE_PATH).unwrap_or(text).to_owned())
}

/// Parses an address and a port.
fn address(text: &str) -> Result<SocketAddr, String> {
    let wrong = |_| format!("\"{text}\" is not an IP address and a port, such as 127.0.0.1:8080");
    text.parse().map_err(wrong)
}

/// Parses a body size. The bounds leave room for a small user and keep the body inside the memory.
fn body_bytes(text: &str) -> Result<usize, String> {
    within(text, 1_024, 1_073_741_824)
}

/// Parses the most operations of a Bulk request. The bound exists because all operations are in memory at once.
fn bulk_operations(text: &str) -> Result<usize, String> {
    within(text, 0, 1_000_000)
}

fn workers(text: &str) -> Result<usize, String> {
    within(text, 1, 512)
}

fn within(text: &str, min: usize, max: usize) -> Result<usize, String> {
    let number = text
        .parse()
        .ok()
        .filter(|number| (min..=max).contains(number));
    number.ok_or_else(|| format!("\"{text}\" is not a whole number from {min} to {max}"))
}

/// Parses the arguments, and ignores empty `SCIMD_*` variables: container set-ups leave variables empty.
pub fn arguments_without_empty_variables() -> Cli {
    let empty: Vec<String> = std::env::vars()
        .filter(|(name, value)| name.starts_with("SCIMD_") && value.is_empty())
        .map(|(name, _)| name)
        .collect();
    parse_without(&empty)
}

fn parse_without(empty: &[String]) -> Cli {
    use clap::{CommandFactory as _, FromArgMatches as _};
    let mut command = strip(Cli::command(), empty);
    let matches = command.get_matches_mut();
    if let Some(text) = misplaced(&matches) {
        command.error(ErrorKind::ArgumentConflict, text).exit();
    }
    match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    }
}

/// Why a setting of `serve` before the name of a command is refused: the command would not read it.
fn misplaced(matches: &ArgMatches) -> Option<String> {
    let command = matches.subcommand_name()?;
    let of_serve = ServeArgs::augment_args(clap::Command::new("serve"));
    let given = of_serve.get_arguments().find(|argument| {
        let source = matches.value_source(argument.get_id().as_str());
        source == Some(ValueSource::CommandLine)
    })?;
    let flag = given.get_long()?;
    Some(match command {
        "serve" | "doctor" => {
            format!("--{flag} belongs behind the command: scimd {command} --{flag} …")
        }
        other => format!("--{flag} is a setting of `serve`; `{other}` does not use it"),
    })
}

/// Removes the environment variable from each argument whose variable is empty.
fn strip(command: clap::Command, empty: &[String]) -> clap::Command {
    let command = command.mut_args(|argument| {
        let named = argument
            .get_env()
            .map(|name| name.to_string_lossy().into_owned());
        match named {
            Some(name) if empty.contains(&name) => argument.env(None::<&'static str>),
            _ => argument,
        }
    });
    command.mut_subcommands(|sub| strip(sub, empty))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn base_urls() {
        assert_eq!(
            base_url("https://x.test/a/").as_deref(),
            Ok("https://x.test/a")
        );
        assert_eq!(
            base_url("https://x.test/scim/v2/").as_deref(),
            Ok("https://x.test")
        );
        for wrong in [
            "x.test",
            "ftp://x.test",
            "https://u@x.test",
            "https://:p@x.test",
            "https://x.test?a=b",
        ] {
            assert!(base_url(wrong).is_err(), "{wrong}");
        }
    }
}
