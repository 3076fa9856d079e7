//! The parts of a request that do not depend on a resource type: the tenant, the caller, the rules, the id.

use std::sync::Arc;

use scim::patch::Meter;
use scim::profile::Leniency;

use super::caller::Caller;
use super::request_id::RequestId;
use super::tenancy::Tenancy;
use crate::store::{Admission, Authorship, Origin};

/// The common parts of every request. Clones share the record of the rules that the request needed.
#[derive(Debug, Clone)]
pub struct Call {
    /// The tenant, and what follows from its settings.
    pub tenancy: Arc<Tenancy>,
    /// The caller.
    pub caller: Arc<Caller>,
    /// What admitted the caller.
    pub admission: Arc<Admission>,
    /// The rules in force, and those that the request needed so far.
    pub leniency: Leniency,
    /// The id of the request in the log.
    pub request_id: RequestId,
    /// The work of its operations, where several are counted together.
    pub(super) work: Option<Meter>,
}

impl Call {
    /// A call under the tenant's rules. It has needed none of them yet.
    pub fn new(
        tenancy: Tenancy,
        caller: Caller,
        admission: Admission,
        request_id: RequestId,
    ) -> Self {
        Self {
            leniency: Leniency::new(tenancy.settings.rules()),
            tenancy: Arc::new(tenancy),
            caller: Arc::new(caller),
            admission: Arc::new(admission),
            request_id,
            work: None,
        }
    }

    /// The same call with its own record of needed rules, for one of several operations in a request.
    #[must_use]
    pub fn part(&self) -> Self {
        Self {
            leniency: self.leniency.fresh(),
            ..self.clone()
        }
    }

    /// The origin that its rows of changes name.
    pub(super) fn origin(&self) -> Origin {
        Origin {
            key_id: self.caller.key_id.clone(),
            request_id: self.request_id.to_string(),
        }
    }

    /// The state under which it writes, and the origin.
    pub(super) fn authorship(&self) -> Authorship {
        Authorship {
            revision: self.tenancy.revision,
            origin: self.origin(),
        }
    }

    /// Goes on under the tenant's new state.
    pub(super) fn renew(&mut self, tenancy: &Arc<Tenancy>) {
        self.leniency = self.leniency.renewed(tenancy.settings.rules());
        self.tenancy = Arc::clone(tenancy);
    }
}
