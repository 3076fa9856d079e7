//! Maintenance of a database: its clock, its health, how it runs a statement.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text};

use super::dialect::Dialect;
use super::error::Result;
use super::sql::Sql;
use super::tenants::Tenants;

/// Whether a database's file is sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Integrity {
    /// PostgreSQL checks its own files.
    LeftToPostgres,
    /// SQLite found no fault.
    Sound,
    /// The faults that SQLite found.
    Faults(Vec<String>),
}

impl Tenants<'_> {
    /// The SQL dialect of the database.
    pub fn dialect(&self) -> Dialect {
        self.connection.dialect()
    }

    /// The database's clock, in milliseconds since 1970.
    pub fn now_ms(&mut self) -> Result<i64> {
        let now = match self.dialect() {
            Dialect::Postgres => "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint",
            Dialect::Sqlite => "SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",
        };
        let found = Sql::new(now)
            .typed::<BigInt>()
            .load::<i64>(self.connection)?;
        Ok(found.first().copied().unwrap_or(0))
    }

    /// Checks the file, as far as the database can.
    pub fn integrity(&mut self) -> Result<Integrity> {
        if self.dialect() == Dialect::Postgres {
            return Ok(Integrity::LeftToPostgres);
        }
        let found = self.texts(Sql::new("PRAGMA integrity_check"))?;
        Ok(match found.as_slice() {
            [only] if only == "ok" => Integrity::Sound,
            _ => Integrity::Faults(found),
        })
    }

    /// How the database would run a statement: a line for each step, or PostgreSQL's JSON.
    pub fn plan(&mut self, statement: Sql) -> Result<Vec<String>> {
        match self.dialect() {
            Dialect::Postgres => {
                self.texts(Sql::new("EXPLAIN (FORMAT JSON, COSTS FALSE) ").then(statement))
            }
            Dialect::Sqlite => {
                let steps = Sql::new("EXPLAIN QUERY PLAN ")
                    .then(statement)
                    .typed::<(Integer, Integer, Integer, Text)>()
                    .load::<(i32, i32, i32, String)>(self.connection)?;
                Ok(steps.into_iter().map(|(.., detail)| detail).collect())
            }
        }
    }

    /// Runs a statement of this program. Returns the number of changed rows.
    pub fn execute(&mut self, statement: Sql) -> Result<usize> {
        Ok(statement.execute(self.connection)?)
    }

    /// Runs a query of this program for one column of text.
    pub fn texts(&mut self, query: Sql) -> Result<Vec<String>> {
        Ok(query.typed::<Text>().load::<String>(self.connection)?)
    }
}
