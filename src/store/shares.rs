//! What each tenant may have of something that all share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;

use super::tenant_id::TenantId;

/// Each tenant's share of something that all share. Who waits for it waits in the tenant's own queue.
#[derive(Clone)]
pub struct Shares {
    size: usize,
    tenants: Arc<Mutex<HashMap<TenantId, Arc<Semaphore>>>>,
}

impl Shares {
    /// Shares of this size, at least one.
    pub fn of(size: usize) -> Self {
        Self {
            size: size.max(1),
            tenants: Arc::default(),
        }
    }

    /// The share of a tenant.
    pub fn share(&self, tenant: TenantId) -> Arc<Semaphore> {
        let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        let own = tenants.entry(tenant);
        Arc::clone(own.or_insert_with(|| Arc::new(Semaphore::new(self.size))))
    }
}
