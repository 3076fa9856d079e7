//! The database of a server, looked into and disturbed behind its back.

use diesel::connection::SimpleConnection as _;
use diesel::sql_types::Text;
use diesel::{
    Connection as _, PgConnection, QueryableByName, RunQueryDsl as _, SqliteConnection, sql_query,
};
use std::fs;
use std::path::Path;

use super::backends::Database;

/// A connection of the test's own.
pub(crate) enum Behind {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    text: String,
}

impl Behind {
    pub(crate) fn open(database: &Database) -> Self {
        let url = database.url();
        match url.strip_prefix("sqlite:") {
            Some(path) => {
                let mut connection = SqliteConnection::establish(path).expect("the file opens");
                // The server notes the use of a token behind its answers.
                let patience = connection.batch_execute("PRAGMA busy_timeout = 10000");
                patience.expect("a setting of the connection");
                Self::Sqlite(connection)
            }
            None => Self::Postgres(PgConnection::establish(url).expect("PostgreSQL answers")),
        }
    }

    /// A SQLite file that no server has open.
    pub(crate) fn at(file: &Path) -> Self {
        let name = file.to_str().expect("a path of a test");
        Self::Sqlite(SqliteConnection::establish(name).expect("the file opens"))
    }

    /// Runs statements.
    #[track_caller]
    pub(crate) fn execute(&mut self, statements: &str) {
        let done = match self {
            Self::Sqlite(connection) => connection.batch_execute(statements),
            Self::Postgres(connection) => connection.batch_execute(statements),
        };
        done.unwrap_or_else(|error| panic!("`{statements}`: {error}"));
    }

    /// The rows of a query whose only column is a text called `text`.
    #[track_caller]
    pub(crate) fn texts(&mut self, query: &str) -> Vec<String> {
        let lines = match self {
            Self::Sqlite(connection) => sql_query(query).load::<Line>(connection),
            Self::Postgres(connection) => sql_query(query).load::<Line>(connection),
        };
        let lines = lines.unwrap_or_else(|error| panic!("`{query}`: {error}"));
        lines.into_iter().map(|line| line.text).collect()
    }

    /// Keeps everybody else from writing until [`Behind::let_go`].
    pub(crate) fn hold(&mut self) {
        match self {
            Self::Sqlite(_) => self.execute("BEGIN IMMEDIATE"),
            Self::Postgres(_) => {
                self.execute("BEGIN; LOCK TABLE resources IN SHARE ROW EXCLUSIVE MODE");
            }
        }
    }

    pub(crate) fn let_go(&mut self) {
        self.execute("ROLLBACK");
    }
}

/// All that is stored, as bytes that a search finds texts in: the files of SQLite, the tables of PostgreSQL.
pub(crate) fn everything(database: &Database) -> Vec<u8> {
    if let Behind::Postgres(_) = Behind::open(database) {
        let query = "SELECT schema_to_xml(current_schema(), true, false, '')::text AS text";
        return Behind::open(database).texts(query).concat().into_bytes();
    }
    let entries = fs::read_dir(database.directory()).expect("the directory of the test");
    let paths = entries.map(|entry| entry.expect("a file of the test").path());
    let files = paths.filter(|path| path.to_string_lossy().contains("scimd.db"));
    files
        .flat_map(|path| fs::read(path).unwrap_or_default())
        .collect()
}
