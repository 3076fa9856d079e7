//! A value for each tenant, made when it is first asked for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::tenant_id::TenantId;

/// A value for each tenant. Clones share the values.
#[derive(Debug, Clone)]
pub(super) struct PerTenant<T>(Arc<Mutex<HashMap<TenantId, T>>>);

impl<T> Default for PerTenant<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T: Clone> PerTenant<T> {
    /// The value of a tenant.
    pub(super) fn of(&self, tenant: TenantId, new: impl FnOnce() -> T) -> T {
        let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        values.entry(tenant).or_insert_with(new).clone()
    }
}
