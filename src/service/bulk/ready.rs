//! Units whose operations are prepared: what a chunk runs.

use std::collections::HashSet;
use std::sync::Arc;

use super::Done;
use super::run::Run;
use scim::ScimError;
use scim::bulk::{Method, Unit, Work};
use scim::etag::Preconditions;
use scim::patch;
use scim::profile::Rules;
use scim::projection::Projection;
use crate::service::create::{self, Creation};
use crate::service::delete::Deletion;
use crate::service::modify::{Modification, Step};
use crate::service::prepared::Prepared;
use crate::service::{Request, Tenancy};
use crate::store::{Result, Session, StoreError};

/// A unit, ready to be run any number of times.
pub(super) struct ReadyUnit {
    operations: Vec<ReadyOperation>,
}

struct ReadyOperation {
    index: usize,
    prepared: std::result::Result<(Prepared, Method, bool), ScimError>,
    /// The POSTs it needs, each with its `bulkId`.
    needs: Vec<(usize, String)>,
    /// Whether it needs itself, directly or through others.
    circular: bool,
    /// The rules without which it could not have been prepared.
    needed: Rules,
}

/// An operation that failed, and with it its unit.
pub(super) struct Failure {
    pub(super) index: usize,
    pub(super) error: StoreError,
}

impl Run<'_> {
    /// Prepares a unit: takes the data out of its operations, hashes passwords.
    pub(super) async fn ready(&mut self, unit: &Unit) -> ReadyUnit {
        let mut operations = Vec::with_capacity(unit.operations.len());
        for index in &unit.operations {
            operations.push(self.ready_operation(*index, unit.circular).await);
        }
        ReadyUnit { operations }
    }

    async fn ready_operation(&mut self, index: usize, circular: bool) -> ReadyOperation {
        let needs = &self.operations[index].needs;
        let needs = needs.iter().map(|post| (*post, self.name_of(*post)));
        let needs = needs.collect();
        let leniency = self.tenancy.leniency.clone();
        let others = leniency.set_aside();
        let prepared = self.prepare(index).await;
        let needed = leniency.bring_back(others);
        let needed = needed.or(self.operations[index].needed);
        let prepared = match prepared {
            Ok(prepared) => Ok(prepared),
            Err(error) => Err(error.into_scim(&self.order.reference)),
        };
        ReadyOperation {
            index,
            prepared,
            needs,
            circular,
            needed,
        }
    }

    async fn prepare(&mut self, index: usize) -> Result<(Prepared, Method, bool)> {
        let work = match &mut self.operations[index].work {
            Ok(work) => work,
            Err(fault) => return Err(fault.clone().into()),
        };
        let data = std::mem::take(&mut work.data);
        let Work {
            method,
            endpoint,
            id,
            version,
            ..
        } = &*work;
        let resource_type = self.tenancy.registry.at_endpoint(endpoint)?;
        let request = Request {
            tenancy: self.tenancy.clone(),
            resource_type: resource_type.clone(),
            projection: Projection::minimal(),
        };
        let conditions = Preconditions::parse(version.as_deref(), None);
        let (service, id) = (self.service, id.clone());
        let mut silent = false;
        let prepared = match method {
            Method::Post => {
                let mut creation = Creation::prepare(service, request, id, data).await?;
                creation.comes_back = self.returning.contains(&index);
                Prepared::Create(creation)
            }
            Method::Delete => {
                Prepared::Delete(Deletion::prepare(service, request, id, conditions)?)
            }
            Method::Put | Method::Patch => {
                let step = if *method == Method::Put {
                    Step::Replace(data)
                } else {
                    let leniency = &self.tenancy.leniency;
                    silent = patch::is_silent(resource_type, leniency);
                    let operations_max = self.order.patch_operations_max;
                    Step::Patch(patch::parse(&data, leniency, operations_max)?)
                };
                let prepared =
                    Modification::prepare(service, request, id, conditions, step).await?;
                Prepared::Modify(prepared)
            }
        };
        Ok((prepared, *method, silent))
    }
}

impl ReadyUnit {
    /// The operations of the unit, by their places in the request.
    pub(super) fn indexes(&self) -> impl Iterator<Item = usize> {
        self.operations.iter().map(|operation| operation.index)
    }

    /// The same under what the tenant is now.
    pub(super) fn renew(&mut self, tenancy: &Arc<Tenancy>) {
        for operation in &mut self.operations {
            if let Ok((prepared, ..)) = &mut operation.prepared
                && let Err(fault) = prepared.renew(tenancy)
            {
                operation.prepared = Err(fault);
            }
        }
    }

    /// The resources that must be there already, each with whether it is to go.
    pub(super) fn targets(&self) -> impl Iterator<Item = (&str, bool)> {
        let operations = self.operations.iter();
        operations.filter_map(|operation| operation.prepared.as_ref().ok()?.0.target())
    }

    /// The operations that cannot be done whatever the database says.
    pub(super) fn faults(&self) -> impl Iterator<Item = (usize, &ScimError)> {
        let faults = self.operations.iter();
        faults.filter_map(|operation| Some((operation.index, operation.prepared.as_ref().err()?)))
    }

    /// Why the unit cannot be run, as far as that can be told without the database.
    pub(super) fn fault(&self, failed: &HashSet<usize>) -> Option<Failure> {
        self.operations.iter().find_map(|operation| {
            let error = operation.fault(failed)?;
            Some(Failure {
                index: operation.index,
                error: error.into(),
            })
        })
    }

    /// Whether the unit only creates, so that others that do can be created along with it.
    pub(super) fn only_creates(&self) -> bool {
        let mut operations = self.operations.iter();
        operations.all(|operation| match &operation.prepared {
            Ok((Prepared::Create(creation), ..)) => !creation.comes_back,
            _ => false,
        })
    }

    /// What a failure means for each operation of the unit.
    pub(super) fn spread(&self, failure: Failure, reference: &str) -> Vec<(usize, ScimError)> {
        let at = failure.index;
        let error = failure.error.into_scim(reference);
        let others = ScimError::Conflict(
            "operations that need each other by bulkId are done together, and another of them failed".to_owned(),
        );
        let outcome = |index: usize| if index == at { &error } else { &others };
        let outcomes = self.indexes().map(|index| (index, outcome(index).clone()));
        outcomes.collect()
    }
}

/// Runs units that only create, or one of any kind.
///
/// Errors: the operation that failed. With `at_once` everything is created in one statement, and it may have been another.
pub(super) fn run(
    units: &[ReadyUnit],
    session: &mut Session<'_>,
    at_once: bool,
) -> std::result::Result<Vec<(usize, Done)>, Failure> {
    let operations: Vec<&ReadyOperation> = units.iter().flat_map(|unit| &unit.operations).collect();
    let mut created = Vec::with_capacity(operations.len());
    let mut done = Vec::with_capacity(operations.len());
    for operation in operations {
        match &operation.prepared {
            Ok((Prepared::Create(creation), ..)) if !creation.comes_back => {
                created.push((operation, creation));
            }
            Ok((prepared, method, silent)) => {
                let leniency = &prepared.request().tenancy.leniency;
                let (row, needed) = leniency.apart(|| prepared.run(session));
                let row = row.map_err(|error| operation.failure(error))?;
                let version = (*method != Method::Delete).then_some(row.stored.version);
                done.push((
                    operation.index,
                    Done {
                        status: status(*method, *silent),
                        version,
                        needed: operation.needed.or(needed),
                    },
                ));
            }
            Err(fault) => return Err(operation.failure(fault.clone().into())),
        }
    }
    let mut inserted = Vec::with_capacity(created.len());
    let step = if at_once { created.len().max(1) } else { 1 };
    for some in created.chunks(step) {
        let creations: Vec<&Creation> = some.iter().map(|(_, creation)| *creation).collect();
        let Some((_, first)) = some.first() else {
            continue;
        };
        let leniency = &first.request.tenancy.leniency;
        let (halves, needed) = leniency.apart(|| create::insert(session, &creations));
        let halves = halves.map_err(|(at, error)| some[at].0.failure(error))?;
        inserted.extend(halves.into_iter().map(|half| (half, needed)));
    }
    for ((operation, creation), (half, needed)) in created.into_iter().zip(inserted) {
        let leniency = &creation.request.tenancy.leniency;
        let (linked, more) = leniency.apart(|| creation.link(session, half));
        let row = linked.map_err(|error| operation.failure(error))?;
        done.push((
            operation.index,
            Done {
                status: status(Method::Post, false),
                version: Some(row.stored.version),
                needed: operation.needed.or(needed).or(more),
            },
        ));
    }
    Ok(done)
}

impl ReadyOperation {
    fn fault(&self, failed: &HashSet<usize>) -> Option<ScimError> {
        if let Err(fault) = &self.prepared {
            return Some(fault.clone());
        }
        let missing = self.needs.iter().find(|(post, _)| failed.contains(post));
        missing.map(|(_, name)| {
            ScimError::Conflict(format!(
                "the POST with the bulkId \"{name:.100}\" failed, so there is nothing to refer to"
            ))
        })
    }

    /// Groups that contain each other are refused; among POSTs that refer to each other that is a conflict of theirs.
    fn failure(&self, error: StoreError) -> Failure {
        let error = match error {
            StoreError::Scim(error @ ScimError::CircularMembers(_)) if self.circular => {
                ScimError::Conflict(error.to_string()).into()
            }
            error => error,
        };
        Failure {
            index: self.index,
            error,
        }
    }
}

/// The status that a single request is answered with.
fn status(method: Method, silent: bool) -> u16 {
    match method {
        Method::Post => 201,
        Method::Put | Method::Patch if !silent => 200,
        Method::Put | Method::Patch | Method::Delete => 204,
    }
}
