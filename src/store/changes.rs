//! The outbox: a row for every change, written in the change's own transaction.

use diesel::prelude::*;
use serde_json::Value;

use super::connection::jsonb;
use super::error::Result;
use super::schema::changes;
use super::{Session, Sql};
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
    /// Names of the attributes that changed, never their values.
    pub(crate) attributes: Vec<String>,
}

impl Session<'_> {
    pub(crate) fn record(&mut self, change: &Change<'_>) -> Result<()> {
        let attributes: Value = change.attributes.iter().map(String::as_str).collect();
        diesel::insert_into(changes::table)
            .values((
                changes::tenant_id.eq(self.tenant.0),
                changes::at_ms.eq(change.at_ms),
                changes::operation.eq(change.operation.as_str()),
                changes::resource_type.eq(change.resource_type),
                changes::resource_id.eq(change.resource_id),
                changes::version.eq(change.version.0),
                changes::attributes.eq(jsonb(attributes.to_string())),
            ))
            .execute(self.connection)?;
        Ok(())
    }

    /// Records that every group of a member lost it, in one statement.
    pub(super) fn record_unlinked(&mut self, member_key: i64, at_ms: i64) -> Result<()> {
        let members = match self.dialect() {
            super::Dialect::Postgres => "'[\"members\"]'::jsonb",
            super::Dialect::Sqlite => "jsonb('[\"members\"]')",
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
