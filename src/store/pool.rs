//! The r2d2 pool. A connection that turns out to be dead or of no use is dropped, and the next one is tried. A check at
//! every checkout would cost a round trip each time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use diesel::ConnectionError;

use super::connection::DbConnection;
use super::dialect::Dialect;
use super::error::{Result, StoreError};
use super::files::log_bytes;
use super::job::Job;
use super::times::Times;
use super::url::{check_url, redacted};

/// How long a request waits for a connection.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(1);

/// SQLite empties its log by itself at a quarter of this, where nobody reads at that moment.
const LOG_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Makes connections for r2d2.
#[derive(Debug)]
struct Manager {
    url: String,
    times: Times,
}

struct Pooled {
    connection: DbConnection,
    broken: bool,
    /// Whether it was made for the work that has it now. What such a connection cannot do, no other can.
    is_new: bool,
}

impl r2d2::ManageConnection for Manager {
    type Connection = Pooled;
    type Error = ConnectionError;

    fn connect(&self) -> std::result::Result<Pooled, ConnectionError> {
        Ok(Pooled {
            connection: DbConnection::establish_url(&self.url, self.times)?,
            broken: false,
            is_new: true,
        })
    }
    fn is_valid(&self, _: &mut Pooled) -> std::result::Result<(), ConnectionError> {
        Ok(())
    }
    fn has_broken(&self, pooled: &mut Pooled) -> bool {
        pooled.is_new = false;
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
pub(super) struct Pool {
    pool: r2d2::Pool<Manager>,
    dialect: Dialect,
    times: Times,
    url: Arc<str>,
    /// Whether a connection worked since the pool rested.
    worked: Arc<AtomicBool>,
}

impl Pool {
    /// Opens the pool with one connection, so that a wrong URL is reported at once.
    pub(super) fn open(url: &str, size: u32, times: Times) -> std::result::Result<Self, String> {
        check_url(url)?;
        let first = DbConnection::establish_url(url, times)
            .map_err(|error| format!("cannot connect to {}: {error}", redacted(url)))?;
        let dialect = first.dialect();
        drop(first);
        let pool = r2d2::Pool::builder()
            .max_size(size)
            .min_idle(Some(Self::least_idle(dialect)))
            .test_on_check_out(false)
            .connection_timeout(CONNECTION_TIMEOUT)
            .idle_timeout(Some(Duration::from_secs(600)))
            .max_lifetime(Some(Duration::from_secs(1800)))
            .error_handler(Box::new(LogErrors))
            .build_unchecked(Manager {
                url: url.to_owned(),
                times,
            });
        Ok(Self {
            pool,
            dialect,
            times,
            url: url.into(),
            worked: Arc::default(),
        })
    }

    /// How many idle connections the pool keeps ready. A connection to PostgreSQL takes time to make. For SQLite there is none
    /// too many: the pool would make another one whenever all rest.
    fn least_idle(dialect: Dialect) -> u32 {
        match dialect {
            Dialect::Postgres => 1,
            Dialect::Sqlite => 0,
        }
    }

    /// A connection beside the pool.
    pub(super) fn connect(&self) -> diesel::ConnectionResult<DbConnection> {
        DbConnection::establish_url(&self.url, self.times)
    }

    /// The dialect of the database.
    pub(super) fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Most connections at once.
    pub(super) fn size(&self) -> usize {
        self.pool.max_size() as usize
    }

    /// Connections in use and idle.
    pub(super) fn state(&self) -> (u32, u32) {
        let state = self.pool.state();
        (
            state.connections - state.idle_connections,
            state.idle_connections,
        )
    }

    /// Runs `work` in a transaction. The transaction commits only if `work` succeeds. Blocks.
    pub(super) fn with_transaction<T>(
        &self,
        job: &Job,
        write: bool,
        work: impl FnOnce(&mut DbConnection) -> Result<T>,
    ) -> Result<T> {
        self.transaction(job, write, work).1
    }

    /// As [`Pool::with_transaction`], for work that writes. `work` runs again on another connection when it finds that its own
    /// is of no use. A file that was read-only for a while leaves a pool full of them, and SQLite tells at a write only.
    pub(super) fn with_write<T>(
        &self,
        job: &Job,
        work: impl Fn(&mut DbConnection) -> Result<T>,
    ) -> Result<T> {
        let mut attempts_left = self.size() + 1;
        loop {
            attempts_left -= 1;
            match self.transaction(job, true, &work) {
                (false, Err(StoreError::Disconnected(_))) if attempts_left > 0 => {
                    log::debug!("a useless database connection is replaced");
                }
                (_, outcome) => return outcome,
            }
        }
    }

    /// Runs `work` in a transaction. Also returns whether the connection was made for it.
    fn transaction<T>(
        &self,
        job: &Job,
        write: bool,
        work: impl FnOnce(&mut DbConnection) -> Result<T>,
    ) -> (bool, Result<T>) {
        let pooled = match self.begin(job, write) {
            Ok(pooled) => pooled,
            // Others were tried.
            Err(error) => return (true, Err(error)),
        };
        let (mut pooled, outcome) = ended(pooled, write.then_some(job), work);
        pooled.broken |= is_lost(&outcome);
        (pooled.is_new, outcome)
    }

    /// As [`Pool::with_transaction`], but waits only a moment for a lock, and then returns `None`. The commit does not wait for
    /// the disk, so a power cut may undo the last of them.
    pub(super) fn with_relaxed_transaction<T>(
        &self,
        job: &Job,
        work: impl FnOnce(&mut DbConnection) -> Result<T>,
    ) -> Result<Option<T>> {
        let mut pooled = self.take()?;
        job.check()?;
        if self.dialect == Dialect::Postgres {
            let outcome = work(&mut pooled.connection);
            pooled.broken |= is_lost(&outcome);
            return noted(outcome);
        }
        // No other work may get the connection until its settings are strict again.
        pooled.broken = true;
        pooled.connection.relax()?;
        let (mut pooled, outcome) = match pooled.connection.begin_write() {
            Ok(()) => ended(pooled, Some(job), work),
            Err(error) => (pooled, Err(error.into())),
        };
        pooled.broken = pooled.connection.tighten(self.times).is_err() || is_lost(&outcome);
        noted(outcome)
    }

    /// Runs statements without a transaction around them. `work` runs again on another connection when it finds that its own
    /// is dead. Blocks.
    pub(super) fn with_connection<T>(
        &self,
        job: &Job,
        work: impl Fn(&mut DbConnection) -> Result<T>,
    ) -> Result<T> {
        let mut attempts_left = self.size() + 1;
        loop {
            attempts_left -= 1;
            let mut pooled = self.take()?;
            job.check()?;
            match work(&mut pooled.connection) {
                Err(StoreError::Disconnected(_)) if attempts_left > 0 => {
                    log::debug!("a lost database connection is replaced");
                    pooled.broken = true;
                }
                outcome => {
                    pooled.broken |= is_lost(&outcome);
                    return outcome;
                }
            }
        }
    }

    fn take(&self) -> Result<r2d2::PooledConnection<Manager>> {
        self.worked.store(true, Ordering::Relaxed);
        self.pool.get().map_err(|_| unreachable_database())
    }

    /// Whether idle connections keep pages of SQLite's file in memory for no work: there was some since the pool rested, and
    /// there is none now.
    pub(super) fn may_rest(&self) -> bool {
        let has_pages = self.dialect == Dialect::Sqlite;
        has_pages && self.worked.load(Ordering::Relaxed) && self.state().0 == 0
    }

    /// Gives that memory back. Blocks for a moment.
    pub(super) fn rest(&self) {
        self.worked.store(false, Ordering::Relaxed);
        let (_, idle) = self.state();
        let taken: Vec<_> = (0..idle).map_while(|_| self.pool.try_get()).collect();
        // The pool lends what came back last, so the connection that worked last comes back last.
        for mut pooled in taken.into_iter().rev() {
            pooled.broken |= pooled.connection.shrink().is_err();
        }
    }

    /// Whether SQLite's log is longer than it gets while nobody reads for long.
    pub(super) fn has_long_log(&self) -> bool {
        log_bytes(&self.url).is_some_and(|bytes| bytes > LOG_BYTES_MAX)
    }

    /// Empties it, unless that takes more than a moment.
    pub(super) fn empty_log(&self) -> Result<()> {
        let mut pooled = self.take()?;
        // No other work may get the connection until its settings are strict again.
        pooled.broken = true;
        pooled.connection.relax()?;
        let emptied = pooled.connection.empty_log();
        pooled.broken = pooled.connection.tighten(self.times).is_err();
        Ok(emptied?)
    }

    /// Takes a connection and opens a transaction. No statement has run yet, so a dead connection is simply replaced.
    fn begin(&self, job: &Job, write: bool) -> Result<r2d2::PooledConnection<Manager>> {
        let mut attempts_left = self.size() + 1;
        loop {
            attempts_left -= 1;
            let mut pooled = self.take()?;
            job.check()?;
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
                    log::debug!("a lost database connection is replaced");
                }
            }
        }
    }
}

/// Runs `work` in the open transaction, and ends the transaction. `writes` is the job of one that writes: it is not committed
/// when nobody waits for it any more.
fn ended<T>(
    mut pooled: r2d2::PooledConnection<Manager>,
    writes: Option<&Job>,
    work: impl FnOnce(&mut DbConnection) -> Result<T>,
) -> (r2d2::PooledConnection<Manager>, Result<T>) {
    // The database may have stood still at BEGIN.
    let wanted = writes.map_or(Ok(()), Job::check);
    let done = wanted.and_then(|()| work(&mut pooled.connection));
    let done = done.and_then(|value| writes.map_or(Ok(()), Job::send).map(|()| value));
    let outcome = match done {
        Ok(value) => match pooled.connection.commit() {
            Ok(()) => Ok(value),
            Err(error) => match writes {
                Some(job) => Err(uncommitted(error.into(), job)),
                // All is read, and nothing was to be committed.
                None => {
                    pooled.broken = true;
                    Ok(value)
                }
            },
        },
        Err(error) => {
            if pooled.connection.rollback().is_err() {
                pooled.broken = true;
            }
            Err(error)
        }
    };
    (pooled, outcome)
}

/// What became of a commit that failed.
fn uncommitted(error: StoreError, job: &Job) -> StoreError {
    if let StoreError::Disconnected(cause) = error {
        return StoreError::Unknown(cause);
    }
    job.take_back();
    error
}

/// A note that would have had to wait is not written.
fn noted<T>(outcome: Result<T>) -> Result<Option<T>> {
    match outcome {
        Err(StoreError::Busy(_) | StoreError::Retry(_)) => Ok(None),
        outcome => outcome.map(Some),
    }
}

fn is_lost<T>(outcome: &Result<T>) -> bool {
    matches!(
        outcome,
        Err(StoreError::Disconnected(_) | StoreError::Unknown(_))
    )
}

fn unreachable_database() -> StoreError {
    StoreError::Unavailable("the database cannot be reached")
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    fn work(pool: &Pool) {
        pool.with_connection(&Job::default(), |connection| Ok(connection.shrink()?))
            .unwrap();
    }

    /// A pool that has nothing idle for a moment may make connections in the background.
    #[test]
    fn a_pool_that_rests_stays_as_large_as_it_was() {
        let name = format!("scimd_rest_{}.db", std::process::id());
        let file = std::env::temp_dir().join(name);
        let url = format!("sqlite:{}", file.display());
        let pool = Pool::open(&url, 4, Times::of_commands()).unwrap();
        for _ in 0..5 {
            work(&pool);
            assert!(pool.may_rest());
            pool.rest();
            thread::sleep(Duration::from_millis(50));
        }
        assert_eq!(pool.state(), (0, 1));
        assert!(!pool.may_rest(), "it rests once");
        drop(pool);
        // Litter is no failed test.
        let _ = std::fs::remove_file(&file);
    }
}
