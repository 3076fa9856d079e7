//! What a database says of itself.

use diesel::sql_types::{BigInt, Text};
use diesel::{
    Connection as _, PgConnection, QueryableByName, RunQueryDsl as _, SqliteConnection, sql_query,
};

use crate::Result;

#[derive(QueryableByName)]
struct Said {
    #[diesel(sql_type = Text)]
    text: String,
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// Name and version. The SQLite of this program is that of the server: both are built from one lock file.
pub(crate) fn version(url: Option<&str>) -> Option<String> {
    let said = |found: diesel::QueryResult<Said>| found.ok().map(|said| said.text);
    if url?.starts_with("sqlite:") {
        let mut connection = SqliteConnection::establish(":memory:").ok()?;
        let query = sql_query("SELECT 'SQLite ' || sqlite_version() AS text");
        return said(query.get_result(&mut connection));
    }
    let mut connection = PgConnection::establish(url?).ok()?;
    let query = sql_query("SELECT 'PostgreSQL ' || current_setting('server_version') AS text");
    said(query.get_result(&mut connection))
}

/// Whether PostgreSQL has analysed the tables by itself, as the rest of a sentence.
pub(crate) fn analysed(url: &str) -> Result<String> {
    if url.starts_with("sqlite:") {
        return Ok(String::new());
    }
    let mut connection = PgConnection::establish(url)?;
    let query = sql_query(
        "SELECT CAST(coalesce(sum(autoanalyze_count), 0) AS BIGINT) AS number FROM pg_stat_user_tables
         WHERE relname IN ('resources', 'indexed_values')",
    );
    let times = query.get_result::<Counted>(&mut connection)?.number;
    Ok(format!(
        " (autovacuum analysed resources and indexed_values {times} times by itself since the start)"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sqlite_says_its_version() {
        let version = version(Some("sqlite:/nowhere/at/all.db")).unwrap_or_default();
        assert!(version.starts_with("SQLite 3."), "{version}");
    }
}
