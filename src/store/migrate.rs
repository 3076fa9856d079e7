//! Migrations, part of the program. Several instances may start at once: one migrates, the others wait.

use diesel::connection::SimpleConnection;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::connection::DbConnection;

const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");
const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
/// The advisory lock that a migrating instance holds: "scimd" in ASCII.
const LOCK: i64 = 0x0073_6369_6d64;

type Outcome<T> = Result<T, String>;

/// Brings the database to the current schema; the names of the migrations that ran.
pub fn migrate(connection: &mut DbConnection) -> Outcome<Vec<String>> {
    lock(connection, "pg_advisory_lock")?;
    let outcome = match connection {
        DbConnection::Postgres(connection) => run(connection, POSTGRES),
        DbConnection::Sqlite(connection) => run(connection, SQLITE),
    };
    lock(connection, "pg_advisory_unlock")?;
    outcome
}

/// The names of the migrations that have not run yet.
pub fn pending(connection: &mut DbConnection) -> Outcome<Vec<String>> {
    match connection {
        DbConnection::Postgres(connection) => waiting(connection, POSTGRES),
        DbConnection::Sqlite(connection) => waiting(connection, SQLITE),
    }
}

fn lock(connection: &mut DbConnection, function: &str) -> Outcome<()> {
    match connection {
        DbConnection::Postgres(connection) => connection
            .batch_execute(&format!(
                "SELECT {function}({LOCK} # hashtext(current_schema()))"
            ))
            .map_err(|error| error.to_string()),
        // SQLite's file lock does it.
        DbConnection::Sqlite(_) => Ok(()),
    }
}

fn run<DB: diesel::backend::Backend>(
    connection: &mut impl MigrationHarness<DB>,
    migrations: EmbeddedMigrations,
) -> Outcome<Vec<String>> {
    let ran = connection
        .run_pending_migrations(migrations)
        .map_err(|error| error.to_string())?;
    Ok(ran.iter().map(ToString::to_string).collect())
}

fn waiting<DB: diesel::backend::Backend>(
    connection: &mut impl MigrationHarness<DB>,
    migrations: EmbeddedMigrations,
) -> Outcome<Vec<String>> {
    let pending = connection
        .pending_migrations(migrations)
        .map_err(|error| error.to_string())?;
    Ok(pending
        .iter()
        .map(|migration| migration.name().to_string())
        .collect())
}
