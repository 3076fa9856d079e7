//! The compiler of lists and conditions: its context. The neighbouring files contain what it compiles.

use scim::registry::Registry;
use scim::representation::BaseUrl;
use scim::resource_type::ResourceType;

use crate::store::dialect::Dialect;
use crate::store::row::Beside;
use crate::store::session::Session;
use crate::store::sql::Sql;
use crate::store::tenant_id::TenantId;

/// Turns conditions into SQL for one database, tenant and resource type.
#[derive(Clone, Copy)]
pub struct Compiler<'q> {
    pub(super) dialect: Dialect,
    pub(super) tenant: TenantId,
    pub(super) resource_type: &'q ResourceType,
    pub(super) registry: &'q Registry,
    pub(super) base: &'q BaseUrl,
    pub(super) beside: Beside,
}

impl<'q> Compiler<'q> {
    /// A compiler without a session: for snapshots and plans.
    pub fn detached(
        dialect: Dialect,
        tenant: TenantId,
        resource_type: &'q ResourceType,
        registry: &'q Registry,
        base: &'q BaseUrl,
    ) -> Self {
        Self {
            dialect,
            tenant,
            resource_type,
            registry,
            base,
            beside: Beside::Nothing,
        }
    }

    /// The same compiler for lists that read this beside each resource.
    #[must_use]
    pub fn beside(self, beside: Beside) -> Self {
        Self { beside, ..self }
    }

    /// The same compiler for another type of the tenant.
    pub(super) fn of(&self, resource_type: &'q ResourceType) -> Self {
        Self {
            resource_type,
            ..*self
        }
    }
}

impl Compiler<'_> {
    /// Joins the rows of a table of the tenant, with a look-up for each row on the left.
    pub(super) fn for_each(&self, table: &str, alias: &str, condition: &str) -> Sql {
        let of_tenant = Sql::new(format!("{alias}.tenant_id = ")).integer(self.tenant.0);
        let wanted = of_tenant.sql(format!(" AND {alias}.{condition}"));
        self.dialect.join_each(table, alias, wanted)
    }
}

impl Session<'_> {
    /// Compiles conditions for this session.
    pub fn compiler<'q>(
        &self,
        resource_type: &'q ResourceType,
        registry: &'q Registry,
        base: &'q BaseUrl,
    ) -> Compiler<'q> {
        Compiler::detached(self.dialect(), self.tenant, resource_type, registry, base)
    }
}
