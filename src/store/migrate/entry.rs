//! The way in: a URL, and the migrations that it lacks.

use std::path::Path;

use diesel::connection::SimpleConnection as _;
use diesel::migration::MigrationSource as _;
use diesel::pg::Pg;
use diesel::{Connection as _, PgConnection};
use diesel_migrations::FileBasedMigrations;

use super::attempt::Attempts;
use super::failure::{Outcome, sentence};
use super::ours;
use super::pending::{Migrations, pending};
use super::sqlite;
use super::turn::Turn;
use super::waits::Waits;
use crate::store::connection::DbConnection;
use crate::store::positions;
use crate::store::presence::Presence;
use crate::store::times::Times;
use crate::store::url::{check_url, redacted};

/// Brings a database to the current schema. Returns the names of the migrations that ran.
///
/// Errors: a sentence without the URL's secrets.
pub fn migrate(url: &str) -> Outcome<Vec<String>> {
    check_url(url)?;
    let _present = Presence::of(url)?;
    let connection = DbConnection::establish_url(url, Times::of_commands())
        .map_err(|error| format!("cannot connect to {}: {error}", redacted(url)))?;
    let waits = Waits::default();
    let outcome = match connection {
        DbConnection::Postgres(mut connection) => ours::postgres()
            .and_then(|migrations| bring_up(url, &mut connection, migrations, &waits)),
        DbConnection::Sqlite(mut connection) => sqlite::log_ahead(&mut connection)
            .and_then(|()| ours::sqlite())
            .and_then(|migrations| sqlite::bring_up(&mut connection, migrations, &waits)),
    };
    outcome.map_err(|error| format!("migrating {} failed: {error}", redacted(url)))
}

/// Runs the migrations of a directory on a PostgreSQL, as [`migrate`] runs those of the program. With it, tests bring a database
/// to a version that is still to come.
///
/// Errors: a sentence.
pub fn migrate_from(directory: &Path, url: &str, waits: &Waits) -> Outcome<Vec<String>> {
    let source = FileBasedMigrations::from_path(directory).map_err(sentence)?;
    let migrations = source.migrations().map_err(sentence)?;
    let mut connection = PgConnection::establish(url).map_err(sentence)?;
    bring_up(url, &mut connection, migrations, waits)
}

fn bring_up(
    url: &str,
    connection: &mut PgConnection,
    migrations: Migrations<Pg>,
    waits: &Waits,
) -> Outcome<Vec<String>> {
    let mut turn = Turn::take(url, waits)?;
    let mut attempts = Attempts::on(connection, waits)?;
    let pending = pending(attempts.connection(), migrations)?;
    let mut ran = Vec::new();
    for migration in &pending {
        attempts.migrate(migration.as_ref(), &mut turn)?;
        ran.push(migration.name().version().to_string());
    }
    // Keeps new changes behind those of a dump that was restored.
    attempts.run("of positions", &mut turn, |connection| {
        Ok(connection.batch_execute(&positions::raise())?)
    })?;
    Ok(ran)
}
