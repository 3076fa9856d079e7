//! Whom work in the store is for.

use std::sync::Arc;

use super::admission::Admission;
use super::connection::DbConnection;
use super::session::Session;
use super::tenant_id::TenantId;

/// Whom work in the store is for: a request, or this program itself on behalf of a tenant.
#[derive(Debug, Clone)]
pub enum Who {
    /// A request.
    Request(Arc<Admission>),
    /// This program.
    House(TenantId),
}

impl Who {
    pub(super) fn tenant(&self) -> TenantId {
        match self {
            Self::Request(admission) => admission.tenant,
            Self::House(tenant) => *tenant,
        }
    }

    pub(super) fn session<'c>(&'c self, connection: &'c mut DbConnection) -> Session<'c> {
        match self {
            Self::Request(admission) => Session::admitted(connection, admission),
            Self::House(tenant) => Session::new(connection, *tenant),
        }
    }
}

impl From<TenantId> for Who {
    fn from(tenant: TenantId) -> Self {
        Self::House(tenant)
    }
}

impl From<&Arc<Admission>> for Who {
    fn from(admission: &Arc<Admission>) -> Self {
        Self::Request(Arc::clone(admission))
    }
}
