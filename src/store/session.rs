//! A transaction of one tenant. It is the only way to the tenant's rows.

use super::admission::Admission;
use super::connection::DbConnection;
use super::dialect::Dialect;
use super::error::Result;
use super::job::{Job, still_wanted};
use super::tenant_id::TenantId;
use super::way::give_way;

/// A transaction of one tenant. Every statement carries the tenant.
pub struct Session<'c> {
    pub(super) connection: &'c mut DbConnection,
    pub(super) tenant: TenantId,
    /// How many rows of changes this transaction has written. Rows that a savepoint undid count, too.
    pub(super) recorded: i64,
    /// What admitted the request that this is for.
    pub(super) admission: Option<&'c Admission>,
    /// The job whose statements commit by themselves: there is no transaction around them.
    commits: Option<&'c Job>,
}

impl<'c> Session<'c> {
    pub(super) fn new(connection: &'c mut DbConnection, tenant: TenantId) -> Self {
        Self {
            connection,
            tenant,
            recorded: 0,
            admission: None,
            commits: None,
        }
    }

    /// The same without a transaction around it: a statement that writes commits at once.
    pub(super) fn without_transaction(self, job: &'c Job) -> Self {
        Self {
            commits: Some(job),
            ..self
        }
    }

    /// Lets others have the processor for a moment, if this reads much. Long work calls it again and again.
    pub(crate) fn give_way(&self) {
        give_way();
    }

    /// Asks before a statement that writes, if that would commit.
    ///
    /// Errors: [`super::StoreError::Late`] when nobody waits for it any more.
    pub(super) fn before_write(&self) -> Result<()> {
        self.commits.map_or(Ok(()), Job::send)
    }

    /// A session for a request. Its statements prove the admission where they can.
    pub(super) fn admitted(connection: &'c mut DbConnection, admission: &'c Admission) -> Self {
        Self {
            admission: Some(admission),
            ..Self::new(connection, admission.tenant)
        }
    }

    /// The SQL dialect of the database.
    pub(crate) fn dialect(&self) -> Dialect {
        self.connection.dialect()
    }

    /// Runs `work` under a savepoint. If `work` fails, its writes are undone, and the transaction can go on.
    ///
    /// Errors: the transaction cannot go on, or nobody waits for it any more. The outcome of `work` is inside.
    pub(crate) fn attempt<T, E>(
        &mut self,
        work: impl FnOnce(&mut Self) -> std::result::Result<T, E>,
    ) -> Result<std::result::Result<T, E>> {
        still_wanted()?;
        self.connection.begin_savepoint()?;
        let outcome = work(self);
        match &outcome {
            Ok(_) => self.connection.commit()?,
            Err(_) => self.connection.rollback()?,
        }
        Ok(outcome)
    }
}
