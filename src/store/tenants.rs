//! Tenants.

use diesel::prelude::*;
use serde_json::Value;

use super::TenantId;
use super::connection::{DbConnection, jsonb};
use super::error::Result;
use super::schema::tenants;

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
}

type Selected = (i32, String, String, Value, i64);

impl From<Selected> for Tenant {
    fn from((id, slug, name, settings, created_ms): Selected) -> Self {
        Self {
            id: TenantId(id),
            slug,
            name,
            settings,
            created_ms,
        }
    }
}

const COLUMNS: (
    tenants::id,
    tenants::slug,
    tenants::name,
    tenants::settings,
    tenants::created_ms,
) = (
    tenants::id,
    tenants::slug,
    tenants::name,
    tenants::settings,
    tenants::created_ms,
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

    /// Writes name and settings.
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
