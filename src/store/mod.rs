//! Everything that knows SQL. A [`Session`] is a transaction of one tenant; there is no way to ask without a tenant.

mod changes;
mod connection;
mod credentials;
mod error;
mod indexed_values;
mod memberships;
mod migrate;
mod pool;
pub mod query;
mod references;
mod resources;
mod schema;
mod statement;
mod tenants;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

pub(crate) use changes::Change;
pub use changes::Operation;
pub use connection::{DbConnection, Dialect};
pub use credentials::{Authenticated, Credential, NewCredential};
pub use error::{Result, StoreError};
pub use memberships::{Neighbour, TypeCount};
pub use migrate::{migrate, pending};
pub use pool::{Pool, redacted};
pub use resources::{Columns, Row};
pub(crate) use resources::{NewResource, Update};
pub use statement::Sql;
pub use tenants::Tenant;

use crate::scim::ScimError;

/// A tenant's internal number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TenantId(pub i32);

/// Times a write that lost a race is run again.
const RETRIES_MAX: u32 = 3;
/// How long a request waits for its turn at the database.
const TURN_TIMEOUT: Duration = Duration::from_secs(2);

/// The database: a bounded pool, and bounded waiting for it.
#[derive(Clone)]
pub struct Store {
    pool: Pool,
    /// As many jobs as connections: the threads that block never outnumber them, everybody else waits without one.
    turns: Arc<Semaphore>,
    /// SQLite has one writer; queueing here is fair, its own busy handler is not.
    write_turn: Arc<Semaphore>,
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
}

impl Store {
    /// A store over a pool.
    pub fn new(pool: Pool) -> Self {
        let writers = match pool.dialect() {
            Dialect::Sqlite => 1,
            Dialect::Postgres => pool.size(),
        };
        Self {
            turns: Arc::new(Semaphore::new(pool.size())),
            write_turn: Arc::new(Semaphore::new(writers)),
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
        let turn = turn(&self.turns).await?;
        let pool = self.pool.clone();
        blocking(move || {
            let _turn = turn;
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
        let write_turn = turn(&self.write_turn).await?;
        let turn = turn(&self.turns).await?;
        let pool = self.pool.clone();
        blocking(move || {
            let _turns = (turn, write_turn);
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

    /// Runs one statement that reads, outside any tenant and without a transaction around it.
    pub async fn look_up<T: Send + 'static>(
        &self,
        work: impl Fn(&mut DbConnection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let turn = turn(&self.turns).await?;
        let pool = self.pool.clone();
        blocking(move || {
            let _turn = turn;
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
        let write_turn = if write {
            Some(turn(&self.write_turn).await?)
        } else {
            None
        };
        let turn = turn(&self.turns).await?;
        let pool = self.pool.clone();
        blocking(move || {
            let _turns = (turn, write_turn);
            pool.with_transaction(write, work)
        })
        .await
    }
}

async fn turn(turns: &Arc<Semaphore>) -> Result<tokio::sync::OwnedSemaphorePermit> {
    let waited = tokio::time::timeout(TURN_TIMEOUT, Arc::clone(turns).acquire_owned()).await;
    match waited {
        Ok(Ok(turn)) => Ok(turn),
        _ => Err(ScimError::Unavailable("too many requests are waiting for the database").into()),
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
    match tokio::task::spawn_blocking(work).await {
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
