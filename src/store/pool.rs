//! The r2d2 pool. A connection that turns out to be dead at BEGIN is thrown away and the next one tried, which costs no
//! round trip where all is well (a check on every checkout would).

use std::time::Duration;

use diesel::ConnectionError;

use super::connection::{DbConnection, Dialect};
use super::error::{Result, StoreError};
use scim::ScimError;

/// How long a request waits for a connection.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(1);

/// Makes connections for r2d2.
#[derive(Debug)]
struct Manager {
    url: String,
}

struct Pooled {
    connection: DbConnection,
    broken: bool,
}

impl r2d2::ManageConnection for Manager {
    type Connection = Pooled;
    type Error = ConnectionError;

    fn connect(&self) -> std::result::Result<Pooled, ConnectionError> {
        Ok(Pooled {
            connection: DbConnection::establish_url(&self.url)?,
            broken: false,
        })
    }
    fn is_valid(&self, _: &mut Pooled) -> std::result::Result<(), ConnectionError> {
        Ok(())
    }
    fn has_broken(&self, pooled: &mut Pooled) -> bool {
        pooled.broken || pooled.connection.is_broken()
    }
}

/// Logs why a connection could not be made, without the URL's secrets.
#[derive(Debug)]
struct LogErrors;

impl r2d2::HandleError<ConnectionError> for LogErrors {
    fn handle_error(&self, error: ConnectionError) {
        let text = error.to_string();
        log::warn!("database: {}", text.trim());
    }
}

/// A pool of connections to one database.
#[derive(Clone)]
pub struct Pool {
    pool: r2d2::Pool<Manager>,
    dialect: Dialect,
}

impl Pool {
    /// Opens the pool with one connection made, so that a wrong URL is told at once.
    pub fn open(url: &str, size: u32) -> std::result::Result<Self, String> {
        check_url(url)?;
        let first = DbConnection::establish_url(url)
            .map_err(|error| format!("cannot connect to {}: {error}", redacted(url)))?;
        let dialect = first.dialect();
        drop(first);
        let pool = r2d2::Pool::builder()
            .max_size(size)
            .min_idle(Some(1))
            .test_on_check_out(false)
            .connection_timeout(CONNECTION_TIMEOUT)
            .idle_timeout(Some(Duration::from_secs(600)))
            .max_lifetime(Some(Duration::from_secs(1800)))
            .error_handler(Box::new(LogErrors))
            .build_unchecked(Manager {
                url: url.to_owned(),
            });
        Ok(Self { pool, dialect })
    }

    /// Which database it is.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Most connections at once.
    pub fn size(&self) -> usize {
        self.pool.max_size() as usize
    }

    /// Connections in use and idle.
    pub fn state(&self) -> (u32, u32) {
        let state = self.pool.state();
        (
            state.connections - state.idle_connections,
            state.idle_connections,
        )
    }

    /// Runs `work` in a transaction; what it wrote is kept when it succeeds and only then. Blocks.
    pub fn with_transaction<T>(
        &self,
        write: bool,
        work: impl FnOnce(&mut DbConnection) -> Result<T>,
    ) -> Result<T> {
        let (mut pooled, outcome) = ended(self.begin(write)?, work);
        pooled.broken |= is_lost(&outcome);
        outcome
    }

    /// As [`Pool::with_transaction`], but waits no longer than a moment for a connection or a lock, which then is `None`, and not
    /// for the disk at the commit, so that a power cut may take back the last of them.
    pub fn with_relaxed_transaction<T>(
        &self,
        work: impl FnOnce(&mut DbConnection) -> Result<T>,
    ) -> Result<Option<T>> {
        let Some(mut pooled) = self.pool.try_get() else {
            return Ok(None);
        };
        // Until the connection is strict again, nobody else may have it.
        pooled.broken = true;
        pooled.connection.relax()?;
        let (mut pooled, outcome) = match pooled.connection.begin_write() {
            Ok(()) => ended(pooled, work),
            Err(error) => (pooled, Err(error.into())),
        };
        pooled.broken = pooled.connection.tighten().is_err() || is_lost(&outcome);
        match outcome {
            Err(StoreError::Busy(_) | StoreError::Retry(_)) => Ok(None),
            outcome => outcome.map(Some),
        }
    }

    /// Runs one reading statement; a dead connection is replaced. Blocks.
    pub fn with_connection<T>(&self, work: impl Fn(&mut DbConnection) -> Result<T>) -> Result<T> {
        let mut attempts_left = self.size() + 1;
        loop {
            attempts_left -= 1;
            let mut pooled = self.pool.get().map_err(|_| unreachable_database())?;
            match work(&mut pooled.connection) {
                Err(StoreError::Disconnected(_)) if attempts_left > 0 => pooled.broken = true,
                outcome => return outcome,
            }
        }
    }

    /// A connection with an open transaction. Nothing has been asked yet, so a dead connection is simply replaced.
    fn begin(&self, write: bool) -> Result<r2d2::PooledConnection<Manager>> {
        let mut attempts_left = self.size() + 1;
        loop {
            attempts_left -= 1;
            let mut pooled = self.pool.get().map_err(|_| unreachable_database())?;
            let begun = if write {
                pooled.connection.begin_write()
            } else {
                pooled.connection.begin_read()
            };
            match begun.map_err(StoreError::from) {
                Ok(()) => return Ok(pooled),
                Err(error) => {
                    pooled.broken = true;
                    if !matches!(error, StoreError::Disconnected(_)) || attempts_left == 0 {
                        return Err(error);
                    }
                }
            }
        }
    }
}

/// Runs `work` in the transaction that is open, and ends that.
fn ended<T>(
    mut pooled: r2d2::PooledConnection<Manager>,
    work: impl FnOnce(&mut DbConnection) -> Result<T>,
) -> (r2d2::PooledConnection<Manager>, Result<T>) {
    let outcome = match work(&mut pooled.connection) {
        Ok(value) => {
            let committed = pooled.connection.commit();
            committed
                .map(|()| value)
                .map_err(|error| match error.into() {
                    StoreError::Disconnected(cause) => StoreError::Unknown(cause),
                    other => other,
                })
        }
        Err(error) => {
            if pooled.connection.rollback().is_err() {
                pooled.broken = true;
            }
            Err(error)
        }
    };
    (pooled, outcome)
}

fn is_lost<T>(outcome: &Result<T>) -> bool {
    matches!(
        outcome,
        Err(StoreError::Disconnected(_) | StoreError::Unknown(_))
    )
}

fn unreachable_database() -> StoreError {
    ScimError::Unavailable("the database cannot be reached").into()
}

/// Refuses URLs that this build cannot serve, with a sentence that says what to do.
pub fn check_url(url: &str) -> std::result::Result<(), String> {
    let is_postgres = url.starts_with("postgres://") || url.starts_with("postgresql://");
    if !is_postgres && !url.starts_with("sqlite:") {
        return Err(format!(
            "--database-url (SCIMD_DATABASE_URL) \"{}\" is not understood; write sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE",
            redacted(url)
        ));
    }
    if url.strip_prefix("sqlite:").is_some_and(in_memory) {
        return Err(format!(
            "--database-url (SCIMD_DATABASE_URL) \"{url}\" names no file, and without one every connection would have a \
             database of its own; write sqlite:PATH"
        ));
    }
    let wants_tls = [
        "sslmode=require",
        "sslmode=verify-ca",
        "sslmode=verify-full",
    ]
    .iter()
    .any(|mode| url.contains(mode));
    if wants_tls && !cfg!(feature = "pg-tls") {
        return Err("this build cannot speak TLS to PostgreSQL, so sslmode=require would fail; build with `--features pg-tls` \
                    (the container image is), or drop sslmode where the network is trusted"
            .to_owned());
    }
    Ok(())
}

/// Whether SQLite would keep the database of this path in memory, or in a file that vanishes with the connection.
fn in_memory(path: &str) -> bool {
    path.is_empty() || path.contains(":memory:") || path.contains("mode=memory")
}

/// A database URL that can be shown: the scheme, and of a server the hosts and the database.
///
/// Not parsed, since what does not parse must not be shown either: users and passwords end at the last `@`, and the query
/// may hold a password too.
pub fn redacted(url: &str) -> String {
    if url.starts_with("sqlite:") {
        return url.to_owned();
    }
    let Some((scheme, rest)) = url.split_once("://") else {
        return "…".to_owned();
    };
    let shown = match (rest.rfind('@'), rest.find('?')) {
        // A `?` inside the password or an `@` inside the query: nobody knows where the secret ends.
        (Some(at), Some(query)) if query < at => "…",
        (at, query) => &rest[at.map_or(0, |at| at + 1)..query.unwrap_or(rest.len())],
    };
    format!("{scheme}://{shown}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_checked_and_redacted() {
        assert!(check_url("mysql://x").is_err());
        assert!(check_url("sqlite:x.db").is_ok());
        let tls = check_url("postgres://u:secret@h/d?sslmode=require");
        assert_eq!(tls.is_ok(), cfg!(feature = "pg-tls"));
    }

    #[test]
    fn no_secret_is_shown() {
        for (url, shown) in [
            ("postgres://u:s3cret@h/d", "postgres://h/d"),
            ("postgres://u:s3cret@h1:1,h2:2/d", "postgres://h1:1,h2:2/d"),
            ("postgres://h/d?password=s3cret", "postgres://h/d"),
            (
                "postgres://u:s3cret@h/d?sslpassword=s3cret",
                "postgres://h/d",
            ),
            ("postgresql://u:s3@cret@h/d", "postgresql://h/d"),
            (
                "postgres://u:s3/cret#s3cret@[::1]:5/d",
                "postgres://[::1]:5/d",
            ),
            ("postgres://u:s3?cret@h/d", "postgres://…"),
            ("postgres://h/d?password=s3@cret", "postgres://…"),
            ("mysql://u:s3cret@h/d", "mysql://h/d"),
            ("host=h password=s3cret", "…"),
            ("sqlite:a.db", "sqlite:a.db"),
            ("postgres://h/d", "postgres://h/d"),
        ] {
            assert_eq!(redacted(url), shown, "{url}");
        }
    }

    #[test]
    fn a_database_that_no_two_connections_share_is_refused() {
        for url in [
            "sqlite:",
            "sqlite::memory:",
            "sqlite:file::memory:?cache=shared",
            "sqlite:file:x?mode=memory",
        ] {
            assert!(
                check_url(url).is_err_and(|text| text.contains("sqlite:PATH")),
                "{url}"
            );
        }
    }
}
