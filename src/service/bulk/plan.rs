//! Reads a Bulk request and orders its operations.

use std::collections::{HashMap, HashSet};

use scim::Object;
use scim::bulk::{BulkRequest, Operation, Unit, units};

use super::terms::BulkTerms;
use crate::service::call::Call;
use crate::service::rehire;
use crate::service::service::Service;
use crate::store::{Result, StoreError};

/// A request that is read and ordered.
pub(super) struct Plan {
    pub(super) operations: Vec<Operation>,
    pub(super) units: Vec<Unit>,
    pub(super) errors_max: Option<usize>,
    /// The POSTs that bring an account back.
    pub(super) returning: HashSet<usize>,
}

/// Reads the request and plans it. A large one takes a while, so this runs off the request threads.
///
/// Errors: the message is refused as a whole.
pub(super) async fn plan(
    service: &Service,
    call: &Call,
    terms: &BulkTerms,
    body: Object,
) -> Result<Plan> {
    let (leniency, operations_max) = (call.leniency.clone(), terms.operations_max);
    let read = move || BulkRequest::parse(body, &leniency, operations_max);
    let request = beside(read).await??;
    let may_write = terms.refusal.is_none();
    let returning = if may_write {
        rehire::returning(service, &call.tenancy, &request).await?
    } else {
        HashMap::new()
    };
    let clock = service.clock;
    let work = move || {
        let errors_max = request.errors_max;
        let known = |index| returning.get(&index).cloned();
        let operations = request.resolve(|index| known(index).unwrap_or_else(|| clock.new_id()));
        Plan {
            units: in_order(&operations, may_write),
            operations,
            errors_max,
            returning: returning.into_keys().collect(),
        }
    };
    beside(work).await
}

/// Puts the operations in order. Operations that are all refused depend on no other, and keep the order of the request.
fn in_order(operations: &[Operation], may_write: bool) -> Vec<Unit> {
    let needs = operations.iter().map(|operation| match may_write {
        true => operation.needs.clone(),
        false => Vec::new(),
    });
    units(&needs.collect::<Vec<_>>())
}

/// Runs `work` off the request threads.
async fn beside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| StoreError::Fault("reading a Bulk request did not end"))
}
