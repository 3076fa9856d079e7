//! Queues in front of the database. Requests wait in them without a thread, and only for a short time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::dialect::Dialect;
use super::error::{Result, StoreError};
use super::pool::Pool;
use super::tenant_id::TenantId;

/// How long a request waits for all its turns together.
const TURN_TIMEOUT: Duration = Duration::from_secs(2);

/// How long a note waits for the writer's turn.
const NOTE_TIMEOUT: Duration = Duration::from_millis(100);

/// The queues of a store.
#[derive(Clone)]
pub(super) struct Turns {
    /// As many jobs as connections, so that blocking threads never outnumber connections.
    all: Arc<Semaphore>,
    /// SQLite has one writer. This queue is fair; SQLite's own busy handler is not.
    writers: Arc<Semaphore>,
    /// A tenant never takes all connections, so that its slow queries leave some for other tenants.
    tenants: Arc<Mutex<HashMap<TenantId, Arc<Semaphore>>>>,
    per_tenant: usize,
}

/// Turns that were taken. They end when this is dropped.
pub(super) type Taken = Vec<OwnedSemaphorePermit>;

impl Turns {
    pub(super) fn of(pool: &Pool) -> Self {
        let size = pool.size();
        let writers = match pool.dialect() {
            Dialect::Sqlite => 1,
            Dialect::Postgres => size,
        };
        Self {
            all: Arc::new(Semaphore::new(size)),
            writers: Arc::new(Semaphore::new(writers)),
            tenants: Arc::default(),
            per_tenant: (size - size / 4).max(1),
        }
    }

    /// Turns for work outside any tenant.
    pub(super) async fn anywhere(&self, write: bool) -> Result<Taken> {
        let writers = write.then_some(&self.writers);
        take(writers.into_iter().chain([&self.all])).await
    }

    /// Turns for work of a tenant.
    pub(super) async fn of_tenant(&self, tenant: TenantId, write: bool) -> Result<Taken> {
        let own = self.tenant(tenant);
        let writers = write.then_some(&self.writers);
        take([&own].into_iter().chain(writers).chain([&self.all])).await
    }

    /// Turns for a note of a tenant. A note waits a moment for the writer while it holds no turn, and does not wait for
    /// other turns.
    pub(super) async fn for_a_note(&self, tenant: TenantId) -> Option<Taken> {
        let writer = Arc::clone(&self.writers).acquire_owned();
        let writer = tokio::time::timeout(NOTE_TIMEOUT, writer)
            .await
            .ok()?
            .ok()?;
        let own = self.tenant(tenant);
        let others = [&own, &self.all].map(|queue| Arc::clone(queue).try_acquire_owned().ok());
        let mut taken: Taken = others.into_iter().collect::<Option<_>>()?;
        taken.push(writer);
        Some(taken)
    }

    fn tenant(&self, tenant: TenantId) -> Arc<Semaphore> {
        let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        let own = tenants.entry(tenant);
        Arc::clone(own.or_insert_with(|| Arc::new(Semaphore::new(self.per_tenant))))
    }
}

/// Takes a place in each queue, always in this order, so that two requests never wait for each other.
async fn take(queues: impl Iterator<Item = &Arc<Semaphore>>) -> Result<Taken> {
    let all = async {
        let mut taken = Vec::new();
        for queue in queues {
            taken.push(Arc::clone(queue).acquire_owned().await.ok()?);
        }
        Some(taken)
    };
    match tokio::time::timeout(TURN_TIMEOUT, all).await {
        Ok(Some(taken)) => Ok(taken),
        _ => Err(StoreError::Unavailable(
            "too many requests are waiting for the database",
        )),
    }
}
