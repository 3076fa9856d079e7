//! Ends reads of PostgreSQL that nobody waits for any more. Statements of SQLite ask by themselves, see `goes_on`.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::runtime::Handle;

use super::job::Job;
use super::pool::Pool;

/// A read has many statements, and between two of them there is nothing to end.
const ATTEMPTS_MAX: usize = 100;
const PAUSE: Duration = Duration::from_millis(50);

/// Ends the read of a job when it is dropped before it. It is dropped after the side that waits.
pub(super) struct Cancelling {
    pool: Pool,
    job: Arc<Job>,
}

impl Cancelling {
    pub(super) fn new(pool: &Pool, job: &Arc<Job>) -> Self {
        Self {
            pool: pool.clone(),
            job: Arc::clone(job),
        }
    }
}

impl Drop for Cancelling {
    fn drop(&mut self) {
        // Without a runtime nobody is served any more.
        if self.job.is_reading()
            && let Ok(runtime) = Handle::try_current()
        {
            let (pool, job) = (self.pool.clone(), Arc::clone(&self.job));
            runtime.spawn_blocking(move || cancel(&pool, &job));
        }
    }
}

/// Asks PostgreSQL, on a connection of its own, to end the read. The time limit of statements ends it where that fails.
fn cancel(pool: &Pool, job: &Job) {
    let mut connection = match pool.connect() {
        Ok(connection) => connection,
        Err(error) => return log::debug!("a read for nobody is not ended: {error:?}"),
    };
    for _ in 0..ATTEMPTS_MAX {
        match job.cancel(|backend| connection.cancel(backend)) {
            Some(Ok(())) => thread::sleep(PAUSE),
            Some(Err(error)) => return log::debug!("a read for nobody is not ended: {error}"),
            None => return,
        }
    }
}
