//! A change that is ready to be written: passwords are hashed, id and time are set. A request runs one change in its
//! own transaction. Bulk runs many changes in one.

use std::sync::Arc;

use scim::ScimError;
use scim::bulk::Success;

use super::creation::Creation;
use super::deletion::Deletion;
use super::foreseen::Foreseen;
use super::modification::Modification;
use super::request::Request;
use super::tenancy::Tenancy;
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
    /// Writes the change. Returns the resource as it is afterwards, or as it was before it was deleted.
    pub(super) fn run(&self, session: &mut Session<'_>) -> Result<Row> {
        match self {
            Self::Create(creation) => creation.run(session).map(|written| written.row),
            Self::Modify(modification) => modification.run(session).map(|written| written.row),
            Self::Delete(deletion) => deletion.run(session),
        }
    }

    /// The success of the change in Bulk, with the resource that [`Prepared::run`] returned.
    pub(super) fn success(&self, row: &Row) -> Success {
        let is_gone = matches!(self, Self::Delete(_));
        Success {
            status: self.status(),
            version: (!is_gone).then_some(row.stored.version),
        }
    }

    /// The status that its own request would have.
    fn status(&self) -> u16 {
        match self {
            Self::Create(_) => 201,
            Self::Modify(modification) if modification.answers_no_content => 204,
            Self::Modify(_) => 200,
            Self::Delete(_) => 204,
        }
    }

    /// Goes on under the tenant's new state.
    ///
    /// Errors: see [`Request::renew`].
    pub(super) fn renew(&mut self, tenancy: &Arc<Tenancy>) -> std::result::Result<(), ScimError> {
        let request = match self {
            Self::Create(creation) => &mut creation.request,
            Self::Modify(modification) => {
                modification.foresight.forget();
                &mut modification.request
            }
            Self::Delete(deletion) => &mut deletion.request,
        };
        request.renew(tenancy)
    }

    /// Works out what it comes to. `None` when that is not possible ahead of the write.
    pub(super) fn foresee(&self, session: &mut Session<'_>) -> Result<Option<Foreseen>> {
        match self {
            Self::Modify(modification) => modification.foresee(session),
            Self::Create(_) | Self::Delete(_) => Ok(None),
        }
    }

    /// Keeps what was worked out.
    pub(super) fn add_foreseen(&mut self, foreseen: Option<Foreseen>) {
        if let Self::Modify(modification) = self {
            modification.foresight.add(foreseen);
        }
    }

    /// Whether the answer has no body.
    pub(super) fn answers_no_content(&self) -> bool {
        match self {
            Self::Create(_) => false,
            Self::Modify(modification) => modification.answers_no_content,
            Self::Delete(_) => true,
        }
    }

    /// The id of the resource that must already exist, and whether it is to be deleted.
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
