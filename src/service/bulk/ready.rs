//! Prepares the operations of a unit: takes out their data and hashes their passwords.

use scim::bulk::{Instruction, Method, Operation, Unit};
use scim::etag::Preconditions;
use scim::patch;
use scim::projection::Projection;

use super::terms::BulkTerms;
use super::unit::{ReadyOperation, ReadyUnit};
use crate::service::call::Call;
use crate::service::creation::Creation;
use crate::service::deletion::Deletion;
use crate::service::modification::Modification;
use crate::service::prepared::Prepared;
use crate::service::request::Request;
use crate::service::service::Service;
use crate::service::step::Step;
use crate::store::Result;

/// The context in which operations are prepared.
pub(super) struct Preparation<'p> {
    pub(super) service: &'p Service,
    pub(super) call: &'p Call,
    pub(super) terms: &'p BulkTerms,
}

impl Preparation<'_> {
    /// Prepares the operations of a unit. `comes_back` says whether a POST brings an account back.
    pub(super) async fn unit(
        &self,
        unit: &Unit,
        operations: &mut [Operation],
        comes_back: impl Fn(usize) -> bool,
    ) -> ReadyUnit {
        let mut ready = Vec::with_capacity(unit.operations.len());
        for index in &unit.operations {
            let needs = needs(*index, operations);
            let part = self.call.part();
            part.leniency.need(operations[*index].needed);
            let leniency = part.leniency.clone();
            let returns = comes_back(*index);
            let prepared = match &self.terms.refusal {
                Some(refusal) => Err(refusal.clone()),
                None => {
                    let prepared = self.operation(part, &mut operations[*index], returns).await;
                    prepared.map_err(|error| error.logged(self.call.request_id.as_str()))
                }
            };
            ready.push(ReadyOperation {
                index: *index,
                prepared,
                needs,
                circular: unit.circular,
                leniency,
            });
        }
        ReadyUnit { operations: ready }
    }

    async fn operation(
        &self,
        call: Call,
        operation: &mut Operation,
        comes_back: bool,
    ) -> Result<Prepared> {
        let instruction = match &mut operation.instruction {
            Ok(instruction) => instruction,
            Err(fault) => return Err(fault.clone().into()),
        };
        let data = std::mem::take(&mut instruction.data);
        let Instruction {
            method,
            endpoint,
            id,
            version,
            ..
        } = &*instruction;
        let resource_type = call.tenancy.registry.at_endpoint(endpoint)?.clone();
        let request = Request::new(call, resource_type, Projection::minimal())?;
        let conditions = Preconditions::parse(version.as_deref(), None);
        let (service, id) = (self.service, id.clone());
        let step = match method {
            Method::Post => {
                let mut creation = Creation::prepare(service, request, id, data).await?;
                creation.comes_back = comes_back;
                return Ok(Prepared::Create(creation));
            }
            Method::Delete => {
                let deletion = Deletion::prepare(service, request, id, conditions)?;
                return Ok(Prepared::Delete(deletion));
            }
            Method::Put => Step::Replace(data),
            Method::Patch => {
                let operations_max = self.terms.patch_operations_max;
                Step::Patch(patch::parse(&data, &request.call.leniency, operations_max)?)
            }
        };
        let modification = Modification::prepare(service, request, id, conditions, step).await?;
        Ok(Prepared::Modify(modification))
    }
}

/// The POSTs that an operation needs, each with its `bulkId`.
fn needs(index: usize, operations: &[Operation]) -> Vec<(usize, String)> {
    let name = |post: usize| operations[post].bulk_id.clone().unwrap_or_default();
    let needs = operations[index].needs.iter();
    needs.map(|post| (*post, name(*post))).collect()
}
