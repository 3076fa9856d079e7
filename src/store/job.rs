//! A piece of work in the database, and whether anybody still waits for it.
//!
//! The work blocks a thread and holds a connection. Nobody can stop it from outside while the database stands still. So who has
//! waited long enough leaves, and the work finds out: what is not yet committed then never is.

use std::cell::RefCell;
use std::time::Instant;

use super::error::{Result, StoreError};
use super::sync::{Arc, AtomicUsize, Mutex, MutexGuard, Ordering, PoisonError};

/// Counts the jobs that go on although nobody waits for them any more.
#[derive(Debug, Clone, Default)]
pub(super) struct Abandoned(Arc<AtomicUsize>);

impl Abandoned {
    pub(super) fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// A piece of work. Both sides have it: who does the work, and who waits for it.
#[derive(Debug, Default)]
pub(super) struct Job {
    state: Mutex<State>,
    abandoned: Abandoned,
}

thread_local! {
    /// The job that this thread works on: it is done by one thread from beginning to end.
    static AT_WORK: RefCell<Option<Arc<Job>>> = const { RefCell::new(None) };
}

/// Notes that the database has come back with a statement of this thread.
pub(super) fn came_back() {
    AT_WORK.with_borrow(|job| {
        if let Some(job) = job {
            job.state().came_back = Some(Instant::now());
        }
    });
}

/// Whether the answer has been given without the work of this thread. Work of many steps asks between them, and stops then.
///
/// Errors: [`StoreError::Late`].
pub(super) fn still_wanted() -> Result<()> {
    AT_WORK.with_borrow(|job| job.as_ref().map_or(Ok(()), |job| job.check()))
}

/// Whether somebody waits for the work of this thread. Reading for nobody is in vain, also for a client that has hung up.
pub(super) fn is_awaited() -> bool {
    let awaited = |job: &Arc<Job>| job.state().waiter == Waiter::Waits;
    AT_WORK.with_borrow(|job| job.as_ref().is_none_or(awaited))
}

#[derive(Debug, Default)]
struct State {
    waiter: Waiter,
    /// When the database came back with a statement for the last time.
    came_back: Option<Instant>,
    /// Whether what commits was sent, and no refusal has come back.
    is_sent: bool,
    has_ended: bool,
    /// The process of PostgreSQL that reads for it now.
    backend: Option<i32>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Waiter {
    #[default]
    Waits,
    /// It has gone without a word, as a client that hangs up. The work goes on.
    Gone,
    /// It has told the client that it waits no longer.
    GaveUp,
}

/// A process of PostgreSQL reads for the job, until this is dropped.
struct Reading<'j>(&'j Job);

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        self.0.state().backend = None;
    }
}

/// Ends the job when it is dropped, however the work ends.
pub(super) struct Working(Arc<Job>);

/// The side that waits. Dropped early, it leaves the job alone.
pub(super) struct Waiting(Arc<Job>);

impl Job {
    pub(super) fn new(abandoned: &Abandoned) -> Arc<Self> {
        Arc::new(Self {
            abandoned: abandoned.clone(),
            ..Self::default()
        })
    }

    /// This thread works on it now.
    pub(super) fn work(self: &Arc<Self>) -> Working {
        AT_WORK.set(Some(Arc::clone(self)));
        Working(Arc::clone(self))
    }

    pub(super) fn wait(self: &Arc<Self>) -> Waiting {
        Waiting(Arc::clone(self))
    }

    /// Whether the answer has been given without this work.
    ///
    /// Errors: [`StoreError::Late`].
    pub(super) fn check(&self) -> Result<()> {
        match self.state().waiter {
            Waiter::GaveUp => Err(StoreError::Late),
            Waiter::Waits | Waiter::Gone => Ok(()),
        }
    }

    /// Asks before sending what commits. From here on nobody can say that nothing was written.
    ///
    /// Errors: [`StoreError::Late`] when that was said already.
    pub(super) fn send(&self) -> Result<()> {
        let mut state = self.state();
        if state.waiter == Waiter::GaveUp {
            return Err(StoreError::Late);
        }
        state.is_sent = true;
        Ok(())
    }

    /// The database has refused what was sent.
    pub(super) fn take_back(&self) {
        self.state().is_sent = false;
    }

    /// Reads by this process of PostgreSQL, unless nobody waits for it.
    ///
    /// Errors: those of `read`; [`StoreError::Late`].
    pub(super) fn reads_by<T>(
        &self,
        backend: Option<i32>,
        read: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        {
            let mut state = self.state();
            if state.waiter != Waiter::Waits {
                return Err(StoreError::Late);
            }
            state.backend = backend;
        }
        let _reading = Reading(self);
        read()
    }

    /// Whether a process of PostgreSQL reads for it.
    pub(super) fn is_reading(&self) -> bool {
        self.state().backend.is_some()
    }

    /// Calls `cancel` with the process that reads, if nobody waits for that. The process takes no other work meanwhile.
    pub(super) fn cancel<T>(&self, cancel: impl FnOnce(i32) -> T) -> Option<T> {
        let state = self.state();
        let in_vain = state.waiter != Waiter::Waits;
        state.backend.filter(|_| in_vain).map(cancel)
    }

    fn leave(&self, how: Waiter) -> bool {
        let mut state = self.state();
        if state.waiter == Waiter::Waits && !state.has_ended {
            self.abandoned.0.fetch_add(1, Ordering::Relaxed);
        }
        state.waiter = how;
        state.is_sent
    }

    fn end(&self) {
        let mut state = self.state();
        state.has_ended = true;
        if state.waiter != Waiter::Waits {
            self.abandoned.0.fetch_sub(1, Ordering::Relaxed);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        AT_WORK.set(None);
        self.0.end();
    }
}

impl Waiting {
    /// When the database came back with a statement for the last time.
    pub(super) fn last_sign(&self) -> Option<Instant> {
        self.0.state().came_back
    }

    /// Waits no longer. Returns what is known of the work.
    pub(super) fn give_up(self) -> StoreError {
        match self.0.leave(Waiter::GaveUp) {
            true => StoreError::Unknown("no answer in time".to_owned()),
            false => StoreError::Late,
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if self.0.state().waiter == Waiter::Waits {
            self.0.leave(Waiter::Gone);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_given_up_is_never_sent() {
        let job = Job::new(&Abandoned::default());
        assert!(job.check().is_ok());
        assert!(matches!(job.wait().give_up(), StoreError::Late));
        assert!(matches!(job.check(), Err(StoreError::Late)));
        assert!(matches!(job.send(), Err(StoreError::Late)));
    }

    #[test]
    fn what_was_sent_has_an_unknown_end_until_it_is_refused() {
        let job = Job::new(&Abandoned::default());
        job.send().unwrap();
        assert!(matches!(job.wait().give_up(), StoreError::Unknown(_)));
        let job = Job::new(&Abandoned::default());
        job.send().unwrap();
        job.take_back();
        assert!(matches!(job.wait().give_up(), StoreError::Late));
    }

    #[test]
    fn a_thread_knows_its_job() {
        assert!(still_wanted().is_ok(), "a command has none");
        let job = Job::new(&Abandoned::default());
        let (working, waiting) = (job.work(), job.wait());
        assert!(still_wanted().is_ok() && waiting.last_sign().is_none());
        came_back();
        assert!(waiting.last_sign().is_some());
        waiting.give_up();
        assert!(matches!(still_wanted(), Err(StoreError::Late)));
        drop(working);
        assert!(still_wanted().is_ok());
    }

    #[test]
    fn who_hangs_up_stops_nothing() {
        let job = Job::new(&Abandoned::default());
        drop(job.wait());
        assert!(job.send().is_ok());
    }

    #[test]
    fn abandoned_jobs_are_counted_until_they_end() {
        let abandoned = Abandoned::default();
        let jobs = [
            Job::new(&abandoned),
            Job::new(&abandoned),
            Job::new(&abandoned),
        ];
        let working: Vec<_> = jobs.iter().map(Job::work).collect();
        let [first, second, third] = &jobs;
        first.wait().give_up();
        drop(second.wait());
        let waiting = third.wait();
        assert_eq!(abandoned.count(), 2);
        drop(working);
        assert_eq!(abandoned.count(), 0);
        drop(waiting);
        assert_eq!(abandoned.count(), 0, "it had ended before");
    }
}
