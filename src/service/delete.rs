//! DELETE (RFC 7644 §3.6): the resource is gone, its edges with it, and the groups it was in know.

use super::write::found;
use super::{Request, Service};
use crate::scim::etag::Preconditions;
use crate::store::{Change, Operation, Result, Session};

/// Deletes a resource.
pub async fn delete(
    service: &Service,
    request: Request,
    id: String,
    conditions: Preconditions,
) -> Result<()> {
    let now_ms = service.clock.now_ms();
    let tenant = request.tenancy.tenant;
    request.check_writable("DELETE")?;
    let work = move |session: &mut Session<'_>| {
        let resource_type = &request.resource_type;
        let row = found(
            session.find_for_delete(resource_type, &id)?,
            resource_type,
            &id,
        )?;
        conditions.check_write(row.stored.version)?;
        session.unlink(row.key, now_ms)?;
        session.delete(row.key)?;
        session.record(&Change {
            operation: Operation::Delete,
            resource_type: &resource_type.name,
            resource_id: &id,
            version: row.stored.version,
            at_ms: now_ms,
            revision: request.tenancy.revision,
            attributes: Vec::new(),
        })
    };
    service.store.write(tenant, work).await
}
