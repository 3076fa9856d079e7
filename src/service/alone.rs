//! A change that is written in its own transaction, as every request but Bulk does it.

use super::answer::Answer;
use super::links::shows_members;
use super::prepared::Prepared;
use super::renewal;
use super::request::Request;
use super::service::Service;
use super::written::Written;
use crate::store::{Result, Session, StoreError};

/// Writes the change, and answers with the resource after it.
pub(super) async fn run_alone(service: &Service, prepared: Prepared) -> Result<Answer> {
    renewal::write(service, prepared, swift_answer, answer).await
}

/// Writes without a transaction around it. `None` when the change needs one.
fn swift_answer(prepared: &Prepared, session: &mut Session<'_>) -> Result<Option<Answer>> {
    // The members that an answer shows have to be of the moment of its version.
    if shows_members(prepared.request()) && !prepared.answers_no_content() {
        return Ok(None);
    }
    let written = match prepared {
        Prepared::Create(creation) => creation.run_swiftly(session)?,
        Prepared::Modify(modification) => modification.run_swiftly(session)?,
        Prepared::Delete(_) => None,
    };
    let Some(written) = written else {
        return Ok(None);
    };
    // The change is committed. What fails now must not look like a change that was not made.
    let answer = told(prepared, session, &written);
    answer.map(Some).map_err(|error| match error {
        StoreError::Scim(error) => StoreError::Scim(error),
        error => StoreError::Unknown(error.to_string()),
    })
}

fn answer(prepared: &Prepared, session: &mut Session<'_>) -> Result<Answer> {
    let written = match prepared {
        Prepared::Create(creation) => creation.run(session)?,
        Prepared::Modify(modification) => modification.run(session)?,
        Prepared::Delete(deletion) => return deletion.run(session).map(|_| Answer::Deleted),
    };
    told(prepared, session, &written)
}

/// The answer after a write.
fn told(prepared: &Prepared, session: &mut Session<'_>, written: &Written) -> Result<Answer> {
    let row = &written.row;
    match prepared {
        Prepared::Create(creation) => {
            let request = after_write(&creation.request, written);
            Ok(Answer::Created(request.show(session, row)?))
        }
        Prepared::Modify(modification) => {
            let request = &modification.request;
            if modification.answers_no_content {
                return Ok(Answer::Changed {
                    location: request.location(&row.stored.id),
                    version: row.stored.version,
                });
            }
            let request = after_write(request, written);
            Ok(Answer::Resource(request.show(session, row)?))
        }
        Prepared::Delete(_) => Ok(Answer::Deleted),
    }
}

/// The request with a projection that also shows attributes returned only on request, where the write has set them.
fn after_write(request: &Request, written: &Written) -> Request {
    let mut request = request.clone();
    let (found, after) = (written.found.as_ref(), &written.document);
    request.projection = request
        .projection
        .after_write(&request.resource_type, found, after);
    request
}
