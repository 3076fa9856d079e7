//! Statements that prove an admission: the database still has the credential and the tenant as the request knows them.

use diesel::RunQueryDsl as _;
use diesel::sql_types::Integer;

use super::admission::{ADMITTED, Admission};
use super::error::{Result, StoreError};
use super::session::Session;
use super::sql::Sql;
use super::tenants::Tenants;

impl Session<'_> {
    /// The admission, while no statement of its request has proven it.
    pub(super) fn open_admission(&self) -> Option<&Admission> {
        self.admission.filter(|admission| !admission.is_proven())
    }

    /// A reading statement that also proves the admission, while it is open. It then finds a row of NULLs where it would find
    /// none, and no row if the admission does not hold: see [`Session::check_admitted`].
    pub(super) fn admitting(&self, statement: Sql) -> Sql {
        match self.open_admission() {
            None => statement,
            Some(admission) => Sql::new(format!("SELECT q.* FROM {ADMITTED} LEFT JOIN ("))
                .then(statement)
                .sql(") AS q ON TRUE WHERE ")
                .then(admission.holds()),
        }
    }

    /// Takes the number of rows that an [`admitting`](Session::admitting) statement has found.
    ///
    /// Errors: [`StoreError::Unproven`].
    pub(super) fn check_admitted(&self, rows: usize) -> Result<()> {
        match self.open_admission() {
            Some(_) if rows == 0 => Err(StoreError::Unproven),
            Some(admission) => {
                admission.prove();
                Ok(())
            }
            None => Ok(()),
        }
    }
}

impl Tenants<'_> {
    /// Proves an admission by a statement of its own.
    ///
    /// Errors: [`StoreError::Unproven`]; the database.
    pub fn prove(&mut self, admission: &Admission) -> Result<()> {
        let found = Sql::new(format!("SELECT t.id FROM {ADMITTED} WHERE "))
            .then(admission.holds())
            .typed::<Integer>()
            .load::<i32>(self.connection)?;
        if found.is_empty() {
            return Err(StoreError::Unproven);
        }
        admission.prove();
        Ok(())
    }
}
