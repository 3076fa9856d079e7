//! The use cases of one resource. Lists and Bulk have their own.

use std::sync::Arc;

use scim::Object;
use scim::etag::Preconditions;
use scim::patch::PatchOperation;

use super::alone::run_alone;
use super::answer::Answer;
use super::creation::Creation;
use super::deletion::Deletion;
use super::links::{are_nested, beside, shows_members};
use super::modification::Modification;
use super::prepared::Prepared;
use super::request::Request;
use super::service::Service;
use super::step::Step;
use crate::store::{Beside, Result, Row, Session};

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
    let reading = Reading {
        request,
        id,
        conditions,
    };
    let reading = Arc::new(reading);
    let admission = &reading.request.call.admission;
    let (glancing, whole) = (Arc::clone(&reading), Arc::clone(&reading));
    let glance = move |session: &mut Session<'_>| glancing.at_a_glance(session);
    let work = move |session: &mut Session<'_>| whole.whole(session);
    service.store.glance(admission, glance, work).await
}

/// A resource about to be read.
struct Reading {
    request: Request,
    id: String,
    conditions: Preconditions,
}

impl Reading {
    /// The answer, if the statement that finds the resource also finds all that is shown beside it.
    fn at_a_glance(&self, session: &mut Session<'_>) -> Result<Option<Answer>> {
        if shows_members(&self.request) {
            return Ok(None);
        }
        let row = self.find(session, beside(&self.request))?;
        if are_nested(&row) {
            return Ok(None);
        }
        self.answer(session, &row).map(Some)
    }

    /// The answer, from several statements.
    fn whole(&self, session: &mut Session<'_>) -> Result<Answer> {
        let row = self.find(session, Beside::Nothing)?;
        self.answer(session, &row)
    }

    fn find(&self, session: &mut Session<'_>, beside: Beside) -> Result<Row> {
        let row = session.find(&self.request.resource_type, &self.id, beside)?;
        Ok(row.ok_or_else(|| self.request.not_found(&self.id))?)
    }

    fn answer(&self, session: &mut Session<'_>, row: &Row) -> Result<Answer> {
        let version = row.stored.version;
        if self.conditions.is_unchanged(version)? {
            let location = self.request.location(&self.id);
            return Ok(Answer::Unchanged { location, version });
        }
        Ok(Answer::Resource(self.request.show(session, row)?))
    }
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
