//! Queues in front of the database. Requests wait in them without a thread, and only for a short time.
//!
//! Work that hangs keeps its turns until it really ends. So a share of the turns is closed to writes: they hang while a standby
//! is away that they have to wait for, and reads go on.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::dialect::Dialect;
use super::error::{Result, StoreError};
use super::per_tenant::PerTenant;
use super::tenant_id::TenantId;

/// How long a request waits for all its turns together, unless it waits less for everything.
const TURN_TIMEOUT: Duration = Duration::from_secs(2);

/// How long a note waits for its turns.
const NOTE_TIMEOUT: Duration = Duration::from_millis(100);

/// What work does with the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It reads a little.
    Read,
    /// It may read much.
    DearRead,
    /// It writes.
    Write,
}

/// Most notes at once.
const NOTES: usize = 1;

/// The queues of a store.
#[derive(Clone)]
pub(super) struct Turns {
    /// As many jobs as connections, so that blocking threads never outnumber connections.
    all: Arc<Semaphore>,
    /// SQLite has one writer. This queue is fair; SQLite's own busy handler is not. On PostgreSQL writes leave a share to reads.
    writers: Arc<Semaphore>,
    /// What may read much leaves most turns to what reads little.
    dear: Arc<Semaphore>,
    /// What may be lost never takes more than this.
    notes: Arc<Semaphore>,
    tenants: PerTenant<Tenant>,
    shares: Shares,
}

/// The queues of a tenant.
#[derive(Clone)]
struct Tenant {
    /// A tenant never takes all connections, so that its slow queries leave some for other tenants.
    all: Arc<Semaphore>,
    /// Its writes never take all of its turns.
    writers: Arc<Semaphore>,
    /// What may read much waits for the like of the tenant, and does not keep other tenants' waiting.
    dear: Arc<Semaphore>,
}

/// Most turns at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shares {
    all: usize,
    writers: usize,
    tenant: usize,
    tenant_writers: usize,
    dear: usize,
}

impl Shares {
    fn of(size: usize, dialect: Dialect) -> Self {
        let tenant = (size - size / 4).max(1);
        let writers = match dialect {
            Dialect::Sqlite => 1,
            Dialect::Postgres => but_a_quarter(size),
        };
        Self {
            all: size,
            writers,
            tenant,
            tenant_writers: but_a_quarter(tenant).min(writers),
            dear: (size / 4).max(1),
        }
    }
}

/// All but a quarter, and but one at least. A pool of one connection cannot keep any back.
fn but_a_quarter(turns: usize) -> usize {
    turns.saturating_sub((turns / 4).max(1)).max(1)
}

/// Turns that were taken. They end when this is dropped.
pub(super) type Taken = Vec<OwnedSemaphorePermit>;

impl Turns {
    /// Queues in front of so many connections.
    pub(super) fn of(size: usize, dialect: Dialect) -> Self {
        let shares = Shares::of(size, dialect);
        Self {
            all: Arc::new(Semaphore::new(shares.all)),
            writers: Arc::new(Semaphore::new(shares.writers)),
            dear: Arc::new(Semaphore::new(shares.dear)),
            notes: Arc::new(Semaphore::new(NOTES)),
            tenants: PerTenant::default(),
            shares,
        }
    }

    /// Turns for work outside any tenant.
    pub(super) async fn anywhere(&self, write: bool, patience: Duration) -> Result<Taken> {
        let writers = write.then_some(&self.writers);
        take(writers.into_iter().chain([&self.all]), patience).await
    }

    /// Turns for work of a tenant.
    pub(super) async fn of_tenant(
        &self,
        tenant: TenantId,
        kind: Kind,
        patience: Duration,
    ) -> Result<Taken> {
        let own = self.tenant(tenant);
        // What writes or reads much waits for the like of it while it holds no turn that others need.
        let queues = match kind {
            Kind::Read => vec![&own.all, &self.all],
            Kind::DearRead => vec![&own.dear, &self.dear, &own.all, &self.all],
            Kind::Write => vec![&own.writers, &own.all, &self.writers, &self.all],
        };
        take(queues.into_iter(), patience).await
    }

    /// Turns for a note. It waits a moment for the writer, and not at all for a turn that a request could have. It is a
    /// write, so it takes none of the turns that are kept for reads.
    pub(super) async fn for_a_note(&self) -> Option<Taken> {
        let own = [&self.notes, &self.writers].into_iter();
        let mut taken = take(own, NOTE_TIMEOUT).await.ok()?;
        taken.push(Arc::clone(&self.all).try_acquire_owned().ok()?);
        Some(taken)
    }

    /// Turns for upkeep, which waits as long as a request.
    pub(super) async fn for_upkeep(&self) -> Result<Taken> {
        let queues = [&self.notes, &self.writers, &self.all].into_iter();
        take(queues, TURN_TIMEOUT).await
    }

    fn tenant(&self, tenant: TenantId) -> Tenant {
        let new = || Tenant {
            all: Arc::new(Semaphore::new(self.shares.tenant)),
            writers: Arc::new(Semaphore::new(self.shares.tenant_writers)),
            dear: Arc::new(Semaphore::new(1)),
        };
        self.tenants.of(tenant, new)
    }
}

/// Takes a place in each queue, always in this order, so that two requests never wait for each other.
async fn take(queues: impl Iterator<Item = &Arc<Semaphore>>, patience: Duration) -> Result<Taken> {
    let all = async {
        let mut taken = Vec::new();
        for queue in queues {
            taken.push(Arc::clone(queue).acquire_owned().await.ok()?);
        }
        Some(taken)
    };
    match tokio::time::timeout(TURN_TIMEOUT.min(patience), all).await {
        Ok(Some(taken)) => Ok(taken),
        _ => Err(StoreError::Unavailable(
            "too many requests are waiting for the database",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_leave_turns_to_reads() {
        for size in 2..100 {
            let shares = Shares::of(size, Dialect::Postgres);
            assert!(shares.writers < shares.all, "{shares:?}");
            assert!(shares.tenant_writers < shares.tenant, "{shares:?}");
        }
        let expected = Shares {
            all: 10,
            writers: 8,
            tenant: 8,
            tenant_writers: 6,
            dear: 2,
        };
        assert_eq!(Shares::of(10, Dialect::Postgres), expected);
        let alone = Shares::of(1, Dialect::Postgres);
        assert_eq!((alone.writers, alone.tenant_writers), (1, 1));
    }

    #[test]
    fn sqlite_has_one_writer() {
        let shares = Shares::of(4, Dialect::Sqlite);
        assert_eq!((shares.writers, shares.tenant_writers), (1, 1));
    }
}
