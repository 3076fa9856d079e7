//! A write of a tenant: without a transaction where one statement does all, else in one that runs again after a lost race.

use std::cell::Cell;
use std::time::Duration;

use super::dialect::Dialect;
use super::error::{Result, StoreError};
use super::job::Job;
use super::pool::Pool;
use super::session::Session;
use super::who::Who;

/// How often a write runs again after a lost race.
const RETRIES_MAX: u32 = 3;

/// A write that is being run.
pub(super) struct Writing<'w> {
    pool: &'w Pool,
    job: &'w Job,
    who: &'w Who,
    /// Whether it has recorded changes.
    pub(super) records: Cell<bool>,
}

impl<'w> Writing<'w> {
    pub(super) fn new(pool: &'w Pool, job: &'w Job, who: &'w Who) -> Self {
        Self {
            pool,
            job,
            who,
            records: Cell::new(false),
        }
    }

    /// Tries to write without a transaction. `None` when the change needs one.
    pub(super) fn swiftly<T>(
        &self,
        swift: &impl Fn(&mut Session<'_>) -> Result<Option<T>>,
    ) -> Option<Result<T>> {
        if self.pool.dialect() == Dialect::Sqlite {
            return None;
        }
        let outcome = self.pool.with_connection(self.job, |connection| {
            let session = self.who.session(connection);
            let mut session = session.without_transaction(self.job);
            let done = swift(&mut session);
            self.records.set(session.recorded > 0);
            match done {
                // The statement that writes may have come through, unless the database takes no writes.
                Err(StoreError::Disconnected(cause))
                    if self.records.get() && !cause.contains("read-only transaction") =>
                {
                    Err(StoreError::Unknown(cause))
                }
                done => done,
            }
        });
        if !matches!(outcome, Ok(Some(_)) | Err(StoreError::Unknown(_))) {
            self.job.take_back();
        }
        match outcome {
            Ok(None) | Err(StoreError::Retry(_)) => None,
            Ok(Some(done)) => Some(Ok(done)),
            Err(error) => Some(Err(error)),
        }
    }

    /// Writes in a transaction.
    pub(super) fn in_transaction<T>(
        &self,
        work: &impl Fn(&mut Session<'_>) -> Result<T>,
    ) -> Result<T> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            let outcome = self.pool.with_write(self.job, |connection| {
                let mut session = self.who.session(connection);
                let done = work(&mut session);
                self.records.set(session.recorded > 0);
                done
            });
            match outcome {
                Err(StoreError::Retry(_)) if attempt <= RETRIES_MAX => {
                    log::debug!(attempt = attempt; "a transaction lost a race and runs again");
                    pause(attempt);
                }
                outcome => return outcome,
            }
        }
    }
}

/// Waits longer each time, by a partly random time, so that the requests do not collide again.
fn pause(attempt: u32) {
    let mut noise = [0u8; 1];
    let jitter = getrandom::fill(&mut noise).map_or(0, |()| u64::from(noise[0]) / 16);
    std::thread::sleep(Duration::from_millis(u64::from(attempt) * 5 + jitter));
}
