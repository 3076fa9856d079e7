//! A statement that SQLite prepares once, as the server's are. What diesel's `sql_query` sends is prepared anew each time.

use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Untyped};
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, RunQueryDsl, SqliteConnection};

/// `sql` may name one number, as `?1`, more than once.
pub(super) struct Prepared<'a> {
    pub(super) sql: &'a str,
    pub(super) number: i64,
}

impl QueryFragment<Sqlite> for Prepared<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        let Some((before, after)) = self.sql.split_once("?1") else {
            out.push_sql(self.sql);
            return Ok(());
        };
        out.push_sql(before);
        // This writes a question mark, which is number one.
        out.push_bind_param::<BigInt, _>(&self.number)?;
        out.push_sql(after);
        Ok(())
    }
}

/// Without a static id the text is the key of the statement.
impl QueryId for Prepared<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Prepared<'_> {
    type SqlType = Untyped;
}

impl RunQueryDsl<SqliteConnection> for Prepared<'_> {}
