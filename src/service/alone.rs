//! A change that is written in its own transaction, as every request but Bulk does it.

use super::answer::Answer;
use super::prepared::Prepared;
use super::renewal;
use super::request::Request;
use super::service::Service;
use crate::store::{Result, Row, Session};

/// Writes the change, and answers with the resource after it.
pub(super) async fn run_alone(service: &Service, prepared: Prepared) -> Result<Answer> {
    renewal::write(service, prepared, answer).await
}

fn answer(prepared: &Prepared, session: &mut Session<'_>) -> Result<Answer> {
    match prepared {
        Prepared::Create(creation) => {
            let row = creation.run(session)?;
            let request = after_write(&creation.request, None, &row);
            Ok(Answer::Created(request.show(session, &row)?))
        }
        Prepared::Modify(modification) => {
            let (row, found) = modification.run(session)?;
            let request = &modification.request;
            if modification.answers_no_content {
                return Ok(Answer::Changed {
                    location: request.location(&row.stored.id),
                    version: row.stored.version,
                });
            }
            let request = after_write(request, found.as_ref(), &row);
            Ok(Answer::Resource(request.show(session, &row)?))
        }
        Prepared::Delete(deletion) => deletion.run(session).map(|_| Answer::Deleted),
    }
}

/// The request with a projection that also shows attributes returned only on request, where the write has set them.
fn after_write(request: &Request, found: Option<&scim::Document>, row: &Row) -> Request {
    let mut request = request.clone();
    let after = &row.stored.document;
    request.projection = request
        .projection
        .after_write(&request.resource_type, found, after);
    request
}
