//! What each tenant may have of something that all share.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::per_tenant::PerTenant;
use super::tenant_id::TenantId;

/// Each tenant's share of something that all share. Who waits for it waits in the tenant's own queue.
#[derive(Clone)]
pub struct Shares {
    size: usize,
    tenants: PerTenant<Arc<Semaphore>>,
}

impl Shares {
    /// Shares of this size, at least one.
    pub fn of(size: usize) -> Self {
        Self {
            size: size.max(1),
            tenants: PerTenant::default(),
        }
    }

    /// The share of a tenant.
    pub fn share(&self, tenant: TenantId) -> Arc<Semaphore> {
        let new = || Arc::new(Semaphore::new(self.size));
        self.tenants.of(tenant, new)
    }
}
