//! The outbox: a row for every change, written in the change's own transaction.

use serde_json::Value;

use super::error::Result;
use super::{Dialect, Session, Sql};
use crate::scim::ScimError;
use crate::scim::etag::Version;

/// What happened to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// POST.
    Create,
    /// PUT.
    Replace,
    /// PATCH.
    Patch,
    /// DELETE.
    Delete,
}

impl Operation {
    fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Replace => "replace",
            Self::Patch => "patch",
            Self::Delete => "delete",
        }
    }
}

/// One change.
pub(crate) struct Change<'a> {
    pub(crate) operation: Operation,
    pub(crate) resource_type: &'a str,
    pub(crate) resource_id: &'a str,
    pub(crate) version: Version,
    pub(crate) at_ms: i64,
    /// The state of the tenant that the request followed.
    pub(crate) revision: i64,
    /// Names of the attributes that changed, never their values.
    pub(crate) attributes: Vec<String>,
}

impl Session<'_> {
    /// Writes the row, if the tenant still is what the request took it for.
    ///
    /// A request reads settings, schemas and resource types before its transaction begins. They may change meanwhile, and
    /// what it writes would follow rules that are gone. So this row is written only under the revision that was read, and
    /// holds the tenant's row until the commit: see [`super::Tenant::advance`].
    ///
    /// Errors: [`ScimError::Contention`] when the tenant has moved on.
    pub(crate) fn record(&mut self, change: &Change<'_>) -> Result<()> {
        let attributes: Value = change.attributes.iter().map(String::as_str).collect();
        let attributes = attributes.to_string();
        let (attributes, lock) = match self.dialect() {
            Dialect::Postgres => (
                Sql::default().text(attributes).sql("::jsonb"),
                " FOR KEY SHARE",
            ),
            Dialect::Sqlite => (Sql::new("jsonb(").text(attributes).sql(")"), ""),
        };
        let written = Sql::new("INSERT INTO changes (tenant_id, at_ms, operation, resource_type, resource_id, version, attributes) SELECT t.id, ")
            .bigint(change.at_ms)
            .sql(", ")
            .text(change.operation.as_str())
            .sql(", ")
            .text(change.resource_type)
            .sql(", ")
            .text(change.resource_id)
            .sql(", ")
            .bigint(change.version.0)
            .sql(", ")
            .then(attributes)
            .sql(" FROM tenants t WHERE t.id = ")
            .integer(self.tenant.0)
            .sql(" AND t.revision = ")
            .bigint(change.revision)
            .sql(lock)
            .execute(self.connection)?;
        if written == 1 {
            Ok(())
        } else {
            Err(ScimError::Contention.into())
        }
    }

    /// Records that every group of a member lost it, in one statement.
    pub(super) fn record_unlinked(&mut self, member_key: i64, at_ms: i64) -> Result<()> {
        let members = match self.dialect() {
            Dialect::Postgres => "'[\"members\"]'::jsonb",
            Dialect::Sqlite => "jsonb('[\"members\"]')",
        };
        Sql::new("INSERT INTO changes (tenant_id, at_ms, operation, resource_type, resource_id, version, attributes) SELECT g.tenant_id, ")
            .bigint(at_ms)
            .sql(format!(
                ", 'unlink', g.resource_type, g.id, g.version, {members} FROM (SELECT group_key FROM memberships WHERE tenant_id = "
            ))
            .integer(self.tenant.0)
            .sql(" AND member_key = ")
            .bigint(member_key)
            .sql(") AS e")
            .then(self.look_up_each("resources", "g", "key = e.group_key"))
            .execute(self.connection)?;
        Ok(())
    }
}
