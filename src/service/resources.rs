//! The use cases of one resource. Lists and Bulk have their own.

use scim::Object;
use scim::etag::Preconditions;
use scim::patch::PatchOperation;

use super::alone::run_alone;
use super::answer::Answer;
use super::creation::Creation;
use super::deletion::Deletion;
use super::modification::Modification;
use super::prepared::Prepared;
use super::request::Request;
use super::service::Service;
use super::step::Step;
use crate::store::{Result, Session};

/// POST (RFC 7644 §3.3): creates a resource, or brings back a deactivated one if the tenant has set that. A refused
/// POST changes no data.
pub async fn create(service: &Service, request: Request, body: Object) -> Result<Answer> {
    let id = service.clock.new_id();
    let creation = Creation::prepare(service, request, id, body).await?;
    run_alone(service, Prepared::Create(creation)).await
}

/// GET of one resource (RFC 7644 §3.4.1).
pub async fn get(
    service: &Service,
    request: Request,
    id: String,
    conditions: Preconditions,
) -> Result<Answer> {
    let tenant = request.call.tenancy.tenant;
    let work = move |session: &mut Session<'_>| {
        let row = session.find(&request.resource_type, &id)?;
        let row = row.ok_or_else(|| request.not_found(&id))?;
        let version = row.stored.version;
        if conditions.is_unchanged(version)? {
            let location = request.location(&id);
            return Ok(Answer::Unchanged { location, version });
        }
        Ok(Answer::Resource(request.show(session, &row)?))
    };
    service.store.read(tenant, work).await
}

/// PUT (RFC 7644 §3.5.1).
pub async fn replace(
    service: &Service,
    request: Request,
    id: String,
    conditions: Preconditions,
    body: Object,
) -> Result<Answer> {
    modify(service, request, id, conditions, Step::Replace(body)).await
}

/// PATCH (RFC 7644 §3.5.2): applies all operations or none.
pub async fn patch(
    service: &Service,
    request: Request,
    id: String,
    conditions: Preconditions,
    operations: Vec<PatchOperation>,
) -> Result<Answer> {
    modify(service, request, id, conditions, Step::Patch(operations)).await
}

async fn modify(
    service: &Service,
    request: Request,
    id: String,
    conditions: Preconditions,
    step: Step,
) -> Result<Answer> {
    let modification = Modification::prepare(service, request, id, conditions, step).await?;
    run_alone(service, Prepared::Modify(modification)).await
}

/// DELETE (RFC 7644 §3.6).
pub async fn delete(
    service: &Service,
    request: Request,
    id: String,
    conditions: Preconditions,
) -> Result<Answer> {
    let deletion = Deletion::prepare(service, request, id, conditions)?;
    run_alone(service, Prepared::Delete(deletion)).await
}
