//! The table of all resources: reading one resource.

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
    /// Reads a resource. `None` when the tenant has no resource of this type and id.
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

    /// Reads the same resource, and locks it against changes until the transaction ends.
    pub fn find_by_unique_key_for_update(
        &mut self,
        resource_type: &ResourceType,
        unique_key: &str,
    ) -> Result<Option<Row>> {
        let lock = self.lock(" FOR NO KEY UPDATE");
        self.select_unique(resource_type, unique_key, lock)
    }

    /// Reads a resource and locks it against changes until the transaction ends. New edges to it stay possible.
    pub fn find_for_update(
        &mut self,
        resource_type: &ResourceType,
        id: &str,
    ) -> Result<Option<Row>> {
        self.select(resource_type, id, self.lock(" FOR NO KEY UPDATE"))
    }

    /// Reads a resource and locks it against changes and new edges, because it is about to be deleted.
    pub fn find_for_delete(
        &mut self,
        resource_type: &ResourceType,
        id: &str,
    ) -> Result<Option<Row>> {
        self.select(resource_type, id, self.lock(" FOR UPDATE"))
    }

    /// Locks these resources against changes, in the order of their keys. So two transactions that change the same
    /// resources never wait for each other. `to_delete` also locks them against new edges.
    pub(crate) fn lock_in_order(&mut self, ids: &[&str], to_delete: bool) -> Result<()> {
        // No id contains U+0000, and PostgreSQL refuses it in JSON.
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

    /// BEGIN IMMEDIATE already holds SQLite's only write lock.
    fn lock(&self, clause: &'static str) -> &'static str {
        match self.dialect() {
            Dialect::Postgres => clause,
            Dialect::Sqlite => "",
        }
    }

    /// An id belongs to one resource of its tenant, whatever its type. So the type is compared here and not in SQL: on
    /// a table without statistics, as in the first minutes of an import, PostgreSQL would prefer an index on the type
    /// and read the whole tenant.
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
