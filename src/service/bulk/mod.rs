//! POST /Bulk (RFC 7644 §3.7): many changes, each with the outcome it would have alone.
//!
//! Operations run in chunks of one transaction each, so that a thousand of them do not cost a thousand commits, and other
//! writers get their turn in between. An outcome is told only after the commit that made it true.

mod chunk;
mod ready;
mod run;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::{Map, Value};

use super::{Service, Tenancy, rehire};
use scim::ScimError;
use scim::bulk::{BulkRequest, Entry, Method, Operation, Unit, bulk_response, units};
use scim::etag::Version;
use scim::profile::Rules;
use crate::store::Result;
use run::Run;

pub use scim::bulk::BulkLimits;

/// How a Bulk request is to be run.
#[derive(Debug, Clone)]
pub struct BulkOrder {
    /// All operations or none.
    pub atomic: bool,
    /// Why the caller may not write, if so: the answer to each operation.
    pub refusal: Option<ScimError>,
    /// Most operations in the request.
    pub operations_max: usize,
    /// Most operations in one PATCH of it.
    pub patch_operations_max: usize,
    /// What the log knows the request by.
    pub reference: String,
}

/// What became of an operation: status and version, or why not.
type Outcome = std::result::Result<Done, ScimError>;

#[derive(Debug, Clone, Copy)]
struct Done {
    status: u16,
    version: Option<Version>,
    /// The leniencies that it needed.
    needed: Rules,
}

/// A request that is read and put in order.
struct Planned {
    operations: Vec<Operation>,
    units: Vec<Unit>,
    errors_max: Option<usize>,
    /// The POSTs whose ids are those of resources that come back.
    returning: HashSet<usize>,
}

/// Runs a Bulk request; the `BulkResponse`.
///
/// Errors: the message is refused as a whole, and nothing was run.
pub async fn bulk(
    service: &Service,
    tenancy: Arc<Tenancy>,
    order: BulkOrder,
    body: Map<String, Value>,
) -> Result<Value> {
    let planned = plan(service, &tenancy, &order, body).await?;
    let (operations, outcomes) = Run::new(service, &tenancy, order, planned).all().await;
    let entries = operations.iter().zip(&outcomes);
    let entries = entries.filter_map(|(operation, outcome)| {
        let outcome = outcome.as_ref()?;
        Some(Entry {
            echo: &operation.echo,
            location: location(&tenancy, operation, outcome, &outcomes),
            outcome: outcome.as_ref().map(|done| (done.status, done.version)),
        })
    });
    Ok(bulk_response(entries))
}

/// Large requests take a while to be read, so it happens off the request threads.
async fn plan(
    service: &Service,
    tenancy: &Arc<Tenancy>,
    order: &BulkOrder,
    body: Map<String, Value>,
) -> Result<Planned> {
    let (clock, own) = (service.clock, Arc::clone(tenancy));
    let (operations_max, refusal) = (order.operations_max, order.refusal.clone());
    let read = move || BulkRequest::parse(body, &own.leniency, operations_max);
    let request = beside(order, read).await??;
    let returning = match refusal {
        None => rehire::returning(service, tenancy, &request).await?,
        Some(_) => HashMap::new(),
    };
    let work = move || {
        let errors_max = request.errors_max;
        let new_id = |index| returning.get(&index).cloned();
        let mut operations =
            request.resolve(|index| new_id(index).unwrap_or_else(|| clock.new_id()));
        if let Some(refusal) = refusal {
            for operation in &mut operations {
                refuse(operation, &refusal);
            }
        }
        let needs: Vec<Vec<usize>> = operations
            .iter()
            .map(|operation| operation.needs.clone())
            .collect();
        Planned {
            units: units(&needs),
            operations,
            errors_max,
            returning: returning.into_keys().collect(),
        }
    };
    beside(order, work).await
}

/// Runs `work` off the request threads.
async fn beside<T: Send + 'static>(
    order: &BulkOrder,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| internal(&order.reference).into())
}

fn refuse(operation: &mut Operation, refusal: &ScimError) {
    operation.work = Err(refusal.clone());
    operation.needs.clear();
}

fn internal(reference: &str) -> ScimError {
    ScimError::Internal {
        reference: reference.to_owned(),
    }
}

/// What cannot stand in the path of a URI as it is.
const NOT_IN_PATHS: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');
/// The same for one segment, which is not encoded yet.
const NOT_IN_SEGMENTS: &AsciiSet = &NOT_IN_PATHS.add(b'%').add(b'/').add(b'?');

/// Where the resource of an operation is: by its id, or as the request named it when there is no id to tell.
fn location(
    tenancy: &Tenancy,
    operation: &Operation,
    outcome: &Outcome,
    outcomes: &[Option<Outcome>],
) -> Option<String> {
    let echo = &operation.echo;
    let is_post = echo.method.as_deref() == Some(Method::Post.as_str());
    if is_post && outcome.is_err() {
        return None;
    }
    let created = |post: &usize| {
        outcomes
            .get(*post)
            .is_some_and(|outcome| matches!(outcome, Some(Ok(_))))
    };
    match &operation.work {
        Ok(work) if operation.needs.iter().all(created) => {
            let id = utf8_percent_encode(&work.id, NOT_IN_SEGMENTS).to_string();
            Some(tenancy.base.location(&work.endpoint, &id))
        }
        _ => {
            let path = echo.path.as_deref().filter(|path| !path.contains("://"))?;
            let path = path.strip_prefix('/').unwrap_or(path);
            let path = utf8_percent_encode(path, NOT_IN_PATHS);
            Some(format!("{}/{path}", tenancy.base.as_str()))
        }
    }
}
