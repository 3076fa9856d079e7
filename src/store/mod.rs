//! Everything that knows SQL. A [`Session`] is a transaction of one tenant; there is no way to ask without a tenant.

mod changes;
mod connection;
mod credentials;
mod definitions;
mod error;
mod group_names;
mod indexed_values;
mod memberships;
mod migrate;
mod pool;
pub mod query;
mod references;
mod resources;
mod rows;
mod schema;
mod statement;
mod subjects;
mod tenants;
mod turns;
mod walks;

use std::time::Duration;

pub(crate) use changes::Change;
pub use changes::Operation;
pub use connection::{DbConnection, Dialect};
pub use credentials::{Authenticated, Credential, NewCredential};
pub use error::{Result, StoreError};
pub use memberships::{Neighbour, TypeCount};
pub use migrate::{is_current, migrate, pending};
pub use pool::{Pool, check_url, redacted};
pub use references::Named;
pub use resources::{Columns, Row};
pub(crate) use resources::{NewResource, Update};
pub use statement::Sql;
pub use tenants::{CursorSecret, Tenant};
pub use walks::{Walk, Walker};

use scim::ScimError;
use turns::Turns;

/// A tenant's internal number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TenantId(pub i32);

/// How long a request waits for the database. Its own limits are shorter; this is for a network that swallows everything.
const DEADLINE: Duration = Duration::from_secs(40);
/// Times a write that lost a race is run again.
const RETRIES_MAX: u32 = 3;

/// The database: a bounded pool, and bounded waiting for it.
#[derive(Clone)]
pub struct Store {
    pool: Pool,
    turns: Turns,
}

/// A transaction of one tenant.
pub struct Session<'c> {
    connection: &'c mut DbConnection,
    tenant: TenantId,
}

impl Session<'_> {
    fn dialect(&self) -> Dialect {
        self.connection.dialect()
    }

    /// Runs `work` under a savepoint: what it wrote is undone when it fails, and the transaction can go on.
    ///
    /// Errors: the transaction cannot go on. The outcome of `work` is inside.
    pub(crate) fn attempt<T, E>(
        &mut self,
        work: impl FnOnce(&mut Self) -> std::result::Result<T, E>,
    ) -> Result<std::result::Result<T, E>> {
        self.connection.begin_savepoint()?;
        let outcome = work(self);
        match &outcome {
            Ok(_) => self.connection.commit()?,
            Err(_) => self.connection.rollback()?,
        }
        Ok(outcome)
    }
}

impl Store {
    /// A store over a pool.
    pub fn new(pool: Pool) -> Self {
        Self {
            turns: Turns::of(&pool),
            pool,
        }
    }

    /// The pool: for metrics and maintenance.
    pub fn pool(&self) -> &Pool {
        &self.pool
    }

    /// Runs `work` in a transaction that only reads; every statement sees the same state.
    pub async fn read<T: Send + 'static>(
        &self,
        tenant: TenantId,
        work: impl Fn(&mut Session<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let turns = self.turns.of_tenant(tenant, false).await?;
        let pool = self.pool.clone();
        blocking(move || {
            let _turns = turns;
            pool.with_transaction(false, |connection| {
                work(&mut Session { connection, tenant })
            })
        })
        .await
    }

    /// Runs `work` in a transaction that may write: all of it happens, or nothing. A lost race runs it again.
    pub async fn write<T: Send + 'static>(
        &self,
        tenant: TenantId,
        work: impl Fn(&mut Session<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let turns = self.turns.of_tenant(tenant, true).await?;
        let pool = self.pool.clone();
        blocking(move || {
            let _turns = turns;
            let mut attempt = 0;
            loop {
                attempt += 1;
                let outcome = pool
                    .with_transaction(true, |connection| work(&mut Session { connection, tenant }));
                match outcome {
                    Err(StoreError::Retry(_)) if attempt <= RETRIES_MAX => pause(attempt),
                    outcome => return outcome,
                }
            }
        })
        .await
    }

    /// Writes what can be lost without harm, in a transaction whose commit waits for no disk. Tried once, and no turn,
    /// connection or lock is waited for longer than a moment: `None` when it was not written.
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
            pool.with_relaxed_transaction(|connection| work(&mut Session { connection, tenant }))
        })
        .await
    }

    /// Runs one statement that reads, outside any tenant and without a transaction around it.
    pub async fn look_up<T: Send + 'static>(
        &self,
        work: impl Fn(&mut DbConnection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let turns = self.turns.anywhere(false).await?;
        let pool = self.pool.clone();
        blocking(move || {
            let _turns = turns;
            pool.with_connection(work)
        })
        .await
    }

    /// Runs `work` outside any tenant: maintenance.
    pub async fn anywhere<T: Send + 'static>(
        &self,
        write: bool,
        work: impl Fn(&mut DbConnection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let turns = self.turns.anywhere(write).await?;
        let pool = self.pool.clone();
        blocking(move || {
            let _turns = turns;
            pool.with_transaction(write, work)
        })
        .await
    }
}

/// Waits a little longer each time, and not the same for everybody.
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
            Err(ScimError::Internal {
                reference: "see the log".into(),
            }
            .into())
        }
    }
}
