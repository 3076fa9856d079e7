//! The outbox: a row for every change, written in the change's own transaction.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use serde::Serialize;

use super::dialect::Dialect;
use super::error::{Result, StoreError};
use super::key::Key;
use super::origin::Origin;
use super::rows::{self, Kind};
use super::session::Session;
use super::sql::Sql;
use super::unrecorded::{Operation, Unrecorded};

/// [`Unrecorded`] as a row.
#[derive(Serialize)]
struct Change<'a> {
    operation: Operation,
    resource_type: &'a str,
    resource_id: &'a str,
    version: i64,
    at_ms: i64,
    /// Names of the attributes that changed, never their values.
    attributes: &'a [String],
}

const COLUMNS: &rows::Columns = &[
    ("at_ms", Kind::BigInt),
    ("operation", Kind::Text),
    ("resource_type", Kind::Text),
    ("resource_id", Kind::Text),
    ("version", Kind::BigInt),
    ("attributes", Kind::Json),
];

/// Most rows that one transaction looks at to prune.
const PRUNED_AT_ONCE: i64 = 1_000;

impl Session<'_> {
    /// Writes the rows of changes, each with the names of the changed attributes, if the tenant has not changed since
    /// the request read it.
    ///
    /// A request reads settings, schemas and resource types before its transaction begins. If they change meanwhile,
    /// the request would follow old rules. So the rows are written only under the revision that was read, and hold the
    /// tenant's row until the commit: see [`Session::advance_tenant`].
    ///
    /// Errors: [`StoreError::Outdated`] when the tenant has changed since.
    pub(crate) fn record(
        &mut self,
        revision: i64,
        origin: &Origin,
        changes: Vec<(Unrecorded, Vec<String>)>,
    ) -> Result<()> {
        let rows: Vec<Change<'_>> = changes.iter().map(Change::of).collect();
        let dialect = self.dialect();
        let lock = match dialect {
            Dialect::Postgres => " FOR KEY SHARE OF t",
            Dialect::Sqlite => "",
        };
        let written = Sql::new("INSERT INTO changes (tenant_id, actor, request_id, at_ms, operation, resource_type, resource_id, version, attributes) SELECT t.id, ")
            .then(origin_columns(dialect, origin))
            .sql(", ")
            .sql(rows::selected(dialect, COLUMNS))
            .sql(" FROM tenants t CROSS JOIN ")
            .then(rows::rows(dialect, COLUMNS, &rows))
            .sql(" WHERE t.id = ")
            .integer(self.tenant.0)
            .sql(" AND t.revision = ")
            .bigint(revision)
            .sql(lock)
            .execute(self.connection)?;
        if written == rows.len() {
            Ok(())
        } else {
            Err(StoreError::Outdated)
        }
    }

    /// Records that every group of a member lost this member, in one statement.
    pub(super) fn record_unlinked(
        &mut self,
        member: Key,
        origin: &Origin,
        at_ms: i64,
    ) -> Result<()> {
        let dialect = self.dialect();
        let members = match dialect {
            Dialect::Postgres => "'[\"members\"]'::jsonb",
            Dialect::Sqlite => "jsonb('[\"members\"]')",
        };
        Sql::new("INSERT INTO changes (tenant_id, actor, request_id, at_ms, operation, resource_type, resource_id, version, attributes) SELECT g.tenant_id, ")
            .then(origin_columns(dialect, origin))
            .sql(", ")
            .bigint(at_ms)
            .sql(format!(
                ", 'unlink', g.resource_type, g.id, g.version, {members} FROM (SELECT group_key FROM memberships WHERE tenant_id = "
            ))
            .integer(self.tenant.0)
            .sql(" AND member_key = ")
            .bigint(member.0)
            .sql(") AS e")
            .then(self.look_up_each("resources", "g", "key = e.group_key"))
            .execute(self.connection)?;
        Ok(())
    }

    /// Reads at most a thousand rows after this sequence, and removes those that are older than `before_ms`. Returns the
    /// sequence after which there may be more to remove.
    ///
    /// The rows are read in the order in which they were written, so their time needs no index. The first row that is
    /// young enough ends the search, unless it is from the future: a clock was wrong then, and later rows may be older.
    pub fn prune_changes(
        &mut self,
        after: i64,
        before_ms: i64,
        now_ms: i64,
    ) -> Result<Option<i64>> {
        let piece = Sql::new("SELECT sequence, at_ms FROM changes WHERE tenant_id = ")
            .integer(self.tenant.0)
            .sql(" AND sequence > ")
            .bigint(after)
            .sql(" ORDER BY sequence LIMIT ")
            .bigint(PRUNED_AT_ONCE)
            .typed::<(BigInt, BigInt)>()
            .load::<(i64, i64)>(self.connection)?;
        let Some((last, last_ms)) = piece.last().copied() else {
            return Ok(None);
        };
        Sql::new("DELETE FROM changes WHERE tenant_id = ")
            .integer(self.tenant.0)
            .sql(" AND sequence > ")
            .bigint(after)
            .sql(" AND sequence <= ")
            .bigint(last)
            .sql(" AND at_ms < ")
            .bigint(before_ms)
            .execute(self.connection)?;
        let is_full = i64::try_from(piece.len()) == Ok(PRUNED_AT_ONCE);
        let is_kept = (before_ms..=now_ms).contains(&last_ms);
        Ok((is_full && !is_kept).then_some(last))
    }
}

/// The actor and the request of a change, as two columns.
fn origin_columns(dialect: Dialect, origin: &Origin) -> Sql {
    // PostgreSQL does not infer the type of a bind that stands alone in a SELECT.
    let text = match dialect {
        Dialect::Postgres => "::text",
        Dialect::Sqlite => "",
    };
    Sql::default()
        .text(origin.actor())
        .sql(text)
        .sql(", ")
        .text(&origin.request_id)
        .sql(text)
}

impl<'a> Change<'a> {
    fn of((change, attributes): &'a (Unrecorded, Vec<String>)) -> Self {
        Self {
            operation: change.operation,
            resource_type: &change.resource_type,
            resource_id: &change.resource_id,
            version: change.version.0,
            at_ms: change.at_ms,
            attributes,
        }
    }
}
