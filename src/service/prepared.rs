//! A change that is ready to be written: passwords are hashed, id and time are given. A request runs one in a transaction of
//! its own, Bulk runs many in one.

use std::sync::Arc;

use super::create::Creation;
use super::delete::Deletion;
use super::modify::Modification;
use super::{Request, Service, Shown, Tenancy};
use scim::ScimError;
use crate::store::{Result, Row, Session, StoreError};

/// How many changes of the tenant a write outlives.
pub(super) const RENEWALS_MAX: u32 = 100;

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
        self.with_renewal(service, |prepared, session| prepared.run(session).map(drop))
            .await
    }

    /// Writes the change in a transaction of its own, and shows the resource as that left it.
    pub(super) async fn run_and_show(self, service: &Service) -> Result<Shown> {
        self.with_renewal(service, Self::show).await
    }

    fn show(&self, session: &mut Session<'_>) -> Result<Shown> {
        let (row, found) = match self {
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
    }

    /// Runs `work` in a transaction of its own; when the tenant's settings or definitions have changed since the request
    /// read them, reads them again and starts over.
    async fn with_renewal<T: Send + 'static>(
        self,
        service: &Service,
        work: impl Fn(&Self, &mut Session<'_>) -> Result<T> + Copy + Send + 'static,
    ) -> Result<T> {
        let mut prepared = Arc::new(self);
        for _ in 0..RENEWALS_MAX {
            let tenant = prepared.request().tenancy.tenant;
            let own = Arc::clone(&prepared);
            let outcome = service
                .store
                .write(tenant, move |session| work(&own, session))
                .await;
            if !matches!(outcome, Err(StoreError::Outdated)) {
                return outcome;
            }
            let tenancy = service.renewed(&prepared.request().tenancy).await?;
            let mut again = Arc::into_inner(prepared).ok_or(StoreError::Outdated)?;
            again.renew(&Arc::new(tenancy))?;
            prepared = Arc::new(again);
        }
        Err(StoreError::Outdated)
    }

    /// Goes on under what the tenant is now.
    ///
    /// Errors: see [`Request::renew`].
    pub(super) fn renew(&mut self, tenancy: &Arc<Tenancy>) -> std::result::Result<(), ScimError> {
        let request = match self {
            Self::Create(creation) => &mut creation.request,
            Self::Modify(modification) => &mut modification.request,
            Self::Delete(deletion) => &mut deletion.request,
        };
        request.renew(Arc::clone(tenancy))
    }

    /// The id of the resource that must be there already, and whether it is to go.
    pub(super) fn target(&self) -> Option<(&str, bool)> {
        match self {
            Self::Create(creation) => creation.comes_back.then_some((&creation.id, false)),
            Self::Modify(modification) => Some((&modification.id, false)),
            Self::Delete(deletion) => Some((&deletion.id, true)),
        }
    }

    pub(super) fn request(&self) -> &Request {
        match self {
            Self::Create(creation) => &creation.request,
            Self::Modify(modification) => &modification.request,
            Self::Delete(deletion) => &deletion.request,
        }
    }
}
