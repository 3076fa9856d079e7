//! `POST /Bulk`: the use case.

use scim::Object;
use scim::bulk::bulk_response_text;
use scim::patch::Meter;

use super::location::location;
use super::plan::plan;
use super::run::Run;
use super::terms::BulkTerms;
use crate::service::call::Call;
use crate::service::service::Service;
use crate::store::Result;

/// As how many of the dearest patches a request may be.
const PATCHES: usize = 20;
/// The same for a request that is one transaction, for which other writers may have to wait.
const ATOMIC_PATCHES: usize = 4;

/// Runs a Bulk request. Returns the text of the `BulkResponse`.
///
/// Errors: the message is refused as a whole, and no operation was run.
pub async fn bulk(service: &Service, call: Call, terms: BulkTerms, body: Object) -> Result<String> {
    let plan = plan(service, &call, &terms, body).await?;
    let mut call = call;
    call.work = Some(Meter::of_patches(match terms.atomic {
        // All of it is one transaction.
        true => ATOMIC_PATCHES,
        false => PATCHES,
    }));
    let tenancy = call.tenancy.clone();
    let (operations, outcomes) = Run::new(service, call, terms, plan).all().await;
    let both = operations.iter().zip(&outcomes);
    let ended = both.filter_map(|(operation, outcome)| {
        let outcome = outcome.as_ref()?;
        let location = location(&tenancy, operation, outcome, &outcomes);
        Some((operation, location, outcome))
    });
    Ok(bulk_response_text(ended))
}
