//! Migrations, part of the program. Several instances may start at once. One migrates, and the others wait.

use diesel::connection::SimpleConnection;
use diesel::migration::MigrationSource;
use diesel::sql_types::{Nullable, Text};
use diesel::sqlite::Sqlite;
use diesel::{Connection, PgConnection, RunQueryDsl as _, SqliteConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::connection::DbConnection;
use super::error::{Result, StoreError};
use super::positions;
use super::presence::Presence;
use super::sql::Sql;
use super::tenants::Tenants;
use super::times::Times;
use super::url::{check_url, redacted};

const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");
const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
/// The advisory lock that a migrating instance holds: "scimd" in ASCII.
const LOCK: i64 = 0x0073_6369_6d64;

type Outcome<T> = std::result::Result<T, String>;

/// Brings a database to the current schema. Returns the names of the migrations that ran.
///
/// Errors: a sentence without the URL's secrets.
pub fn migrate(url: &str) -> Outcome<Vec<String>> {
    let shown = redacted(url);
    check_url(url)?;
    let _present = Presence::of(url)?;
    let mut connection = DbConnection::establish_url(url, Times::of_commands())
        .map_err(|error| format!("cannot connect to {shown}: {error}"))?;
    bring_up(&mut connection).map_err(|error| format!("migrating {shown} failed: {error}"))
}

fn bring_up(connection: &mut DbConnection) -> Outcome<Vec<String>> {
    lock(connection, "pg_advisory_lock")?;
    let outcome = match connection {
        DbConnection::Postgres(connection) => run(connection, POSTGRES),
        // A table that is made anew is dropped, which would delete what refers to it. When two processes start at once, the
        // second waits for its turn and then finds the tables.
        DbConnection::Sqlite(connection) => {
            let off = connection.batch_execute("PRAGMA foreign_keys = OFF");
            off.map_err(|error| error.to_string())?;
            run(connection, SQLITE).or_else(|error| match waiting(connection, SQLITE) {
                Ok(waiting) if waiting.is_empty() => Ok(Vec::new()),
                _ => Err(error),
            })
        }
    };
    let outcome = outcome.and_then(|ran| raise_positions(connection).map(|()| ran));
    lock(connection, "pg_advisory_unlock")?;
    outcome
}

/// Keeps new changes behind those of a dump that was restored, see [`positions::raise`].
fn raise_positions(connection: &mut DbConnection) -> Outcome<()> {
    match connection {
        DbConnection::Postgres(connection) => connection
            .batch_execute(&positions::raise())
            .map_err(|error| error.to_string()),
        DbConnection::Sqlite(_) => Ok(()),
    }
}

impl Tenants<'_> {
    /// The names of the migrations that have not run yet.
    pub fn pending_migrations(&mut self) -> Outcome<Vec<String>> {
        match self.connection {
            DbConnection::Postgres(connection) => waiting(connection, POSTGRES),
            DbConnection::Sqlite(connection) => waiting(connection, SQLITE),
        }
    }

    /// Whether the newest of our migrations, or a later one, has run. It only reads, so it needs no right to create
    /// tables.
    pub fn are_current(&mut self) -> Result<bool> {
        let newest_of_ours = match self.connection {
            DbConnection::Postgres(_) => newest::<PgConnection>(POSTGRES),
            DbConnection::Sqlite(_) => newest::<SqliteConnection>(SQLITE),
        };
        let newest_run = Sql::new("SELECT max(version) FROM __diesel_schema_migrations")
            .typed::<Nullable<Text>>()
            .load::<Option<String>>(self.connection);
        match newest_run.map_err(StoreError::from) {
            Ok(found) => Ok(found.into_iter().flatten().next() >= newest_of_ours),
            // The database answers, but has never been migrated.
            Err(StoreError::Internal(error)) if names_no_table(&error.to_string()) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// Version and name of each migration for SQLite.
pub(super) fn sqlite_migrations() -> Vec<(String, String)> {
    let ours = MigrationSource::<Sqlite>::migrations(&SQLITE).unwrap_or_default();
    let named = ours.iter().map(|one| {
        let name = one.name();
        (name.version().to_string(), name.to_string())
    });
    named.collect()
}

fn newest<C: Connection>(ours: EmbeddedMigrations) -> Option<String> {
    let ours = MigrationSource::<C::Backend>::migrations(&ours).unwrap_or_default();
    let versions = ours.iter().map(|one| one.name().version().to_string());
    versions.max()
}

fn names_no_table(message: &str) -> bool {
    ["does not exist", "no such table"]
        .iter()
        .any(|words| message.contains(words))
}

fn lock(connection: &mut DbConnection, function: &str) -> Outcome<()> {
    match connection {
        // No time limit: other instances and the migration may take long, and no request uses this connection.
        DbConnection::Postgres(connection) => connection
            .batch_execute(&format!(
                "SET lock_timeout = 0; SET statement_timeout = 0; \
                 SELECT {function}({LOCK} # hashtext(current_schema()))"
            ))
            .map_err(|error| error.to_string()),
        DbConnection::Sqlite(_) => Ok(()),
    }
}

fn run<DB: diesel::backend::Backend>(
    connection: &mut impl MigrationHarness<DB>,
    migrations: EmbeddedMigrations,
) -> Outcome<Vec<String>> {
    check_age(connection, &migrations)?;
    let ran = connection
        .run_pending_migrations(migrations)
        .map_err(|error| error.to_string())?;
    Ok(ran.iter().map(ToString::to_string).collect())
}

/// Refuses a database that only knows migrations that this version does not have and that are older than ours. Its
/// tables have our names, so the first migration would fail without a reason that helps.
fn check_age<DB: diesel::backend::Backend>(
    connection: &mut impl MigrationHarness<DB>,
    migrations: &EmbeddedMigrations,
) -> Outcome<()> {
    let ours = MigrationSource::<DB>::migrations(migrations).map_err(|error| error.to_string())?;
    let oldest_of_ours = ours.iter().map(|one| one.name().version().as_owned()).min();
    let applied = connection.applied_migrations();
    let newest_applied = applied
        .map_err(|error| error.to_string())?
        .into_iter()
        .max();
    match (newest_applied, oldest_of_ours) {
        (Some(applied), Some(ours)) if applied < ours => Err(format!(
            "its tables were made by an earlier state of scimd (migration {applied}), which was never released; make a new database"
        )),
        _ => Ok(()),
    }
}

fn waiting<DB: diesel::backend::Backend>(
    connection: &mut impl MigrationHarness<DB>,
    migrations: EmbeddedMigrations,
) -> Outcome<Vec<String>> {
    check_age(connection, &migrations)?;
    let pending = connection
        .pending_migrations(migrations)
        .map_err(|error| error.to_string())?;
    Ok(pending
        .iter()
        .map(|migration| migration.name().to_string())
        .collect())
}
