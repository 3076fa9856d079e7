//! Runs one Bulk request chunk by chunk, until all is done or too much has failed.

use std::collections::HashSet;
use std::sync::Arc;

use scim::bulk::{Operation, Outcome, Unit};

use super::chunk::{After, Before, Chunk};
use super::plan::Plan;
use super::ready::Preparation;
use super::terms::BulkTerms;
use super::unit::ReadyUnit;
use crate::service::call::Call;
use crate::service::renewal::RENEWALS_MAX;
use crate::service::service::Service;
use crate::store::{Result, Session, StoreError};

/// Most operations in one transaction, unless one unit has more.
const CHUNK_OPERATIONS_MAX: usize = 100;
/// How many transactions may be lost in a row before the remaining operations are not tried.
const STALLS_MAX: u32 = 3;

/// A Bulk request that is being run.
pub(super) struct Run<'s> {
    service: &'s Service,
    call: Call,
    terms: BulkTerms,
    operations: Vec<Operation>,
    returning: HashSet<usize>,
    units: Vec<Unit>,
    outcomes: Vec<Option<Outcome>>,
    before: Before,
    stalls: u32,
    renewals: u32,
}

impl<'s> Run<'s> {
    pub(super) fn new(service: &'s Service, call: Call, terms: BulkTerms, plan: Plan) -> Self {
        Self {
            service,
            call,
            terms,
            outcomes: vec![None; plan.operations.len()],
            operations: plan.operations,
            units: plan.units,
            returning: plan.returning,
            before: Before {
                failed: HashSet::new(),
                errors_left: plan.errors_max,
            },
            stalls: 0,
            renewals: 0,
        }
    }

    /// Runs everything. Returns the operations, and the outcomes of those that were run.
    pub(super) async fn all(mut self) -> (Vec<Operation>, Vec<Option<Outcome>>) {
        let mut units = std::mem::take(&mut self.units).into_iter().peekable();
        while units.peek().is_some() && !self.is_over() {
            let mut chunk = Vec::new();
            let mut count = 0;
            while let Some(unit) = units.next_if(|unit| {
                let fits = count + unit.operations.len() <= CHUNK_OPERATIONS_MAX;
                self.terms.atomic || count == 0 || fits
            }) {
                count += unit.operations.len();
                chunk.push(self.ready(&unit).await);
            }
            self.chunk(Chunk {
                units: chunk,
                clock: self.service.clock,
                request_id: self.call.request_id.clone(),
                work: self.call.work.clone().unwrap_or_default(),
            })
            .await;
        }
        (self.operations, self.outcomes)
    }

    async fn ready(&mut self, unit: &Unit) -> ReadyUnit {
        let preparation = Preparation {
            service: self.service,
            call: &self.call,
            terms: &self.terms,
        };
        let returning = &self.returning;
        let comes_back = |index| returning.contains(&index);
        preparation
            .unit(unit, &mut self.operations, comes_back)
            .await
    }

    fn is_over(&self) -> bool {
        self.before.errors_left == Some(0)
    }

    /// Runs a chunk in as many transactions as needed.
    async fn chunk(&mut self, chunk: Chunk) {
        let mut chunk = Arc::new(chunk);
        let mut from = 0;
        while from < chunk.units.len() && !self.is_over() {
            let outcome = if self.stalls < STALLS_MAX {
                self.transaction(&chunk, from).await
            } else {
                Err(StoreError::Unavailable(
                    "too many earlier operations could not be written",
                ))
            };
            match outcome {
                Ok(after) => {
                    self.stalls = if after.stalled { self.stalls + 1 } else { 0 };
                    from = after.next;
                    self.call.leniency.need(after.needed);
                    for (index, outcome) in after.outcomes {
                        self.note(index, outcome);
                    }
                }
                Err(StoreError::Outdated) if self.renew(&mut chunk).await => {}
                Err(error) => {
                    self.lost(&chunk.units[from..], error);
                    return;
                }
            }
        }
    }

    async fn transaction(&self, chunk: &Arc<Chunk>, from: usize) -> Result<After> {
        let chunk = Arc::clone(chunk);
        let atomic = self.terms.atomic;
        let before = self.before.clone();
        let spent = chunk.work.spent();
        let work = move |session: &mut Session<'_>| {
            // A transaction that lost a race runs again, and counts once.
            chunk.work.rewind(spent);
            if atomic {
                chunk.run_atomic(session)
            } else {
                chunk.run(session, from, &before)
            }
        };
        self.service.store.write(&self.call.admission, work).await
    }

    /// Notes that a transaction was lost with all operations it was to run, or that its end is unknown.
    fn lost(&mut self, units: &[ReadyUnit], error: StoreError) {
        self.stalls += 1;
        let is_unknown = matches!(error, StoreError::Unknown(_));
        if is_unknown || matches!(error, StoreError::Unproven) {
            // The transaction may still end, so no later one may overtake it. And a request whose credential or tenant has
            // changed runs again as a whole.
            self.stalls = STALLS_MAX;
        }
        let error = error.logged(self.call.request_id.as_str());
        for index in units.iter().flat_map(ReadyUnit::indexes) {
            // No entry means "not run". With an unknown end that may be false, so each of these gets an entry.
            if self.is_over() && !is_unknown {
                break;
            }
            self.note(index, Err(error.clone()));
        }
    }

    /// Goes on under the tenant's new settings and definitions. Returns whether that is possible.
    async fn renew(&mut self, chunk: &mut Arc<Chunk>) -> bool {
        self.renewals += 1;
        if self.renewals > RENEWALS_MAX {
            return false;
        }
        let renewed = self.service.renewed(&self.call.tenancy).await;
        let (Ok(tenancy), Some(chunk)) = (renewed, Arc::get_mut(chunk)) else {
            return false;
        };
        self.call.renew(&tenancy);
        chunk.units.iter_mut().for_each(|unit| unit.renew(&tenancy));
        true
    }

    fn note(&mut self, index: usize, outcome: Outcome) {
        if outcome.is_err() {
            self.before.failed.insert(index);
            let left = self.before.errors_left;
            self.before.errors_left = left.map(|left| left.saturating_sub(1));
        }
        self.outcomes[index] = Some(outcome);
    }
}
