//! Units whose operations are prepared: what a chunk runs.

use std::collections::HashSet;

use super::Done;
use super::run::Run;
use crate::scim::ScimError;
use crate::scim::bulk::{Method, Unit, Work};
use crate::scim::etag::Preconditions;
use crate::scim::patch;
use crate::scim::projection::Projection;
use crate::service::Request;
use crate::service::create::Creation;
use crate::service::delete::Deletion;
use crate::service::modify::{Modification, Step};
use crate::service::prepared::Prepared;
use crate::store::{Result, Session, StoreError};

/// A unit, ready to be run any number of times.
pub(super) struct ReadyUnit {
    operations: Vec<ReadyOperation>,
    circular: bool,
}

struct ReadyOperation {
    index: usize,
    prepared: std::result::Result<(Prepared, Method, bool), ScimError>,
    /// The POSTs it needs, each with its `bulkId`.
    needs: Vec<(usize, String)>,
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
            operations.push(self.ready_operation(*index).await);
        }
        ReadyUnit {
            operations,
            circular: unit.circular,
        }
    }

    async fn ready_operation(&mut self, index: usize) -> ReadyOperation {
        let needs = &self.operations[index].needs;
        let needs = needs.iter().map(|post| (*post, self.name_of(*post)));
        let needs = needs.collect();
        let prepared = match self.prepare(index).await {
            Ok(prepared) => Ok(prepared),
            Err(error) => Err(error.into_scim(&self.order.reference)),
        };
        ReadyOperation {
            index,
            prepared,
            needs,
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
            Method::Post => Prepared::Create(Creation::prepare(service, request, id, data).await?),
            Method::Delete => Prepared::Delete(Deletion::prepare(service, request, id, conditions)),
            Method::Put | Method::Patch => {
                let step = if *method == Method::Put {
                    Step::Replace(data)
                } else {
                    let leniency = self.tenancy.leniency();
                    silent = patch::is_silent(resource_type, &leniency);
                    let operations_max = self.order.patch_operations_max;
                    Step::Patch(patch::parse(&data, &leniency, operations_max)?)
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

    /// Runs the unit: POSTs that need each other are all inserted, then linked.
    pub(super) fn run(
        &self,
        session: &mut Session<'_>,
    ) -> std::result::Result<Vec<(usize, Done)>, Failure> {
        let mut done = Vec::with_capacity(self.operations.len());
        let mut inserted = Vec::new();
        for operation in &self.operations {
            let failed = |error| operation.failure(error, self.circular);
            match operation
                .prepared
                .as_ref()
                .map_err(|error| failed(error.clone().into()))?
            {
                (Prepared::Create(creation), ..) if self.operations.len() > 1 => {
                    inserted.push((
                        operation,
                        creation,
                        creation.insert(session).map_err(failed)?,
                    ));
                }
                (prepared, method, silent) => {
                    let row = prepared.run(session).map_err(failed)?;
                    let version = (*method != Method::Delete).then_some(row.stored.version);
                    let status = status(*method, *silent);
                    done.push((operation.index, Done { status, version }));
                }
            }
        }
        for (operation, creation, half) in inserted {
            let linked = creation.link(session, half);
            let row = linked.map_err(|error| operation.failure(error, self.circular))?;
            let version = Some(row.stored.version);
            let status = status(Method::Post, false);
            done.push((operation.index, Done { status, version }));
        }
        Ok(done)
    }

    /// What a failure means for each operation of the unit.
    pub(super) fn spread(&self, failure: Failure, reference: &str) -> Vec<(usize, ScimError)> {
        let at = failure.index;
        let error = failure.error.into_scim(reference);
        let outcome = |index: usize| {
            match index == at {
            true => error.clone(),
            false => ScimError::Conflict(
                "operations that need each other by bulkId are done together, and another of them failed".to_owned(),
            ),
        }
        };
        self.indexes()
            .map(|index| (index, outcome(index)))
            .collect()
    }
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
    fn failure(&self, error: StoreError, circular: bool) -> Failure {
        let error = match error {
            StoreError::Scim(error @ ScimError::CircularMembers(_)) if circular => {
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
