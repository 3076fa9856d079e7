//! A schema of its own in the PostgreSQL of `TEST_DATABASE_URL`, with tables of a chosen version.

use std::env;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::path::Path;
use std::time::Duration;

use diesel::connection::SimpleConnection as _;
use diesel::sql_types::Text;
use diesel::{Connection as _, PgConnection, QueryableByName, RunQueryDsl as _, sql_query};
use scimd::store::{Waits, migrate_from};

/// A name that no other test has.
pub(crate) fn unique_name() -> String {
    let chance = RandomState::new().build_hasher().finish();
    format!("scimd_upgrade_{chance:016x}")
}

/// The schema. It vanishes with the value.
pub(crate) struct Database {
    server: String,
    schema: String,
    pub(crate) url: String,
}

impl Database {
    pub(crate) fn create() -> Self {
        let server = env::var("TEST_DATABASE_URL").expect("PostgreSQL: run scripts/test");
        let schema = unique_name();
        execute(&mut open(&server), &format!("CREATE SCHEMA {schema}"));
        let separator = if server.contains('?') { '&' } else { '?' };
        let url = format!("{server}{separator}options=-c%20search_path%3D{schema}");
        Self {
            server,
            schema,
            url,
        }
    }

    /// With the tables of these migrations.
    pub(crate) fn migrated(directory: &Path) -> Self {
        let database = Self::create();
        migrate_from(directory, &database.url, &Waits::default()).expect("the migrations run");
        database
    }

    pub(crate) fn connect(&self) -> PgConnection {
        open(&self.url)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Ok(mut connection) = PgConnection::establish(&self.server) {
            // What cannot be removed is litter, not a failed test.
            let _ = connection.batch_execute(&format!("DROP SCHEMA {} CASCADE", self.schema));
        }
    }
}

fn open(url: &str) -> PgConnection {
    PgConnection::establish(url).expect("PostgreSQL answers")
}

#[track_caller]
pub(crate) fn execute(connection: &mut PgConnection, statements: &str) {
    let done = connection.batch_execute(statements);
    done.unwrap_or_else(|error| panic!("`{statements}`: {error}"));
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    text: String,
}

/// The rows of a query for one column called `text`.
#[track_caller]
pub(crate) fn texts(connection: &mut PgConnection, query: &str) -> Vec<String> {
    let lines = sql_query(query).load::<Line>(connection);
    let lines = lines.unwrap_or_else(|error| panic!("`{query}`: {error}"));
    lines.into_iter().map(|line| line.text).collect()
}

/// Somebody who has read the tables of requests, and keeps the transaction open.
pub(crate) fn reader(database: &Database, application: &str) -> PgConnection {
    let mut reader = database.connect();
    let read =
        "SELECT count(*) FROM resources; SELECT count(*) FROM credentials JOIN tenants ON TRUE";
    execute(
        &mut reader,
        &format!("SET application_name = '{application}'; BEGIN; {read}"),
    );
    reader
}

/// Less of it than a test has time for.
pub(crate) fn short_waits() -> Waits {
    Waits {
        tries: Duration::from_secs(2),
        turn: Duration::from_secs(1),
        ..Waits::default()
    }
}
