//! A request as far as it is not about a resource type: the tenant, the caller, the rules, the id.

use std::sync::Arc;

use scim::profile::Leniency;

use super::caller::Caller;
use super::request_id::RequestId;
use super::tenancy::Tenancy;
use crate::store::Origin;

/// What every request brings along. Clones share what the request needed of its rules.
#[derive(Debug, Clone)]
pub struct Call {
    /// The tenant and what follows from its settings.
    pub tenancy: Arc<Tenancy>,
    /// The caller.
    pub caller: Arc<Caller>,
    /// The rules in force, and which of them the request needed so far.
    pub leniency: Leniency,
    /// What the log knows the request by.
    pub request_id: RequestId,
}

impl Call {
    /// A call under the tenant's rules, none of them needed yet.
    pub fn new(tenancy: Tenancy, caller: Caller, request_id: RequestId) -> Self {
        Self {
            leniency: Leniency::new(tenancy.settings.rules()),
            tenancy: Arc::new(tenancy),
            caller: Arc::new(caller),
            request_id,
        }
    }

    /// The same call with a memory of its own for what it needs: one of several operations in a request.
    #[must_use]
    pub fn part(&self) -> Self {
        Self {
            leniency: self.leniency.fresh(),
            ..self.clone()
        }
    }

    /// What rows of changes say of it.
    pub(super) fn origin(&self) -> Origin {
        Origin {
            key_id: self.caller.key_id.clone(),
            request_id: self.request_id.to_string(),
        }
    }

    /// Goes on under what the tenant is now.
    pub(super) fn renew(&mut self, tenancy: &Arc<Tenancy>) {
        self.leniency = self.leniency.renewed(tenancy.settings.rules());
        self.tenancy = Arc::clone(tenancy);
    }
}
