//! Commands: thin, one file each.

mod conformance;
mod definition;
mod doctor;
mod logging;
mod migrate;
mod pack;
mod packs;
mod profile;
mod replay;
mod resource_type;
mod schema;
mod serve;
mod tenant;
mod token;

use std::io::Write as _;

use crate::config::{Cli, Command, GlobalArgs};
use crate::service::Clock;
use crate::store::{DbConnection, StoreError, Tenant};

/// What went wrong, in a sentence for the operator.
pub type Outcome<T = ()> = Result<T, String>;

/// Runs what the command line asks for.
pub fn run(cli: Cli) -> Outcome {
    logging::start(cli.global.log_level, cli.global.log_format);
    match cli.command {
        None => serve::run(&cli.global, &cli.serve),
        Some(Command::Serve(serve)) => serve::run(&cli.global, &serve),
        Some(Command::Migrate) => migrate::run(&cli.global),
        Some(Command::Tenant(command)) => tenant::run(&cli.global, command),
        Some(Command::Token(command)) => token::run(&cli.global, command),
        Some(Command::Schema(command)) => schema::run(&cli.global, command),
        Some(Command::ResourceType(command)) => resource_type::run(&cli.global, command),
        Some(Command::Pack(command)) => pack::run(&cli.global, command),
        Some(Command::Profile(command)) => profile::run(&command),
        Some(Command::Doctor(serve)) => doctor::run(&cli.global, &serve),
        Some(Command::Conformance(args)) => conformance::run(&args),
        Some(Command::Replay(args)) => replay::run(*args),
    }
}

/// Prints a line for the operator.
fn say(line: &str) -> Outcome {
    writeln!(std::io::stdout(), "{line}")
        .map_err(|error| format!("cannot write to standard output: {error}"))
}

/// A pool for a command that must find the tables there.
fn connect(global: &GlobalArgs) -> Outcome<crate::store::Pool> {
    find_file(global)?;
    let pool = crate::store::Pool::open(&global.database_url, 1)?;
    let pending = pool
        .with_connection(|connection| Ok(crate::store::pending(connection)))
        .map_err(told)??;
    if !pending.is_empty() {
        return Err("the database does not have this version's tables yet; run `scimd migrate` (or `scimd serve`) first".to_owned());
    }
    Ok(pool)
}

/// Opening a SQLite file that is not there would make an empty one.
fn find_file(global: &GlobalArgs) -> Outcome {
    crate::store::check_url(&global.database_url)?;
    match global.database_url.strip_prefix("sqlite:") {
        Some(path) if !std::path::Path::new(path).exists() => Err(format!(
            "there is no database at {path}; run `scimd serve` or `scimd migrate` first, or give --database-url"
        )),
        _ => Ok(()),
    }
}

/// A store's failure in words for the operator.
fn told(error: StoreError) -> String {
    match error {
        StoreError::Scim(error) => error.to_string(),
        StoreError::UniqueViolation => "it exists already".to_owned(),
        StoreError::Outdated => "the tenant changed meanwhile; try again".to_owned(),
        StoreError::Retry(cause) | StoreError::Internal(cause) => cause.to_string(),
        StoreError::Disconnected(cause)
        | StoreError::Unknown(cause)
        | StoreError::Busy(cause)
        | StoreError::Full(cause) => cause,
    }
}

/// The tenant of this slug.
fn tenant_of(connection: &mut DbConnection, slug: &str) -> Result<Tenant, StoreError> {
    Tenant::find(connection, slug)?.ok_or_else(|| {
        let text = format!("there is no tenant \"{slug}\"; `scimd tenant list` shows all");
        StoreError::Scim(scim::ScimError::InvalidSyntax(text))
    })
}

fn clock() -> Clock {
    Clock
}
