//! A transaction over all tenants. It finds and creates tenants, and leads to their rows.

use diesel::prelude::*;

use super::connection::{DbConnection, jsonb};
use super::dialect::Dialect;
use super::error::Result;
use super::schema::{credentials, tenants};
use super::session::Session;
use super::sql::Sql;
use super::tenant::{COLUMNS, Selected, Tenant};
use super::tenant_id::TenantId;

/// A transaction over all tenants. A [`Session`] gives access to the rows of one tenant.
pub struct Tenants<'c> {
    pub(super) connection: &'c mut DbConnection,
}

impl<'c> Tenants<'c> {
    pub(super) fn new(connection: &'c mut DbConnection) -> Self {
        Self { connection }
    }

    /// The part of this transaction for one tenant.
    pub fn session(&mut self, tenant: TenantId) -> Session<'_> {
        Session::new(self.connection, tenant)
    }

    /// Every tenant, by slug.
    pub fn all(&mut self) -> Result<Vec<Tenant>> {
        let found = tenants::table
            .select(COLUMNS)
            .order(tenants::slug)
            .load::<Selected>(self.connection)?;
        Ok(found.into_iter().map(Tenant::from).collect())
    }

    /// The tenant of this slug.
    pub fn find(&mut self, slug: &str) -> Result<Option<Tenant>> {
        let found = tenants::table
            .select(COLUMNS)
            .filter(tenants::slug.eq(slug))
            .first::<Selected>(self.connection)
            .optional()?;
        Ok(found.map(Tenant::from))
    }

    /// Creates a tenant.
    ///
    /// Errors: [`super::StoreError::UniqueViolation`].
    pub fn create(&mut self, slug: &str, name: &str, now_ms: i64) -> Result<Tenant> {
        let created: Selected = diesel::insert_into(tenants::table)
            .values((
                tenants::slug.eq(slug),
                tenants::name.eq(name),
                tenants::settings.eq(jsonb("{}")),
                tenants::created_ms.eq(now_ms),
            ))
            .returning(COLUMNS)
            .get_result(self.connection)?;
        self.count_tenants()?;
        Ok(Tenant::from(created))
    }

    /// Tells PostgreSQL how few tenants there are. It expects hundreds otherwise, since autovacuum waits for fifty, and would
    /// rather read all resources than look a person up in each tenant, for an application that names none.
    fn count_tenants(&mut self) -> Result<()> {
        if self.dialect() == Dialect::Postgres {
            // Statistics are not worth waiting for a lock.
            self.execute(Sql::new("ANALYZE (SKIP_LOCKED) tenants"))?;
        }
        Ok(())
    }

    /// Whether any tenant has a credential.
    pub fn have_credentials(&mut self) -> Result<bool> {
        let first = credentials::table
            .select(credentials::key_id)
            .first::<String>(self.connection)
            .optional()?;
        Ok(first.is_some())
    }
}
