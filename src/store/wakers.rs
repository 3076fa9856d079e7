//! Wakes those who wait for changes of a tenant.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use super::tenant_id::TenantId;

/// Wakes those who wait for changes of a tenant, when this process has committed one. Other processes' changes do not.
#[derive(Clone, Default)]
pub(super) struct Wakers(Arc<Mutex<HashMap<TenantId, Arc<Notify>>>>);

impl Wakers {
    /// The bell of a tenant.
    pub(super) fn of(&self, tenant: TenantId) -> Arc<Notify> {
        let mut bells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(bells.entry(tenant).or_default())
    }

    /// Rings it. Tenants that nobody has ever waited for have none.
    pub(super) fn wake(&self, tenant: TenantId) {
        let bells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bell) = bells.get(&tenant) {
            bell.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use futures_util::FutureExt as _;

    use super::*;

    #[test]
    fn a_change_wakes_its_own_tenant_only() {
        let wakers = Wakers::default();
        let (own, other) = (wakers.of(TenantId(1)), wakers.of(TenantId(2)));
        let (mut own, mut other) = (pin!(own.notified()), pin!(other.notified()));
        own.as_mut().enable();
        other.as_mut().enable();
        wakers.wake(TenantId(1));
        wakers.wake(TenantId(3));
        assert!(own.now_or_never().is_some());
        assert!(other.now_or_never().is_none());
    }
}
