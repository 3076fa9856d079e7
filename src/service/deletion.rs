//! DELETE (RFC 7644 §3.6): deletes the resource and its edges. The groups that contained it get a new version.

use scim::etag::Preconditions;

use super::request::Request;
use super::service::Service;
use crate::store::{Effect, Result, Row, Session};

/// A resource about to be deleted.
pub(super) struct Deletion {
    pub(super) request: Request,
    pub(super) id: String,
    conditions: Preconditions,
    now_ms: i64,
}

impl Deletion {
    pub(super) fn prepare(
        service: &Service,
        request: Request,
        id: String,
        conditions: Preconditions,
    ) -> Result<Self> {
        request.check_writable("DELETE")?;
        Ok(Self {
            request,
            id,
            conditions,
            now_ms: service.clock.now_ms(),
        })
    }

    /// Deletes the resource. Returns it as it was.
    pub(super) fn run(&self, session: &mut Session<'_>) -> Result<Row> {
        let request = &self.request;
        let author = request.call.authorship();
        let row = session.find_for_delete(&request.resource_type, &self.id)?;
        let row = row.ok_or_else(|| request.not_found(&self.id))?;
        self.conditions.check_write(row.stored.version)?;
        session.unlink(&row, &author.origin, self.now_ms)?;
        let change = session.delete(&row, self.now_ms)?;
        session.record(&author, vec![(change, Effect::default())])?;
        Ok(row)
    }
}
