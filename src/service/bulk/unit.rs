//! Units whose operations are prepared. A chunk runs them.

use std::collections::HashSet;
use std::sync::Arc;

use scim::bulk::Success;
use scim::profile::{Leniency, Rules};
use scim::{ErrorResponse, ScimError};

use crate::service::creation::{self, Creation, Inserted};
use crate::service::prepared::Prepared;
use crate::service::tenancy::Tenancy;
use crate::store::{Session, StoreError};

/// A unit that is ready. It can be run any number of times.
pub(super) struct ReadyUnit {
    pub(super) operations: Vec<ReadyOperation>,
}

/// An operation with its prepared change, or with the reason why it cannot be prepared.
pub(super) struct ReadyOperation {
    pub(super) index: usize,
    pub(super) prepared: std::result::Result<Prepared, ErrorResponse>,
    /// The POSTs it needs, each with its `bulkId`.
    pub(super) needs: Vec<(usize, String)>,
    /// Whether it needs itself, directly or through others.
    pub(super) circular: bool,
    /// The rules that it needed so far, in reading and preparing.
    pub(super) leniency: Leniency,
}

/// A failed operation. Its whole unit fails with it.
pub(super) struct Failure {
    pub(super) index: usize,
    pub(super) error: Error,
}

/// Why an operation failed.
pub(super) enum Error {
    /// The error is known without the database.
    Told(ErrorResponse),
    /// The database failed, or the resources in it forbid the change.
    Store(StoreError),
}

impl Error {
    /// The text for the answer. A cause that only the operator should know goes to the log.
    pub(super) fn told(self, reference: &str) -> ErrorResponse {
        match self {
            Self::Told(told) => told,
            Self::Store(error) => error.logged(reference),
        }
    }
}

impl ReadyUnit {
    /// The operations of the unit, by their places in the request.
    pub(super) fn indexes(&self) -> impl Iterator<Item = usize> {
        self.operations.iter().map(|operation| operation.index)
    }

    /// The rules that the operations needed so far.
    pub(super) fn needed(&self) -> Rules {
        let needed = self.operations.iter();
        let needed = needed.map(|operation| operation.leniency.needed());
        needed.fold(Rules::default(), Rules::or)
    }

    /// Renews the operations under the tenant's new state.
    pub(super) fn renew(&mut self, tenancy: &Arc<Tenancy>) {
        for operation in &mut self.operations {
            if let Ok(prepared) = &mut operation.prepared
                && let Err(fault) = prepared.renew(tenancy)
            {
                operation.prepared = Err(fault.into());
            }
        }
    }

    /// The resources that must already exist, each with whether it is to be deleted.
    pub(super) fn targets(&self) -> impl Iterator<Item = (&str, bool)> {
        let operations = self.operations.iter();
        operations.filter_map(|operation| operation.prepared.as_ref().ok()?.target())
    }

    /// The operations that fail without asking the database.
    pub(super) fn faults(&self) -> impl Iterator<Item = (usize, &ErrorResponse)> {
        let faults = self.operations.iter();
        faults.filter_map(|operation| Some((operation.index, operation.prepared.as_ref().err()?)))
    }

    /// The reason why the unit cannot be run, as far as it is known without the database.
    pub(super) fn fault(&self, failed: &HashSet<usize>) -> Option<Failure> {
        self.operations.iter().find_map(|operation| {
            let told = operation.fault(failed)?;
            Some(Failure {
                index: operation.index,
                error: Error::Told(told),
            })
        })
    }

    /// Whether the unit only creates. Such units can be run together.
    pub(super) fn only_creates(&self) -> bool {
        let mut operations = self.operations.iter();
        operations.all(|operation| operation.creation().is_some())
    }

    /// The outcome of each operation of the unit after a failure.
    pub(super) fn spread(&self, failure: Failure, reference: &str) -> Vec<(usize, ErrorResponse)> {
        let at = failure.index;
        let error = failure.error.told(reference);
        let others = ScimError::Conflict(
            "operations that refer to each other by bulkId are run together, and another one of them failed".to_owned(),
        );
        let others = ErrorResponse::from(others);
        let outcome = |index: usize| if index == at { &error } else { &others };
        let outcomes = self.indexes().map(|index| (index, outcome(index).clone()));
        outcomes.collect()
    }
}

/// Runs units that only create, or one unit of any kind.
///
/// Errors: the operation that failed. With `at_once` everything is created in one statement, and the named operation
/// may be the wrong one.
pub(super) fn run(
    units: &[ReadyUnit],
    session: &mut Session<'_>,
    at_once: bool,
) -> std::result::Result<Vec<(usize, Success)>, Failure> {
    let operations: Vec<&ReadyOperation> = units.iter().flat_map(|unit| &unit.operations).collect();
    let mut created = Vec::with_capacity(operations.len());
    let mut done = Vec::with_capacity(operations.len());
    for operation in operations {
        match operation.creation() {
            Some(creation) => created.push((operation, creation)),
            None => done.push((operation.index, operation.run(session)?)),
        }
    }
    let inserted = insert(&created, session, at_once)?;
    let (operations, creations): (Vec<&ReadyOperation>, Vec<&Creation>) =
        created.into_iter().unzip();
    let rows = creation::finish(session, &creations, inserted);
    let rows = rows.map_err(|(at, error)| operations[at].failure(error))?;
    for (operation, row) in operations.into_iter().zip(&rows) {
        if let Ok(prepared) = &operation.prepared {
            done.push((operation.index, prepared.success(row)));
        }
    }
    Ok(done)
}

/// The first half of a creation: everything except the edges.
fn insert(
    created: &[(&ReadyOperation, &Creation)],
    session: &mut Session<'_>,
    at_once: bool,
) -> std::result::Result<Vec<Inserted>, Failure> {
    let mut inserted = Vec::with_capacity(created.len());
    let step = if at_once { created.len().max(1) } else { 1 };
    for some in created.chunks(step) {
        let creations: Vec<&Creation> = some.iter().map(|(_, creation)| *creation).collect();
        let halves = creation::insert(session, &creations);
        let halves = halves.map_err(|(at, error)| some[at].0.failure(error))?;
        inserted.extend(halves);
    }
    Ok(inserted)
}

impl ReadyOperation {
    /// The creation of a new resource. `None` for one that comes back.
    fn creation(&self) -> Option<&Creation> {
        match &self.prepared {
            Ok(Prepared::Create(creation)) if !creation.comes_back => Some(creation),
            _ => None,
        }
    }

    fn run(&self, session: &mut Session<'_>) -> std::result::Result<Success, Failure> {
        let prepared = match &self.prepared {
            Ok(prepared) => prepared,
            Err(told) => {
                return Err(Failure {
                    index: self.index,
                    error: Error::Told(told.clone()),
                });
            }
        };
        let row = prepared.run(session).map_err(|error| self.failure(error))?;
        Ok(prepared.success(&row))
    }

    fn fault(&self, failed: &HashSet<usize>) -> Option<ErrorResponse> {
        if let Err(told) = &self.prepared {
            return Some(told.clone());
        }
        let missing = self.needs.iter().find(|(post, _)| failed.contains(post));
        missing.map(|(_, name)| {
            let text = format!(
                "this operation refers to the POST with the bulkId \"{name:.100}\", and that POST failed"
            );
            ScimError::Conflict(text).into()
        })
    }

    /// Names the failed operation. Groups that contain each other are refused; between POSTs that refer to each other
    /// this is a conflict.
    fn failure(&self, error: StoreError) -> Failure {
        let error = match error {
            StoreError::Scim(error @ ScimError::CircularMembers(_)) if self.circular => {
                ScimError::Conflict(error.to_string()).into()
            }
            error => error,
        };
        Failure {
            index: self.index,
            error: Error::Store(error),
        }
    }
}
