//! Access to the database: a limited pool, and limited waiting for it. Async callers use it, and commands, which block.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use super::dialect::Dialect;
use super::error::{Result, StoreError};
use super::pool::Pool;
use super::session::Session;
use super::tenant_id::TenantId;
use super::tenants::Tenants;
use super::turns::Turns;
use super::wakers::Wakers;
use super::who::Who;

/// How long a request waits for the database. Its other limits are shorter; this one is for a network that drops every
/// packet.
const DEADLINE: Duration = Duration::from_secs(40);
/// How often a write runs again after a lost race.
const RETRIES_MAX: u32 = 3;

/// The database.
#[derive(Clone)]
pub struct Store {
    pool: Pool,
    turns: Turns,
    wakers: Wakers,
}

impl Store {
    /// Opens a pool of at most `size` connections. One is made at once, so that a wrong URL is reported at once.
    ///
    /// Errors: a sentence without the URL's secrets.
    pub fn open(url: &str, size: u32) -> std::result::Result<Self, String> {
        let pool = Pool::open(url, size)?;
        Ok(Self {
            turns: Turns::of(&pool),
            pool,
            wakers: Wakers::default(),
        })
    }

    /// Connections in use and idle.
    pub fn connections(&self) -> (u32, u32) {
        self.pool.state()
    }

    /// Gives back memory that was needed for work, if there is none now.
    pub(crate) async fn rest(&self) -> Result<()> {
        // A server at rest wakes no thread.
        if !self.pool.may_rest() {
            return Ok(());
        }
        let pool = self.pool.clone();
        blocking(move || {
            pool.rest();
            Ok(())
        })
        .await
    }

    /// Rings when this process has committed a change of the tenant.
    pub(crate) fn waker(&self, tenant: TenantId) -> Arc<Notify> {
        self.wakers.of(tenant)
    }

    /// Runs `work` in a transaction that only reads. Every statement sees the same state.
    pub async fn read<T: Send + 'static>(
        &self,
        who: impl Into<Who>,
        work: impl Fn(&mut Session<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let who = who.into();
        let turns = self.turns.of_tenant(who.tenant(), false).await?;
        let pool = self.pool.clone();
        blocking(move || {
            let _turns = turns;
            pool.with_transaction(false, |connection| work(&mut who.session(connection)))
        })
        .await
    }

    /// Runs `glance`, without a transaction around it. If it does not find everything, runs `work` as [`Store::read`] does.
    ///
    /// `glance` runs again on another connection when its own turns out to be lost. So what it writes comes last, and a failure
    /// of that is not its failure.
    pub async fn glance<T: Send + 'static>(
        &self,
        who: impl Into<Who>,
        glance: impl Fn(&mut Session<'_>) -> Result<Option<T>> + Send + 'static,
        work: impl Fn(&mut Session<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let who = who.into();
        let turns = self.turns.of_tenant(who.tenant(), false).await?;
        let pool = self.pool.clone();
        blocking(move || {
            let _turns = turns;
            let found = pool.with_connection(|connection| glance(&mut who.session(connection)))?;
            match found {
                Some(found) => Ok(found),
                None => {
                    pool.with_transaction(false, |connection| work(&mut who.session(connection)))
                }
            }
        })
        .await
    }

    /// Runs `work` in a transaction that may write, as a whole or not at all. A lost race runs it again.
    pub async fn write<T: Send + 'static>(
        &self,
        who: impl Into<Who>,
        work: impl Fn(&mut Session<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.writing(who.into(), move |pool, who, records| {
            in_transaction(pool, who, &work, records)
        })
        .await
    }

    /// As [`Store::write`]. Where a statement can write everything (on PostgreSQL), `swift` is tried before, without a
    /// transaction: at most one of its statements writes. It may find that the change needs a transaction, or lose a race.
    pub async fn write_swiftly<T: Send + 'static>(
        &self,
        who: impl Into<Who>,
        swift: impl Fn(&mut Session<'_>) -> Result<Option<T>> + Send + 'static,
        work: impl Fn(&mut Session<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.writing(who.into(), move |pool, who, records| {
            swiftly(pool, who, &swift, records)
                .unwrap_or_else(|| in_transaction(pool, who, &work, records))
        })
        .await
    }

    /// Runs `work` with a writer's turn, and wakes those who wait for changes if it has recorded some.
    async fn writing<T: Send + 'static>(
        &self,
        who: Who,
        work: impl FnOnce(&Pool, &Who, &Cell<bool>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let turns = self.turns.of_tenant(who.tenant(), true).await?;
        let (pool, wakers) = (self.pool.clone(), self.wakers.clone());
        blocking(move || {
            let _turns = turns;
            let records = Cell::new(false);
            let outcome = work(&pool, &who, &records);
            // A change may be committed although its answer could not be read.
            if records.get() {
                wakers.wake(who.tenant());
            }
            outcome
        })
        .await
    }

    /// Writes data whose loss does no harm, in a transaction whose commit does not wait for the disk. It is tried once,
    /// and waits only a moment for a turn, a connection or a lock. `None` when it was not written.
    pub async fn note<T: Send + 'static>(
        &self,
        tenant: TenantId,
        work: impl Fn(&mut Session<'_>) -> Result<T> + Send + 'static,
    ) -> Result<Option<T>> {
        let Some(turns) = self.turns.for_a_note(tenant).await else {
            return Ok(None);
        };
        let pool = self.pool.clone();
        blocking(move || {
            let _turns = turns;
            pool.with_relaxed_transaction(|connection| work(&mut Session::new(connection, tenant)))
        })
        .await
    }

    /// Runs one reading statement over all tenants, without a transaction around it.
    pub async fn look_up<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Tenants<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let turns = self.turns.anywhere(false).await?;
        let pool = self.pool.clone();
        blocking(move || {
            let _turns = turns;
            pool.with_connection(|connection| work(&mut Tenants::new(connection)))
        })
        .await
    }

    /// Runs `work` in a transaction over all tenants that may write.
    pub async fn over_tenants<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Tenants<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let turns = self.turns.anywhere(true).await?;
        let pool = self.pool.clone();
        blocking(move || {
            let _turns = turns;
            pool.with_write(|connection| work(&mut Tenants::new(connection)))
        })
        .await
    }

    /// The same for a command, which blocks and takes no turn.
    pub fn over_tenants_blocking<T>(
        &self,
        work: impl FnOnce(&mut Tenants<'_>) -> Result<T>,
    ) -> Result<T> {
        self.pool
            .with_transaction(true, |connection| work(&mut Tenants::new(connection)))
    }

    /// As [`Store::over_tenants_blocking`], in a transaction that only reads.
    pub fn read_tenants_blocking<T>(
        &self,
        work: impl FnOnce(&mut Tenants<'_>) -> Result<T>,
    ) -> Result<T> {
        self.pool
            .with_transaction(false, |connection| work(&mut Tenants::new(connection)))
    }

    /// Runs statements on a command's connection, without a transaction around them.
    pub fn upkeep<T>(&self, work: impl Fn(&mut Tenants<'_>) -> Result<T>) -> Result<T> {
        self.pool
            .with_connection(|connection| work(&mut Tenants::new(connection)))
    }
}

/// Tries to write without a transaction. `None` when the change needs one.
fn swiftly<T>(
    pool: &Pool,
    who: &Who,
    swift: &impl Fn(&mut Session<'_>) -> Result<Option<T>>,
    records: &Cell<bool>,
) -> Option<Result<T>> {
    if pool.dialect() == Dialect::Sqlite {
        return None;
    }
    let outcome = pool.with_connection(|connection| {
        let mut session = who.session(connection);
        let done = swift(&mut session);
        records.set(session.recorded > 0);
        match done {
            // The statement that writes may have come through, unless the database takes no writes.
            Err(StoreError::Disconnected(cause))
                if records.get() && !cause.contains("read-only transaction") =>
            {
                Err(StoreError::Unknown(cause))
            }
            done => done,
        }
    });
    match outcome {
        Ok(None) | Err(StoreError::Retry(_)) => None,
        Ok(Some(done)) => Some(Ok(done)),
        Err(error) => Some(Err(error)),
    }
}

fn in_transaction<T>(
    pool: &Pool,
    who: &Who,
    work: &impl Fn(&mut Session<'_>) -> Result<T>,
    records: &Cell<bool>,
) -> Result<T> {
    let mut attempt = 0;
    loop {
        attempt += 1;
        let outcome = pool.with_write(|connection| {
            let mut session = who.session(connection);
            let done = work(&mut session);
            records.set(session.recorded > 0);
            done
        });
        match outcome {
            Err(StoreError::Retry(_)) if attempt <= RETRIES_MAX => {
                log::debug!(attempt = attempt; "a transaction lost a race and runs again");
                pause(attempt);
            }
            outcome => return outcome,
        }
    }
}

/// Waits longer each time, by a partly random time, so that the requests do not collide again.
fn pause(attempt: u32) {
    let mut noise = [0u8; 1];
    let jitter = getrandom::fill(&mut noise).map_or(0, |()| u64::from(noise[0]) / 16);
    std::thread::sleep(Duration::from_millis(u64::from(attempt) * 5 + jitter));
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let done = tokio::time::timeout(DEADLINE, tokio::task::spawn_blocking(work)).await;
    let Ok(done) = done else {
        return Err(StoreError::Unknown("no answer in time".to_owned()));
    };
    match done {
        Ok(outcome) => outcome,
        Err(panicked) => {
            log::error!("a database job did not end: {panicked}");
            Err(StoreError::Fault("a database job did not end"))
        }
    }
}
