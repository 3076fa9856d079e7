//! Migrating a SQLite file. There is one writer at a time; another instance that starts waits for the file, and then finds the
//! tables.

use diesel::SqliteConnection;
use diesel::connection::SimpleConnection as _;
use diesel::migration::Migration;
use diesel::sqlite::Sqlite;
use diesel_migrations::MigrationHarness as _;

use super::failure::{Outcome, is_held_up, sentence};
use super::ours;
use super::pending::{Migrations, pending};
use super::waits::{Pauses, Waits};

/// Makes readers and the writer wait for nobody. The file keeps this mode. A command that only looks at a file does not write it.
pub(super) fn log_ahead(connection: &mut SqliteConnection) -> Outcome<()> {
    let mode = connection.batch_execute("PRAGMA journal_mode = WAL");
    mode.map_err(sentence)
}

/// Runs what has not run yet. Returns the versions.
pub(super) fn bring_up(
    connection: &mut SqliteConnection,
    migrations: Migrations<Sqlite>,
    waits: &Waits,
) -> Outcome<Vec<String>> {
    // A table that is made anew is dropped, which would delete what refers to it.
    connection
        .batch_execute("PRAGMA foreign_keys = OFF")
        .map_err(sentence)?;
    let mut ran = Vec::new();
    for migration in &pending(connection, migrations)? {
        match run(connection, migration.as_ref(), waits) {
            Ok(()) => ran.push(migration.name().version().to_string()),
            // Another instance was quicker.
            Err(_) if has_all(connection) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        }
    }
    Ok(ran)
}

fn run(
    connection: &mut SqliteConnection,
    migration: &dyn Migration<Sqlite>,
    waits: &Waits,
) -> Outcome<()> {
    let mut pauses = Pauses::within(waits.tries);
    loop {
        let failure = match connection.run_migration(migration) {
            Ok(_) => return Ok(()),
            Err(failure) => failure,
        };
        let pause = is_held_up(&failure).then(|| pauses.next()).flatten();
        let Some(pause) = pause else {
            return Err(failure.to_string());
        };
        log::info!(
            "migration {} waits: another process writes",
            migration.name()
        );
        std::thread::sleep(pause);
    }
}

fn has_all(connection: &mut SqliteConnection) -> bool {
    let waiting = ours::sqlite().and_then(|all| pending(connection, all));
    waiting.is_ok_and(|waiting| waiting.is_empty())
}
