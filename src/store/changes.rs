//! The outbox: a row for every change, written in the change's own transaction.

use serde::{Serialize, Serializer};

use super::error::{Result, StoreError};
use super::rows::{self, Kind};
use super::{Dialect, Session, Sql};
use scim::etag::Version;

/// What happened to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
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

/// One change.
#[derive(Serialize)]
pub(crate) struct Change<'a> {
    pub(crate) operation: Operation,
    pub(crate) resource_type: &'a str,
    pub(crate) resource_id: &'a str,
    #[serde(serialize_with = "number")]
    pub(crate) version: Version,
    pub(crate) at_ms: i64,
    /// Names of the attributes that changed, never their values.
    pub(crate) attributes: Vec<String>,
}

fn number<S: Serializer>(version: &Version, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    serializer.serialize_i64(version.0)
}

const COLUMNS: &rows::Columns = &[
    ("at_ms", Kind::BigInt),
    ("operation", Kind::Text),
    ("resource_type", Kind::Text),
    ("resource_id", Kind::Text),
    ("version", Kind::BigInt),
    ("attributes", Kind::Json),
];

impl Session<'_> {
    /// Writes the rows of changes, if the tenant still is what the request took it for.
    ///
    /// A request reads settings, schemas and resource types before its transaction begins. They may change meanwhile, and
    /// what it writes would follow rules that are gone. So the rows are written only under the revision that was read, and
    /// hold the tenant's row until the commit: see [`super::Tenant::advance`].
    ///
    /// Errors: [`StoreError::Outdated`] when the tenant has moved on.
    pub(crate) fn record(&mut self, revision: i64, changes: &[Change<'_>]) -> Result<()> {
        let dialect = self.dialect();
        let lock = match dialect {
            Dialect::Postgres => " FOR KEY SHARE OF t",
            Dialect::Sqlite => "",
        };
        let written = Sql::new("INSERT INTO changes (tenant_id, at_ms, operation, resource_type, resource_id, version, attributes) SELECT t.id, ")
            .sql(rows::selected(dialect, COLUMNS))
            .sql(" FROM tenants t CROSS JOIN ")
            .then(rows::rows(dialect, COLUMNS, &changes))
            .sql(" WHERE t.id = ")
            .integer(self.tenant.0)
            .sql(" AND t.revision = ")
            .bigint(revision)
            .sql(lock)
            .execute(self.connection)?;
        if written == changes.len() {
            Ok(())
        } else {
            Err(StoreError::Outdated)
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
