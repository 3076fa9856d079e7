//! One connection type for both databases.

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::deserialize::{self, FromSql};
use diesel::sql_types::{HasSqlType, Integer, Jsonb, Text};
use diesel::{Connection, PgConnection, QueryResult, RunQueryDsl, SqliteConnection};
use serde_json::Value;

use super::dialect::Dialect;
use super::files::make_private;
use super::times::Times;
use super::url::with_limits;
use super::{goes_on, statements};

/// A connection to PostgreSQL or SQLite.
#[derive(diesel::MultiConnection)]
pub(super) enum DbConnection {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

impl HasSqlType<Jsonb> for MultiBackend {
    fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
        MultiBackend::lookup_sql_type::<Jsonb>(lookup)
    }
}

impl FromSql<Jsonb, MultiBackend> for Value {
    fn from_sql(
        bytes: <MultiBackend as diesel::backend::Backend>::RawValue<'_>,
    ) -> deserialize::Result<Self> {
        bytes.from_sql::<Value, Jsonb>()
    }
}

diesel::define_sql_function! {
    /// A JSON text in the form that the database stores. The database encodes it, because diesel 2.3 writes SQLite's
    /// JSONB itself and marks text with `"` or `\\` as plain, which SQLite then calls malformed.
    fn jsonb(text: Text) -> Jsonb;
}

diesel::define_sql_function! {
    /// The process that serves the connection.
    fn pg_backend_pid() -> Integer;
}

diesel::define_sql_function! {
    /// Asks a process to end its statement.
    fn pg_cancel_backend(process: Integer) -> Bool;
}

/// How long a statement of a note waits for a lock, see `Store::note`.
pub(super) const NOTE_LOCK_TIMEOUT_MS: u32 = 100;

impl DbConnection {
    /// Connects by URL: `postgres://…`, or `sqlite:` and a path.
    pub(super) fn establish_url(url: &str, times: Times) -> diesel::ConnectionResult<Self> {
        let mut connection = match url.strip_prefix("sqlite:") {
            Some(path) => {
                make_private(path);
                let mut connection = SqliteConnection::establish(path)?;
                goes_on::register(&mut connection)
                    .map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
                Self::Sqlite(connection)
            }
            None => Self::Postgres(PgConnection::establish(&with_limits(url))?),
        };
        statements::watch(&mut connection);
        connection
            .configure(times)
            .map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
        Ok(connection)
    }

    fn configure(&mut self, times: Times) -> QueryResult<()> {
        let lock_ms = times.lock.as_millis();
        match self {
            // synchronous=FULL: a committed write survives a power cut, not only a crash. secure_delete: what is deleted does
            // not stay in free pages of the file.
            Self::Sqlite(connection) => connection.batch_execute(&format!(
                "PRAGMA busy_timeout = {lock_ms}; PRAGMA synchronous = FULL; \
                 PRAGMA foreign_keys = ON; PRAGMA cache_size = -2000; PRAGMA temp_store = MEMORY; \
                 PRAGMA secure_delete = ON;"
            )),
            Self::Postgres(connection) => connection.batch_execute(&format!(
                "SET lock_timeout = {lock_ms}; SET statement_timeout = {}; \
                 SET idle_in_transaction_session_timeout = 60000; SET jit = off;",
                times.statement.as_millis()
            )),
        }
    }

    /// The SQL dialect of the database.
    pub(super) fn dialect(&self) -> Dialect {
        match self {
            Self::Postgres(_) => Dialect::Postgres,
            Self::Sqlite(_) => Dialect::Sqlite,
        }
    }

    /// Opens a transaction that may write. SQLite takes the lock at BEGIN: a deferred transaction that reads first and
    /// writes later fails instead of waiting.
    pub(super) fn begin_write(&mut self) -> QueryResult<()> {
        match self {
            Self::Postgres(connection) => AnsiTransactionManager::begin_transaction(connection),
            Self::Sqlite(connection) => {
                AnsiTransactionManager::begin_transaction_sql(connection, "BEGIN IMMEDIATE")
            }
        }
    }

    /// Until [`DbConnection::tighten`], waits only a moment for locks, and does not wait for the disk at a
    /// commit. It is called outside a transaction. On PostgreSQL the statements of a note say this themselves.
    pub(super) fn relax(&mut self) -> QueryResult<()> {
        self.set_patience(u128::from(NOTE_LOCK_TIMEOUT_MS), "NORMAL")
    }

    /// Restores the settings of a new connection.
    pub(super) fn tighten(&mut self, times: Times) -> QueryResult<()> {
        self.set_patience(times.lock.as_millis(), "FULL")
    }

    fn set_patience(&mut self, lock_timeout_ms: u128, synchronous: &str) -> QueryResult<()> {
        match self {
            Self::Postgres(_) => Ok(()),
            Self::Sqlite(connection) => connection.batch_execute(&format!(
                "PRAGMA busy_timeout = {lock_timeout_ms}; PRAGMA synchronous = {synchronous}"
            )),
        }
    }

    /// Gives back the memory in which SQLite keeps pages of the file. PostgreSQL has its pages elsewhere.
    pub(super) fn shrink(&mut self) -> QueryResult<()> {
        match self {
            Self::Postgres(_) => Ok(()),
            Self::Sqlite(connection) => connection.batch_execute("PRAGMA shrink_memory"),
        }
    }

    /// Brings all of SQLite's log into the file and empties it, unless somebody reads or writes right now.
    pub(super) fn empty_log(&mut self) -> QueryResult<()> {
        match self {
            Self::Postgres(_) => Ok(()),
            Self::Sqlite(connection) => connection.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)"),
        }
    }

    /// Opens a transaction in which every statement sees the same state.
    pub(super) fn begin_read(&mut self) -> QueryResult<()> {
        match self {
            Self::Postgres(connection) => AnsiTransactionManager::begin_transaction_sql(
                connection,
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            ),
            Self::Sqlite(connection) => {
                AnsiTransactionManager::begin_transaction_sql(connection, "BEGIN")
            }
        }
    }

    /// Opens a savepoint inside the transaction; the next commit or rollback ends it, not the transaction.
    pub(super) fn begin_savepoint(&mut self) -> QueryResult<()> {
        match self {
            Self::Postgres(connection) => AnsiTransactionManager::begin_transaction(connection),
            Self::Sqlite(connection) => AnsiTransactionManager::begin_transaction(connection),
        }
    }

    pub(super) fn commit(&mut self) -> QueryResult<()> {
        match self {
            Self::Postgres(connection) => AnsiTransactionManager::commit_transaction(connection),
            Self::Sqlite(connection) => AnsiTransactionManager::commit_transaction(connection),
        }
    }

    pub(super) fn rollback(&mut self) -> QueryResult<()> {
        match self {
            Self::Postgres(connection) => AnsiTransactionManager::rollback_transaction(connection),
            Self::Sqlite(connection) => AnsiTransactionManager::rollback_transaction(connection),
        }
    }

    /// Whether diesel gave up the connection inside a transaction.
    pub(super) fn is_broken(&mut self) -> bool {
        match self {
            Self::Postgres(connection) => {
                AnsiTransactionManager::is_broken_transaction_manager(connection)
            }
            Self::Sqlite(connection) => {
                AnsiTransactionManager::is_broken_transaction_manager(connection)
            }
        }
    }
}

impl DbConnection {
    /// The process of PostgreSQL that serves this transaction. SQLite has none.
    pub(super) fn backend(&mut self) -> QueryResult<Option<i32>> {
        match self {
            Self::Postgres(connection) => diesel::select(pg_backend_pid())
                .get_result(connection)
                .map(Some),
            Self::Sqlite(_) => Ok(None),
        }
    }

    /// Asks that process to end its statement.
    pub(super) fn cancel(&mut self, backend: i32) -> QueryResult<()> {
        match self {
            Self::Postgres(connection) => diesel::select(pg_cancel_backend(backend))
                .get_result::<bool>(connection)
                .map(drop),
            Self::Sqlite(_) => Ok(()),
        }
    }

    /// Removes the time limit for the rest of this transaction.
    pub(super) fn allow_long_statement(&mut self) -> QueryResult<()> {
        match self {
            Self::Postgres(connection) => {
                connection.batch_execute("SET LOCAL statement_timeout = 0")
            }
            Self::Sqlite(_) => Ok(()),
        }
    }
    /// Lets the commit of this transaction wait neither for the disk nor for a standby. SQLite has no standby.
    pub(super) fn commit_lightly(&mut self) -> QueryResult<()> {
        match self {
            Self::Postgres(connection) => {
                connection.batch_execute("SET LOCAL synchronous_commit = off")
            }
            Self::Sqlite(_) => Ok(()),
        }
    }
}
