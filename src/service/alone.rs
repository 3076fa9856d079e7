//! A change that is written in its own transaction, as every request but Bulk does it.

use super::answer::Answer;
use super::prepared::Prepared;
use super::renewal;
use super::request::Request;
use super::service::Service;
use super::written::Written;
use crate::store::{Result, Session};

/// Writes the change, and answers with the resource after it.
pub(super) async fn run_alone(service: &Service, prepared: Prepared) -> Result<Answer> {
    renewal::write(service, prepared, answer).await
}

fn answer(prepared: &Prepared, session: &mut Session<'_>) -> Result<Answer> {
    match prepared {
        Prepared::Create(creation) => {
            let written = creation.run(session)?;
            let request = after_write(&creation.request, &written);
            Ok(Answer::Created(request.show(session, &written.row)?))
        }
        Prepared::Modify(modification) => {
            let written = modification.run(session)?;
            let row = &written.row;
            let request = &modification.request;
            if modification.answers_no_content {
                return Ok(Answer::Changed {
                    location: request.location(&row.stored.id),
                    version: row.stored.version,
                });
            }
            let request = after_write(request, &written);
            Ok(Answer::Resource(request.show(session, row)?))
        }
        Prepared::Delete(deletion) => deletion.run(session).map(|_| Answer::Deleted),
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
