//! Statements that prove an admission: the database still has the credential and the tenant as the request knows them.

use diesel::RunQueryDsl as _;
use diesel::sql_types::Integer;

use super::admission::{ADMITTED, Admission};
use super::connection::DbConnection;
use super::dialect::Dialect;
use super::error::{Result, StoreError};
use super::session::Session;
use super::sql::Sql;
use super::tenants::Tenants;

impl<'c> Session<'c> {
    /// The admission, while no statement of its request has proven it.
    pub(super) fn open_admission(&self) -> Option<&'c Admission> {
        self.admission.filter(|admission| !admission.is_proven())
    }

    /// A reading statement that also proves the admission, while it is open. It then finds a row of NULLs where it would find
    /// none, and no row if the admission does not hold: see [`Session::check_admitted`].
    ///
    /// On SQLite the statement stays as it is. There a second statement costs less than a join.
    pub(super) fn admitting(&self, statement: Sql) -> Sql {
        match self.open_admission() {
            Some(admission) if self.dialect() == Dialect::Postgres => {
                Sql::new(format!("SELECT q.* FROM {ADMITTED} LEFT JOIN ("))
                    .then(statement)
                    .sql(") AS q ON TRUE WHERE ")
                    .then(admission.holds())
            }
            _ => statement,
        }
    }

    /// Takes the number of rows that an [`admitting`](Session::admitting) statement has found.
    ///
    /// Errors: [`StoreError::Unproven`].
    pub(super) fn check_admitted(&mut self, rows: usize) -> Result<()> {
        let Some(admission) = self.open_admission() else {
            return Ok(());
        };
        let holds = match self.dialect() {
            Dialect::Postgres => rows > 0,
            // What holds now has held when the rows were read: nothing that ended comes back, and no revision does.
            Dialect::Sqlite => is_held(self.connection, admission)?,
        };
        if !holds {
            return Err(StoreError::Unproven);
        }
        admission.prove();
        Ok(())
    }
}

/// Whether the database has the credential and the tenant of an admission as the request knows them.
fn is_held(connection: &mut DbConnection, admission: &Admission) -> Result<bool> {
    let found = Sql::new(format!("SELECT t.id FROM {ADMITTED} WHERE "))
        .then(admission.holds())
        .typed::<Integer>()
        .load::<i32>(connection)?;
    Ok(!found.is_empty())
}

impl Tenants<'_> {
    /// Proves an admission by a statement of its own.
    ///
    /// Errors: [`StoreError::Unproven`]; the database.
    pub fn prove(&mut self, admission: &Admission) -> Result<()> {
        if !is_held(self.connection, admission)? {
            return Err(StoreError::Unproven);
        }
        admission.prove();
        Ok(())
    }
}
