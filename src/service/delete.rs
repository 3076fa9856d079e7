//! DELETE (RFC 7644 §3.6): the resource is gone, its edges with it, and the groups it was in know.

use super::prepared::Prepared;
use super::write::found;
use super::{Request, Service};
use scim::etag::Preconditions;
use crate::store::{Change, Operation, Result, Row, Session};

/// A resource about to be deleted.
pub(super) struct Deletion {
    pub(super) request: Request,
    pub(super) id: String,
    conditions: Preconditions,
    now_ms: i64,
}

/// Deletes a resource.
pub async fn delete(
    service: &Service,
    request: Request,
    id: String,
    conditions: Preconditions,
) -> Result<()> {
    let deletion = Deletion::prepare(service, request, id, conditions)?;
    Prepared::Delete(deletion).run_alone(service).await
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

    /// Deletes the resource; it as it was.
    pub(super) fn run(&self, session: &mut Session<'_>) -> Result<Row> {
        let resource_type = &self.request.resource_type;
        let row = found(
            session.find_for_delete(resource_type, &self.id)?,
            resource_type,
            &self.id,
        )?;
        self.conditions.check_write(row.stored.version)?;
        session.unlink(row.key, self.now_ms)?;
        session.delete(row.key)?;
        session.record(
            self.request.tenancy.revision,
            &[Change {
                operation: Operation::Delete,
                resource_type: &resource_type.name,
                resource_id: &self.id,
                version: row.stored.version,
                at_ms: self.now_ms,
                attributes: Vec::new(),
            }],
        )?;
        Ok(row)
    }
}
