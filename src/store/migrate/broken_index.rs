//! An index that `CREATE INDEX CONCURRENTLY` left behind when it was broken off. It serves no query and costs every write.

use diesel::connection::SimpleConnection as _;
use diesel::migration::Migration;
use diesel::pg::Pg;
use diesel::sql_types::Text;
use diesel::{PgConnection, QueryResult, QueryableByName, RunQueryDsl as _, sql_query};

#[derive(QueryableByName)]
struct Broken {
    #[diesel(sql_type = Text)]
    statement: String,
}

const BROKEN: &str = "SELECT format('DROP INDEX CONCURRENTLY %s', c.oid::regclass) AS statement \
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid \
     WHERE NOT i.indisvalid AND c.relname = $1 AND c.relnamespace = current_schema()::regnamespace";

/// Drops the index of a migration if it is broken. The migration has the name of its index, behind its time.
pub(super) fn drop_broken(
    connection: &mut PgConnection,
    migration: &dyn Migration<Pg>,
) -> QueryResult<()> {
    let name = migration.name().to_string();
    let Some((_, index)) = name.split_once('_') else {
        return Ok(());
    };
    let found = sql_query(BROKEN)
        .bind::<Text, _>(index)
        .load::<Broken>(connection)?;
    for broken in found {
        log::warn!("the index {index} was broken off and is made anew");
        connection.batch_execute(&broken.statement)?;
    }
    Ok(())
}
