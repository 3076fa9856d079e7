//! How much is stored, for monitors. Every question here is cheap on a large database.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::dialect::Dialect;
use super::error::Result;
use super::sql::Sql;
use super::tenants::Tenants;

/// Most rows that are counted on SQLite, which keeps no numbers of its own.
const COUNTED_MAX: u32 = 100_000;
/// Tables that grow, and whose rows nothing counts. Triggers count those of `resources`.
const UNCOUNTED: [&str; 6] = [
    "memberships",
    "indexed_values",
    "changes",
    "walks",
    "credentials",
    "audit",
];

/// How much is stored, over all tenants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sizes {
    /// Tables with their rows. PostgreSQL estimates; SQLite counts to a hundred thousand.
    pub rows: Vec<(String, i64)>,
    /// What the tables with their indexes take, or SQLite's file.
    pub bytes: i64,
}

impl Tenants<'_> {
    /// How much is stored.
    pub fn sizes(&mut self) -> Result<Sizes> {
        let dialect = self.dialect();
        let mut question = Sql::new(
            "SELECT 'resources' AS name, CAST(coalesce(sum(count), 0) AS BIGINT) AS rows FROM resource_counts",
        );
        for table in UNCOUNTED {
            let rows = match dialect {
                Dialect::Postgres => {
                    format!("greatest(pg_stat_get_live_tuples('{table}'::regclass), 0)")
                }
                Dialect::Sqlite => {
                    format!("(SELECT count(*) FROM (SELECT 1 FROM {table} LIMIT {COUNTED_MAX}))")
                }
            };
            question = question.sql(format!(" UNION ALL SELECT '{table}', {rows}"));
        }
        let rows = question
            .typed::<(Text, BigInt)>()
            .load::<(String, i64)>(self.connection)?;
        let bytes = match dialect {
            Dialect::Postgres => {
                "SELECT CAST(coalesce(sum(pg_total_relation_size(oid)), 0) AS BIGINT) FROM pg_class \
                 WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
            }
            Dialect::Sqlite => {
                "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
            }
        };
        let bytes = Sql::new(bytes)
            .typed::<BigInt>()
            .load::<i64>(self.connection)?;
        let bytes = bytes.first().copied().unwrap_or(0);
        Ok(Sizes { rows, bytes })
    }
}
