//! How far a database has come, compared with this version.

use diesel::RunQueryDsl as _;
use diesel::backend::Backend;
use diesel::sql_types::{Nullable, Text};

use super::failure::Outcome;
use super::ours;
use super::pending::{Migrations, names, pending};
use crate::store::connection::DbConnection;
use crate::store::error::{Result, StoreError};
use crate::store::sql::Sql;
use crate::store::tenants::Tenants;

/// How far a database has come, compared with this version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Migrations of this version have not run yet.
    Behind,
    /// It has the tables of this version.
    Current,
    /// A later version has migrated it. What came is an expansion, so this version serves on.
    Ahead,
}

impl Tenants<'_> {
    /// The names of the migrations that have not run yet. It only reads.
    pub fn pending_migrations(&mut self) -> Outcome<Vec<String>> {
        // diesel would make its table.
        let is_new = self.newest_run().is_ok_and(|newest| newest.is_none());
        match self.connection {
            DbConnection::Postgres(_) if is_new => Ok(names(&ours::postgres()?)),
            DbConnection::Sqlite(_) if is_new => Ok(names(&ours::sqlite()?)),
            DbConnection::Postgres(connection) => {
                pending(connection, ours::postgres()?).map(|waiting| names(&waiting))
            }
            DbConnection::Sqlite(connection) => {
                pending(connection, ours::sqlite()?).map(|waiting| names(&waiting))
            }
        }
    }

    /// How far the database has come. It only reads, so it needs no right to create tables.
    pub fn standing(&mut self) -> Result<Standing> {
        let newest_of_ours = match self.connection {
            DbConnection::Postgres(_) => newest(ours::postgres()),
            DbConnection::Sqlite(_) => newest(ours::sqlite()),
        };
        Ok(compared(self.newest_run()?, newest_of_ours))
    }

    /// The newest migration that has run.
    fn newest_run(&mut self) -> Result<Option<String>> {
        let newest = Sql::new("SELECT max(version) FROM __diesel_schema_migrations")
            .typed::<Nullable<Text>>()
            .load::<Option<String>>(self.connection);
        match newest.map_err(StoreError::from) {
            Ok(found) => Ok(found.into_iter().flatten().next()),
            // The database answers, but has never been migrated.
            Err(StoreError::Internal(error)) if names_no_table(&error.to_string()) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn newest<DB: Backend>(migrations: Outcome<Migrations<DB>>) -> Option<String> {
    let migrations = migrations.unwrap_or_default();
    let versions = migrations
        .iter()
        .map(|one| one.name().version().to_string());
    versions.max()
}

fn compared(run: Option<String>, ours: Option<String>) -> Standing {
    match run.cmp(&ours) {
        std::cmp::Ordering::Less => Standing::Behind,
        std::cmp::Ordering::Equal => Standing::Current,
        std::cmp::Ordering::Greater => Standing::Ahead,
    }
}

fn names_no_table(message: &str) -> bool {
    ["does not exist", "no such table"]
        .iter()
        .any(|words| message.contains(words))
}
