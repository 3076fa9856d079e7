//! Units that share a transaction.

use std::collections::{BTreeMap, HashSet};

use scim::bulk::{Outcome, Success};
use scim::patch::Meter;
use scim::profile::Rules;
use scim::{ErrorResponse, ScimError};

use super::unit::{self, Error, Failure, ReadyUnit};
use crate::service::clock::Clock;
use crate::service::request_id::RequestId;
use crate::store::{Result, Session, StoreError};

/// The time after which a transaction leaves the rest to the next one: other writers are waiting.
const CHUNK_MS: i64 = 250;

/// The units that a transaction runs.
pub(super) struct Chunk {
    pub(super) units: Vec<ReadyUnit>,
    pub(super) clock: Clock,
    pub(super) request_id: RequestId,
    /// Counts the work of the whole request.
    pub(super) work: Meter,
}

/// The state before a transaction begins.
#[derive(Clone)]
pub(super) struct Before {
    /// Operations that failed.
    pub(super) failed: HashSet<usize>,
    /// How many more may fail.
    pub(super) errors_left: Option<usize>,
}

/// The result of a transaction.
pub(super) struct After {
    /// Outcomes of the operations that were run, in the order in which they ran.
    pub(super) outcomes: Vec<(usize, Outcome)>,
    /// The rules that successful operations needed.
    pub(super) needed: Rules,
    /// The first unit that was not run.
    pub(super) next: usize,
    /// Whether an operation waited in vain for the database.
    pub(super) stalled: bool,
}

type Ran = std::result::Result<Vec<(usize, Success)>, Failure>;

/// A pass over the units of a chunk.
struct Pass<'c> {
    chunk: &'c Chunk,
    before: Before,
    after: After,
    ends_ms: i64,
}

impl Chunk {
    /// Runs units from the one at `from`, until the time is over or too many have failed.
    ///
    /// Units rarely fail. So all are first tried without a savepoint for each. When one fails, they are run again with
    /// savepoints.
    ///
    /// Errors: the transaction is lost with all its units.
    pub(super) fn run(
        &self,
        session: &mut Session<'_>,
        from: usize,
        before: &Before,
    ) -> Result<After> {
        self.lock(session, from)?;
        let spent = self.work.spent();
        let tried = session.attempt(|session| {
            let mut pass = self.pass(from, before, self.clock.now_ms() + CHUNK_MS);
            pass.run(true, |units| unit::run(units, session, true).map(Ok))?;
            Ok(pass.after)
        })?;
        match tried {
            Ok(after) => return Ok(after),
            Err(Failure {
                error: Error::Store(error),
                ..
            }) if loses_transaction(&error) => {
                return Err(error);
            }
            Err(_) => self.work.rewind(spent),
        }
        let mut pass = self.pass(from, before, self.clock.now_ms() + CHUNK_MS);
        pass.run(false, |unit| {
            match session.attempt(|session| unit::run(unit, session, false))? {
                Err(Failure {
                    error: Error::Store(error),
                    ..
                }) if loses_transaction(&error) => Err(error),
                outcome => Ok(outcome),
            }
        })?;
        Ok(pass.after)
    }

    /// Runs every unit, or none.
    pub(super) fn run_atomic(&self, session: &mut Session<'_>) -> Result<After> {
        let before = Before {
            failed: HashSet::new(),
            errors_left: None,
        };
        if self.units.iter().any(|unit| unit.faults().next().is_some()) {
            return Ok(self.undone(None));
        }
        self.lock(session, 0)?;
        // When a unit fails, all are tried again one by one, which tells which operation failed.
        let spent = self.work.spent();
        for at_once in [true, false] {
            self.work.rewind(spent);
            let tried = session.attempt(|session| {
                let mut pass = self.pass(0, &before, i64::MAX);
                pass.run(at_once, |units| unit::run(units, session, at_once).map(Ok))?;
                Ok(pass.after)
            })?;
            match tried {
                Ok(after) => return Ok(after),
                Err(Failure {
                    error: Error::Store(error),
                    ..
                }) if loses_transaction(&error) => {
                    return Err(error);
                }
                Err(_) if at_once => {}
                Err(failure) => return Ok(self.undone(Some(failure))),
            }
        }
        Ok(self.undone(None))
    }

    /// Locks all that the units change in one step. Locked one by one, two requests that change the same resources in
    /// different orders would wait for each other.
    fn lock(&self, session: &mut Session<'_>, from: usize) -> Result<()> {
        let targets = || self.units[from..].iter().flat_map(ReadyUnit::targets);
        let ids: Vec<&str> = targets().map(|(id, _)| id).collect();
        session.lock_in_order(&ids, targets().any(|(_, goes)| goes))
    }

    /// The outcomes when the request was undone: the operation that failed has its own error, and the others name it.
    fn undone(&self, failure: Option<Failure>) -> After {
        let mut own: BTreeMap<usize, ErrorResponse> = BTreeMap::new();
        if let Some(Failure { index, error }) = failure {
            own.insert(index, error.told(self.request_id.as_str()));
        } else {
            let faults = self.units.iter().flat_map(ReadyUnit::faults);
            own.extend(faults.map(|(index, fault)| (index, fault.clone())));
        }
        let culprit = own.keys().next().map_or(0, |index| index + 1);
        let others = ErrorResponse::from(ScimError::Conflict(format!(
            "the request was atomic and its operation {culprit} failed, so nothing was done (the first operation is 1)"
        )));
        let indexes = self.units.iter().flat_map(ReadyUnit::indexes);
        let outcomes = indexes.map(|index| {
            let error = own.get(&index).unwrap_or(&others);
            (index, Err(error.clone()))
        });
        After {
            outcomes: outcomes.collect(),
            needed: Rules::default(),
            next: self.units.len(),
            stalled: false,
        }
    }

    fn pass(&self, from: usize, before: &Before, ends_ms: i64) -> Pass<'_> {
        Pass {
            chunk: self,
            before: before.clone(),
            after: After {
                outcomes: Vec::new(),
                needed: Rules::default(),
                next: from,
                stalled: false,
            },
            ends_ms,
        }
    }
}

impl Pass<'_> {
    /// Runs units until all are run, the time is over, or too many have failed. `together` runs neighbouring units that
    /// only create as one.
    fn run<E>(
        &mut self,
        together: bool,
        mut run: impl FnMut(&[ReadyUnit]) -> std::result::Result<Ran, E>,
    ) -> std::result::Result<(), E> {
        let units = &self.chunk.units;
        while let Some(unit) = units.get(self.after.next) {
            let from = self.after.next;
            let end = if together {
                self.end_of_creates()
            } else {
                from + 1
            };
            let outcome = match unit.fault(&self.before.failed) {
                Some(failure) => Err(failure),
                None => run(&units[from..end])?,
            };
            match outcome {
                Ok(done) => {
                    self.after.next = end;
                    let needed = units[from..end].iter().map(ReadyUnit::needed);
                    self.after.needed = needed.fold(self.after.needed, Rules::or);
                    let done = done.into_iter().map(|(index, done)| (index, Ok(done)));
                    self.after.outcomes.extend(done);
                }
                Err(failure) => {
                    self.after.next = from + 1;
                    self.note(unit, failure);
                }
            }
            let over = self.before.errors_left == Some(0)
                || self.after.stalled
                || self.chunk.clock.now_ms() >= self.ends_ms;
            if over {
                break;
            }
        }
        Ok(())
    }

    /// The end of the units that can be run together with the next one.
    fn end_of_creates(&self) -> usize {
        let from = self.after.next;
        let fits =
            |unit: &&ReadyUnit| unit.only_creates() && unit.fault(&self.before.failed).is_none();
        let count = self.chunk.units[from..].iter().take_while(fits).count();
        from + count.max(1)
    }

    fn note(&mut self, unit: &ReadyUnit, failure: Failure) {
        self.after.stalled = matches!(failure.error, Error::Store(StoreError::Busy(_)));
        for (index, error) in unit.spread(failure, self.chunk.request_id.as_str()) {
            self.before.failed.insert(index);
            self.before.errors_left = self.before.errors_left.map(|left| left.saturating_sub(1));
            self.after.outcomes.push((index, Err(error)));
        }
    }
}

/// Whether the transaction cannot go on after this error.
fn loses_transaction(error: &StoreError) -> bool {
    matches!(
        error,
        StoreError::Retry(_)
            | StoreError::Disconnected(_)
            | StoreError::Full(_)
            | StoreError::Outdated
            | StoreError::Unproven
    )
}
