//! A statement whose loss does no harm. On PostgreSQL it says so itself, and needs no transaction around it.

use super::connection::NOTE_LOCK_TIMEOUT_MS;
use super::dialect::Dialect;
use super::sql::Sql;

/// The beginning of such a statement, and what it has to read in its FROM. It waits only a moment for a lock, and its commit
/// waits neither for the disk nor for a standby. For SQLite the connection is set so, see `Store::note`.
pub(super) fn relaxed(dialect: Dialect) -> (Sql, &'static str) {
    match dialect {
        Dialect::Postgres => {
            let relaxed = Sql::new(format!(
                "WITH relaxed AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', TRUE), \
                 set_config('lock_timeout', '{NOTE_LOCK_TIMEOUT_MS}', TRUE)) "
            ));
            (relaxed, " FROM relaxed")
        }
        Dialect::Sqlite => (Sql::default(), ""),
    }
}
