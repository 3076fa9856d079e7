//! The table of all resources: reading one resource.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use scim::resource_type::ResourceType;
use serde_json::Value;

use super::dialect::Dialect;
use super::error::Result;
use super::row::{Beside, Row, Selected, SelectedTypes, selected};
use super::session::Session;
use super::sql::Sql;

impl Session<'_> {
    /// Reads a resource. `None` when the tenant has no resource of this type and id.
    pub fn find(
        &mut self,
        resource_type: &ResourceType,
        id: &str,
        beside: Beside,
    ) -> Result<Option<Row>> {
        self.select(resource_type, id, beside, "")
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
        self.select(
            resource_type,
            id,
            Beside::Nothing,
            self.lock(" FOR NO KEY UPDATE"),
        )
    }

    /// Reads a resource and locks it against changes and new edges, because it is about to be deleted.
    pub fn find_for_delete(
        &mut self,
        resource_type: &ResourceType,
        id: &str,
    ) -> Result<Option<Row>> {
        self.select(resource_type, id, Beside::Nothing, self.lock(" FOR UPDATE"))
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
        let of_tenant = self.dialect().of_tenant(self.tenant, "resources");
        let statement = Sql::new("SELECT key FROM resources WHERE ")
            .then(of_tenant)
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
        beside: Beside,
        lock: &str,
    ) -> Result<Option<Row>> {
        if id.contains('\0') {
            return Ok(None);
        }
        let id = Sql::default().text(id);
        let place = self
            .dialect()
            .look_up(self.tenant, "resources", None, "id", id);
        let row = self.select_one(place, beside, lock)?;
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
        let key = Sql::default().text(unique_key);
        let name = Some(resource_type.name.as_str());
        let place = self
            .dialect()
            .look_up(self.tenant, "resources", name, "unique_key", key);
        self.select_one(place, Beside::Nothing, lock)
    }

    fn select_one(&mut self, place: Sql, beside: Beside, lock: &str) -> Result<Option<Row>> {
        let columns = selected(self.dialect(), beside);
        let statement = Sql::new(format!("SELECT {columns} FROM resources WHERE "))
            .then(place)
            .sql(lock);
        // No lock is possible inside a join, and a write proves the admission when it records its change.
        let is_admitting = lock.is_empty();
        let statement = match is_admitting {
            true => self.admitting(statement),
            false => statement,
        };
        let found = statement
            .typed::<SelectedTypes>()
            .load::<Selected>(self.connection)?;
        if is_admitting {
            self.check_admitted(found.len())?;
        }
        Ok(found.into_iter().next().and_then(Row::read))
    }
}
