//! A tenant's own row.

use diesel::prelude::*;
use diesel::sql_types::Integer;
use serde_json::Value;

use super::connection::jsonb;
use super::dialect::Dialect;
use super::error::{Result, StoreError};
use super::schema::tenants;
use super::session::Session;
use super::sql::Sql;
use super::tenant_id::TenantId;

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
    /// Moves whenever its settings, schemas or resource types change.
    pub revision: i64,
    /// The secret that seals its cursors.
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

/// The columns that are read for a tenant.
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

impl Session<'_> {
    /// Until this transaction ends, no other may change the tenant, and no write of the tenant can commit. Returns the
    /// tenant as it is then: two commands that change it at once must not undo each other's change.
    ///
    /// Errors: [`StoreError::Outdated`] when the tenant was deleted meanwhile.
    ///
    /// Writes hold the tenant's row from the moment they record their change, see `Session::record`.
    pub fn hold_tenant(&mut self) -> Result<Tenant> {
        if self.dialect() == Dialect::Postgres {
            let row = Sql::new("SELECT id FROM tenants WHERE id = ")
                .integer(self.tenant.0)
                .sql(" FOR UPDATE");
            row.typed::<Integer>().load::<i32>(self.connection)?;
        }
        let held: Option<Selected> = tenants::table
            .select(COLUMNS)
            .filter(tenants::id.eq(self.tenant.0))
            .get_result(self.connection)
            .optional()?;
        held.map(Tenant::from).ok_or(StoreError::Outdated)
    }

    /// As [`Session::hold_tenant`]. In addition, writes that began under the present revision can no longer commit,
    /// because settings, schemas or resource types are about to change.
    pub fn advance_tenant(&mut self) -> Result<Tenant> {
        let mut tenant = self.hold_tenant()?;
        tenant.revision = diesel::update(tenants::table.filter(tenants::id.eq(self.tenant.0)))
            .set(tenants::revision.eq(tenants::revision + 1))
            .returning(tenants::revision)
            .get_result(self.connection)?;
        Ok(tenant)
    }

    /// Writes name and settings. The caller moves the revision, with [`Session::advance_tenant`].
    pub fn save_tenant(&mut self, tenant: &Tenant) -> Result<()> {
        diesel::update(tenants::table.filter(tenants::id.eq(self.tenant.0)))
            .set((
                tenants::name.eq(&tenant.name),
                tenants::settings.eq(jsonb(tenant.settings.to_string())),
            ))
            .execute(self.connection)?;
        Ok(())
    }

    /// Deletes the tenant and all its rows.
    pub fn delete_tenant(&mut self) -> Result<()> {
        self.connection.allow_long_statement()?;
        diesel::delete(tenants::table.filter(tenants::id.eq(self.tenant.0)))
            .execute(self.connection)?;
        Sql::new("DELETE FROM resource_counts WHERE tenant_id = ")
            .integer(self.tenant.0)
            .execute(self.connection)?;
        Ok(())
    }
}
