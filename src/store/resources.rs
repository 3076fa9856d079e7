//! The table of all resources: reading one.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use scim::resource_type::ResourceType;
use serde_json::Value;

use super::dialect::Dialect;
use super::error::Result;
use super::row::{Row, SELECTED, Selected, SelectedTypes};
use super::session::Session;
use super::sql::Sql;

impl Session<'_> {
    /// Reads a resource; `None` when the tenant has none of this type and id.
    pub fn find(&mut self, resource_type: &ResourceType, id: &str) -> Result<Option<Row>> {
        self.select(resource_type, id, "")
    }

    /// Reads the resource that has this prepared unique name.
    pub fn find_by_unique_key(
        &mut self,
        resource_type: &ResourceType,
        unique_key: &str,
    ) -> Result<Option<Row>> {
        self.select_unique(resource_type, unique_key, "")
    }

    /// The same, and keeps others from changing it until the transaction ends.
    pub fn find_by_unique_key_for_update(
        &mut self,
        resource_type: &ResourceType,
        unique_key: &str,
    ) -> Result<Option<Row>> {
        let lock = self.lock(" FOR NO KEY UPDATE");
        self.select_unique(resource_type, unique_key, lock)
    }

    /// Reads a resource and keeps others from changing it until the transaction ends. Edges to it may still be made.
    pub fn find_for_update(
        &mut self,
        resource_type: &ResourceType,
        id: &str,
    ) -> Result<Option<Row>> {
        self.select(resource_type, id, self.lock(" FOR NO KEY UPDATE"))
    }

    /// Reads a resource and keeps others from changing it or making edges to it: it is about to be deleted.
    pub fn find_for_delete(
        &mut self,
        resource_type: &ResourceType,
        id: &str,
    ) -> Result<Option<Row>> {
        self.select(resource_type, id, self.lock(" FOR UPDATE"))
    }

    /// Keeps others from changing these resources, in the order of their keys, so that of two transactions that change the
    /// same ones neither waits for the other in a circle. `to_delete` keeps them also from making edges to them.
    pub(crate) fn lock_in_order(&mut self, ids: &[&str], to_delete: bool) -> Result<()> {
        // No id has a U+0000, and PostgreSQL takes none in JSON.
        let ids = ids.iter().copied().filter(|id| !id.contains('\0'));
        let list: Vec<&str> = ids.collect();
        if self.dialect() == Dialect::Sqlite || list.is_empty() {
            return Ok(());
        }
        let list: Value = list.into();
        let lock = if to_delete {
            " ORDER BY key FOR UPDATE"
        } else {
            " ORDER BY key FOR NO KEY UPDATE"
        };
        let statement = Sql::new("SELECT key FROM resources WHERE tenant_id = ")
            .integer(self.tenant.0)
            .sql(" AND id = ANY(ARRAY(SELECT jsonb_array_elements_text(")
            .text(list.to_string())
            .sql("::jsonb)))")
            .sql(lock);
        statement.typed::<BigInt>().load::<i64>(self.connection)?;
        Ok(())
    }

    /// BEGIN IMMEDIATE holds the only write lock that SQLite has.
    fn lock(&self, clause: &'static str) -> &'static str {
        match self.dialect() {
            Dialect::Postgres => clause,
            Dialect::Sqlite => "",
        }
    }

    /// An id is one resource's in its tenant, whatever the type, so the type is compared here: on a table without statistics,
    /// as in the first minutes of an import, PostgreSQL takes an index on the type for as good and reads the whole tenant.
    fn select(
        &mut self,
        resource_type: &ResourceType,
        id: &str,
        lock: &str,
    ) -> Result<Option<Row>> {
        if id.contains('\0') {
            return Ok(None);
        }
        let row = self.select_one(Sql::new(" AND id = ").text(id), lock)?;
        Ok(row.filter(|row| row.resource_type == resource_type.name))
    }

    fn select_unique(
        &mut self,
        resource_type: &ResourceType,
        unique_key: &str,
        lock: &str,
    ) -> Result<Option<Row>> {
        if unique_key.contains('\0') {
            return Ok(None);
        }
        let place = Sql::new(" AND resource_type = ")
            .text(&resource_type.name)
            .sql(" AND unique_key = ")
            .text(unique_key);
        self.select_one(place, lock)
    }

    fn select_one(&mut self, place: Sql, lock: &str) -> Result<Option<Row>> {
        let statement = Sql::new(format!(
            "SELECT {SELECTED} FROM resources WHERE tenant_id = "
        ))
        .integer(self.tenant.0)
        .then(place)
        .sql(lock);
        let found = statement
            .typed::<SelectedTypes>()
            .load::<Selected>(self.connection)?;
        Ok(found.into_iter().next().map(Row::from))
    }
}
