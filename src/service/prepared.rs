//! A change that is ready to be written: passwords are hashed, id and time are given. A request runs one in a transaction of
//! its own, Bulk runs many in one.

use super::create::Creation;
use super::delete::Deletion;
use super::modify::Modification;
use super::{Request, Service, Shown};
use crate::store::{Result, Row, Session};

/// One change of one resource.
pub(super) enum Prepared {
    /// POST.
    Create(Creation),
    /// PUT and PATCH.
    Modify(Modification),
    /// DELETE.
    Delete(Deletion),
}

impl Prepared {
    /// Writes the change; the resource as it is afterwards, or was before it was deleted.
    pub(super) fn run(&self, session: &mut Session<'_>) -> Result<Row> {
        match self {
            Self::Create(creation) => creation.run(session),
            Self::Modify(modification) => modification.run(session).map(|(row, _)| row),
            Self::Delete(deletion) => deletion.run(session),
        }
    }

    /// Writes the change in a transaction of its own.
    pub(super) async fn run_alone(self, service: &Service) -> Result<()> {
        let tenant = self.request().tenancy.tenant;
        let work = move |session: &mut Session<'_>| self.run(session).map(drop);
        service.store.write(tenant, work).await
    }

    /// Writes the change in a transaction of its own, and shows the resource as that left it.
    pub(super) async fn run_and_show(self, service: &Service) -> Result<Shown> {
        let tenant = self.request().tenancy.tenant;
        let work = move |session: &mut Session<'_>| {
            let (row, found) = match &self {
                Self::Modify(modification) => modification.run(session)?,
                Self::Create(_) | Self::Delete(_) => (self.run(session)?, None),
            };
            let mut request = self.request().clone();
            request.projection = request.projection.after_write(
                &request.resource_type,
                found.as_ref(),
                &row.stored.document,
            );
            request.show(session, &row)
        };
        service.store.write(tenant, work).await
    }

    /// The id of the resource that must be there already, and whether it is to go.
    pub(super) fn target(&self) -> Option<(&str, bool)> {
        match self {
            Self::Create(_) => None,
            Self::Modify(modification) => Some((&modification.id, false)),
            Self::Delete(deletion) => Some((&deletion.id, true)),
        }
    }

    fn request(&self) -> &Request {
        match self {
            Self::Create(creation) => &creation.request,
            Self::Modify(modification) => &modification.request,
            Self::Delete(deletion) => &deletion.request,
        }
    }
}
