//! Writes again what follows from a document. The resource does not change by that: version, time and document stay, so
//! there is no change to record.

use super::inspected::Inspected;
use crate::store::columns::Columns;
use crate::store::error::Result;
use crate::store::indexed_values::entries_of;
use crate::store::key::Key;
use crate::store::session::Session;
use crate::store::sql::Sql;
use crate::store::writes::derived_columns;

impl Session<'_> {
    /// Writes the columns of a locked resource.
    ///
    /// Errors: `UniqueViolation` when another resource has its unique value.
    pub fn mend_columns(&mut self, found: &Inspected, wanted: &Columns) -> Result<()> {
        Sql::new("UPDATE resources SET ")
            .then(derived_columns(self.dialect(), wanted))
            .sql(" WHERE tenant_id = ")
            .integer(self.tenant.0)
            .sql(" AND key = ")
            .bigint(found.key.0)
            .execute(self.connection)?;
        Ok(())
    }

    /// Writes the entries of a locked resource in the index of values.
    pub fn mend_entries(&mut self, found: &Inspected, wanted: &Columns) -> Result<()> {
        self.remove_entries(found.key)?;
        let entries: Vec<_> =
            entries_of(&found.resource_type, found.key, &wanted.indexed).collect();
        self.insert_indexed(&entries)
    }

    /// Removes the entries of a key that no resource has.
    pub fn remove_strangers(&mut self, key: Key) -> Result<()> {
        match self.version_now(key)? {
            Some(_) => Ok(()),
            None => self.remove_entries(key),
        }
    }

    fn remove_entries(&mut self, key: Key) -> Result<()> {
        Sql::new("DELETE FROM indexed_values WHERE tenant_id = ")
            .integer(self.tenant.0)
            .sql(" AND resource_key = ")
            .bigint(key.0)
            .execute(self.connection)?;
        Ok(())
    }
}
