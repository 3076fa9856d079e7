//! Watches a migration from the session of the turn: who is in its way, and how far it has come.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use diesel::sql_types::{Integer, Text};
use diesel::{PgConnection, QueryResult, QueryableByName, RunQueryDsl as _, sql_query};

use super::blockers::{Blocker, blockers, named};

/// How often it looks. A statement waits longer for a lock, so who holds it is seen.
const EVERY: Duration = Duration::from_millis(100);
/// How often it tells of a long migration.
const TOLD_EVERY: Duration = Duration::from_secs(10);

/// What is known of the migration that runs.
#[derive(Default)]
pub(super) struct Watch {
    state: Mutex<State>,
    ended: Condvar,
}

#[derive(Default)]
struct State {
    has_ended: bool,
    /// Those that were in the way last.
    blockers: Vec<Blocker>,
}

#[derive(QueryableByName)]
struct Progress {
    #[diesel(sql_type = Text)]
    text: String,
}

const PROGRESS: &str = "SELECT format('%s, %s of %s blocks', phase, blocks_done, blocks_total) AS text \
     FROM pg_stat_progress_create_index WHERE pid = $1";

impl Watch {
    /// Watches the session `pid` until [`Watch::end`].
    pub(super) fn over(&self, connection: &mut PgConnection, pid: i32, name: &str) {
        let began = Instant::now();
        let mut told = began;
        while !self.ends_within(EVERY) {
            let looked = blockers(connection, pid);
            let Ok(found) = looked else {
                return log::debug!("migration {name} is not watched: {looked:?}");
            };
            if told.elapsed() > TOLD_EVERY {
                tell(connection, pid, name, began.elapsed(), &found);
                told = Instant::now();
            }
            if !found.is_empty() {
                self.state().blockers = found;
            }
        }
    }

    /// Ends the watch.
    pub(super) fn end(&self) {
        self.state().has_ended = true;
        self.ended.notify_all();
    }

    /// Takes those that were in the way since this was asked last.
    pub(super) fn take_blockers(&self) -> Vec<Blocker> {
        std::mem::take(&mut self.state().blockers)
    }

    fn ends_within(&self, time: Duration) -> bool {
        let waited = self
            .ended
            .wait_timeout_while(self.state(), time, |state| !state.has_ended);
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.has_ended
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn tell(connection: &mut PgConnection, pid: i32, name: &str, since: Duration, found: &[Blocker]) {
    let seconds = since.as_secs();
    match progress(connection, pid).as_deref() {
        Ok([first, ..]) if found.is_empty() => {
            log::info!(
                "migration {name} has been running for {seconds} s: {}",
                first.text
            );
        }
        _ if found.is_empty() => log::info!("migration {name} has been running for {seconds} s"),
        _ => log::info!(
            "migration {name} has been running for {seconds} s, and waits for {}",
            named(found)
        ),
    }
}

fn progress(connection: &mut PgConnection, pid: i32) -> QueryResult<Vec<Progress>> {
    sql_query(PROGRESS).bind::<Integer, _>(pid).load(connection)
}
