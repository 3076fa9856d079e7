//! The migrations of this version.

use diesel::migration::MigrationSource as _;
use diesel::pg::Pg;
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};

use super::failure::{Outcome, sentence};
use super::pending::Migrations;

const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");
const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

/// Those for PostgreSQL.
pub(super) fn postgres() -> Outcome<Migrations<Pg>> {
    POSTGRES.migrations().map_err(sentence)
}

/// Those for SQLite.
pub(super) fn sqlite() -> Outcome<Migrations<Sqlite>> {
    SQLITE.migrations().map_err(sentence)
}

/// Version and name of each migration for SQLite.
pub(in crate::store) fn sqlite_migrations() -> Vec<(String, String)> {
    let ours = sqlite().unwrap_or_default();
    let named = ours.iter().map(|one| {
        let name = one.name();
        (name.version().to_string(), name.to_string())
    });
    named.collect()
}
