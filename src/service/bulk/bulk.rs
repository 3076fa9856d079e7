//! `POST /Bulk`: the use case.

use scim::Object;
use scim::bulk::{Operation, Outcome, bulk_response};
use serde_json::Value;

use super::attempt::Attempt;
use super::location::location;
use super::plan::plan;
use super::run::Run;
use super::terms::BulkTerms;
use crate::service::call::Call;
use crate::service::service::Service;
use crate::service::tenancy::Tenancy;
use crate::store::Result;

/// Runs a Bulk request. Returns the `BulkResponse`.
///
/// Errors: the message is refused as a whole, and no operation was run.
pub async fn bulk(service: &Service, call: Call, terms: BulkTerms, body: Object) -> Result<Value> {
    let plan = plan(service, &call, &terms, body).await?;
    let tenancy = call.tenancy.clone();
    let (operations, outcomes) = Run::new(service, call, terms, plan).all().await;
    let told: Vec<(&Operation, Outcome)> = told(&tenancy, &operations, &outcomes).collect();
    Ok(bulk_response(
        told.iter().map(|(one, outcome)| (*one, outcome)),
    ))
}

/// The outcomes of the operations that were run, with their locations.
fn told<'a>(
    tenancy: &'a Tenancy,
    operations: &'a [Operation],
    outcomes: &'a [Option<Attempt>],
) -> impl Iterator<Item = (&'a Operation, Outcome)> {
    let both = operations.iter().zip(outcomes);
    both.filter_map(move |(operation, outcome)| {
        let outcome = outcome.as_ref()?;
        let told = Outcome {
            location: location(tenancy, operation, outcome, outcomes),
            result: outcome
                .as_ref()
                .map(|done| done.success)
                .map_err(Clone::clone),
        };
        Some((operation, told))
    })
}
