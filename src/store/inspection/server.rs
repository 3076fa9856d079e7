//! What the database itself knows of its soundness, beyond a look into SQLite's file.

use crate::store::dialect::Dialect;
use crate::store::error::Result;
use crate::store::sql::Sql;
use crate::store::tenants::Tenants;

/// Indexes that PostgreSQL does not use, constraints that it has not checked, and pages whose checksums were wrong since the
/// counting began.
const FAULTS: &str = "\
SELECT 'the index ' || c.relname || ' is not valid; run REINDEX INDEX ' || c.relname FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND NOT (i.indisvalid AND i.indisready)
UNION ALL
SELECT 'the constraint ' || o.conname || ' of ' || o.conrelid::regclass || ' was never checked; run ALTER TABLE ... VALIDATE CONSTRAINT'
FROM pg_constraint o JOIN pg_namespace n ON n.oid = o.connamespace
WHERE n.nspname = current_schema() AND NOT o.convalidated
UNION ALL
SELECT 'checksums of ' || d.checksum_failures || ' pages were wrong; look into the log of PostgreSQL'
FROM pg_stat_database d WHERE d.datname = current_database() AND d.checksum_failures > 0";

impl Tenants<'_> {
    /// The faults that PostgreSQL tells of itself. SQLite's are found by [`Tenants::integrity`].
    pub fn told_faults(&mut self) -> Result<Vec<String>> {
        match self.dialect() {
            Dialect::Postgres => self.texts(Sql::new(FAULTS)),
            Dialect::Sqlite => Ok(Vec::new()),
        }
    }
}
