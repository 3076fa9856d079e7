//! Tenants.

use diesel::prelude::*;
use diesel::sql_types::Integer;
use serde_json::Value;

use super::connection::{DbConnection, jsonb};
use super::error::Result;
use super::schema::tenants;
use super::{Dialect, Sql, TenantId};

/// A tenant.
#[derive(Debug, Clone)]
pub struct Tenant {
    /// Its internal number.
    pub id: TenantId,
    /// Its name in paths: lower-case letters, digits and `-`.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// Settings that differ from the defaults.
    pub settings: Value,
    /// When it was created.
    pub created_ms: i64,
    /// Moves whenever its settings, schemas or resource types do.
    pub revision: i64,
    /// The secret that its cursors are sealed with.
    pub cursor_secret: CursorSecret,
}

/// A secret that `Debug` does not show.
#[derive(Clone)]
pub struct CursorSecret(pub String);

impl std::fmt::Debug for CursorSecret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("CursorSecret([redacted])")
    }
}

/// The columns read for a tenant.
pub(super) type Selected = (i32, String, String, Value, i64, i64, String);

impl From<Selected> for Tenant {
    fn from((id, slug, name, settings, created_ms, revision, cursor_secret): Selected) -> Self {
        Self {
            id: TenantId(id),
            slug,
            name,
            settings,
            created_ms,
            revision,
            cursor_secret: CursorSecret(cursor_secret),
        }
    }
}

pub(super) const COLUMNS: (
    tenants::id,
    tenants::slug,
    tenants::name,
    tenants::settings,
    tenants::created_ms,
    tenants::revision,
    tenants::cursor_secret,
) = (
    tenants::id,
    tenants::slug,
    tenants::name,
    tenants::settings,
    tenants::created_ms,
    tenants::revision,
    tenants::cursor_secret,
);

impl Tenant {
    /// Every tenant, by slug.
    pub fn all(connection: &mut DbConnection) -> Result<Vec<Self>> {
        let found = tenants::table
            .select(COLUMNS)
            .order(tenants::slug)
            .load::<Selected>(connection)?;
        Ok(found.into_iter().map(Self::from).collect())
    }

    /// The tenant of this slug.
    pub fn find(connection: &mut DbConnection, slug: &str) -> Result<Option<Self>> {
        let found = tenants::table
            .select(COLUMNS)
            .filter(tenants::slug.eq(slug))
            .first::<Selected>(connection)
            .optional()?;
        Ok(found.map(Self::from))
    }

    /// Creates a tenant.
    ///
    /// Errors: [`super::StoreError::UniqueViolation`].
    pub fn create(
        connection: &mut DbConnection,
        slug: &str,
        name: &str,
        now_ms: i64,
    ) -> Result<Self> {
        let created: Selected = diesel::insert_into(tenants::table)
            .values((
                tenants::slug.eq(slug),
                tenants::name.eq(name),
                tenants::profile.eq("default"),
                tenants::settings.eq(jsonb("{}")),
                tenants::created_ms.eq(now_ms),
            ))
            .returning(COLUMNS)
            .get_result(connection)?;
        Ok(Self::from(created))
    }

    /// Keeps others from changing the tenant, and its writes from ending, until this transaction does; reads it again, so that
    /// of two who change it at once neither takes back what the other did.
    ///
    /// Writes hold the tenant's row from the moment they record their change, see `Session::record`.
    pub fn hold(&mut self, connection: &mut DbConnection) -> Result<()> {
        if connection.dialect() == Dialect::Postgres {
            let row = Sql::new("SELECT id FROM tenants WHERE id = ")
                .integer(self.id.0)
                .sql(" FOR UPDATE");
            row.typed::<Integer>().load::<i32>(connection)?;
        }
        let held: Selected = tenants::table
            .select(COLUMNS)
            .filter(tenants::id.eq(self.id.0))
            .get_result(connection)?;
        *self = Self::from(held);
        Ok(())
    }

    /// As [`Tenant::hold`], and lets no write that began under the present revision end at all: what follows from the tenant
    /// (settings, schemas, resource types) is about to change.
    pub fn advance(&mut self, connection: &mut DbConnection) -> Result<()> {
        self.hold(connection)?;
        self.revision = diesel::update(tenants::table.filter(tenants::id.eq(self.id.0)))
            .set(tenants::revision.eq(tenants::revision + 1))
            .returning(tenants::revision)
            .get_result(connection)?;
        Ok(())
    }

    /// Writes name and settings; the revision is the caller's to move.
    pub fn save(&self, connection: &mut DbConnection) -> Result<()> {
        diesel::update(tenants::table.filter(tenants::id.eq(self.id.0)))
            .set((
                tenants::name.eq(&self.name),
                tenants::settings.eq(jsonb(self.settings.to_string())),
            ))
            .execute(connection)?;
        Ok(())
    }

    /// Deletes the tenant and everything of it.
    pub fn delete(&self, connection: &mut DbConnection) -> Result<()> {
        connection.allow_long_statement()?;
        diesel::delete(tenants::table.filter(tenants::id.eq(self.id.0))).execute(connection)?;
        Ok(())
    }
}
