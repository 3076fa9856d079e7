//! The outbox: a row for every change, written in the change's own transaction. `feed.rs` reads it.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use scim::ScimError;
use serde::Serialize;

use super::dialect::Dialect;
use super::error::{Result, StoreError};
use super::origin::Origin;
use super::positions::{ORDINAL_MAX, new_position};
use super::recorded::Authorship;
use super::row::Row;
use super::rows::{self, Kind};
use super::schema::tenants;
use super::session::Session;
use super::sql::Sql;
use super::unrecorded::{Effect, Operation, Unrecorded};

/// [`Unrecorded`] as a row, with its [`Effect`].
#[derive(Serialize)]
struct Change<'a> {
    at_ms: i64,
    operation: Operation,
    resource_type: &'a str,
    resource_id: &'a str,
    version: i64,
    attributes: &'a [String],
    /// Unless there are none or too many.
    members: Option<Vec<&'a str>>,
    /// The number of the row in its transaction.
    ordinal: i64,
}

const ROWS: &rows::Columns = &[
    ("at_ms", Kind::BigInt),
    ("operation", Kind::Text),
    ("resource_type", Kind::Text),
    ("resource_id", Kind::Text),
    ("version", Kind::BigInt),
    ("attributes", Kind::JsonText),
    ("members", Kind::JsonText),
    ("ordinal", Kind::BigInt),
];
/// Those that the table has: all but the last.
const COLUMNS: &rows::Columns = match ROWS.split_last() {
    Some((_, columns)) => columns,
    None => ROWS,
};

/// Most ids of members in a row. A reader of a longer change reads all members of the group.
pub(super) const MEMBERS_MAX: usize = 1_000;
/// Most rows that one transaction looks at to prune.
const PRUNED_AT_ONCE: i64 = 1_000;

impl Session<'_> {
    /// Writes the rows of changes, if the tenant has not changed since the request read it.
    ///
    /// A request reads settings, schemas and resource types before its transaction begins. If they change meanwhile,
    /// the request would follow old rules. So the rows are written only under the revision that was read, and hold the
    /// tenant's row until the commit: see [`Session::advance_tenant`].
    ///
    /// Errors: [`StoreError::Outdated`] when the tenant has changed since; [`StoreError::Unproven`].
    pub(crate) fn record(
        &mut self,
        author: &Authorship,
        changes: Vec<(Unrecorded, Effect)>,
    ) -> Result<()> {
        let first = self.number_rows(changes.len())?;
        let rows: Vec<Change<'_>> = (first..)
            .zip(&changes)
            .map(|(ordinal, change)| Change::of(ordinal, change))
            .collect();
        let dialect = self.dialect();
        let (tenant, condition) = self.tenant_at(author.revision);
        let (ordinal, lock) = match dialect {
            Dialect::Postgres => ("w.ordinal", " FOR KEY SHARE OF t"),
            Dialect::Sqlite => ("", ""),
        };
        let written = self
            .inserted_columns("t.id", ordinal)
            .then(origin_columns(dialect, &author.origin))
            .sql(", ")
            .sql(rows::selected(dialect, COLUMNS))
            .sql(format!(" FROM {tenant} CROSS JOIN "))
            .then(rows::rows(dialect, ROWS, &rows))
            .sql(" WHERE ")
            .then(condition)
            .sql(lock)
            .execute(self.connection)?;
        if written != rows.len() {
            return Err(self.refused_author());
        }
        self.prove_open();
        Ok(())
    }

    /// Records that every group of a member lost this member, in one statement.
    pub(super) fn record_unlinked(
        &mut self,
        member: &Row,
        groups: usize,
        origin: &Origin,
        at_ms: i64,
    ) -> Result<()> {
        let first = self.number_rows(groups)?;
        let dialect = self.dialect();
        self.inserted_columns(
            "g.tenant_id",
            &format!("{first} - 1 + row_number() OVER ()"),
        )
        .then(origin_columns(dialect, origin))
        .sql(", ")
        .bigint(at_ms)
        .sql(", 'unlink', g.resource_type, g.id, g.version, ")
        .then(json(dialect, &["members"]))
        .sql(", ")
        .then(json(dialect, &[&member.stored.id]))
        .sql(" FROM (SELECT tenant_id, group_key FROM memberships WHERE tenant_id = ")
        .integer(self.tenant.0)
        .sql(" AND member_key = ")
        .bigint(member.key.0)
        .sql(") AS e JOIN tenants t ON t.id = e.tenant_id")
        .then(self.look_up_each("resources", "g", "key = e.group_key"))
        .execute(self.connection)?;
        Ok(())
    }

    /// The beginning of a statement that writes the row of one change, up to its FROM. `t` is the tenant's row.
    pub(super) fn noted(
        &self,
        ordinal: i64,
        origin: &Origin,
        change: &(Unrecorded, Effect),
    ) -> Sql {
        let dialect = self.dialect();
        let row = Change::of(ordinal, change);
        let operation = match row.operation {
            Operation::Create => "'create'",
            Operation::Replace => "'replace'",
            Operation::Patch => "'patch'",
            Operation::Delete => "'delete'",
        };
        let members = match &row.members {
            Some(members) => json(dialect, members),
            None => Sql::new("NULL"),
        };
        let attributes: Vec<&str> = row.attributes.iter().map(String::as_str).collect();
        self.begun_note(ordinal, origin)
            .sql(", ")
            .bigint(row.at_ms)
            .sql(format!(", {operation}, "))
            .text(row.resource_type)
            .sql(", ")
            .text(row.resource_id)
            .sql(", ")
            .bigint(row.version)
            .sql(", ")
            .then(json(dialect, &attributes))
            .sql(", ")
            .then(members)
    }

    /// The beginning of a statement that writes the row of one change, up to its origin. `t` is the tenant's row.
    pub(super) fn begun_note(&self, ordinal: i64, origin: &Origin) -> Sql {
        self.inserted_columns("t.id", &ordinal.to_string())
            .then(origin_columns(self.dialect(), origin))
    }

    /// The beginning of a statement that writes rows of changes, up to the position. `t` is the tenant's row.
    fn inserted_columns(&self, tenant: &str, ordinal: &str) -> Sql {
        let (place, position) = match self.dialect() {
            Dialect::Postgres => ("position, ", format!("{}, ", new_position(ordinal))),
            // The database numbers the rows.
            Dialect::Sqlite => ("", String::new()),
        };
        Sql::new(format!(
            "INSERT INTO changes (tenant_id, {place}actor, request_id, at_ms, operation, resource_type, resource_id, version, \
             attributes, members) SELECT {tenant}, {position}"
        ))
    }

    /// Takes numbers for rows of this transaction, which the next statement writes. Returns the first of them.
    ///
    /// Errors: [`StoreError::Late`]; 413 for more than a position has room for. Only a member of a million groups comes here.
    pub(super) fn number_rows(&mut self, rows: usize) -> Result<i64> {
        self.before_write()?;
        let first = self.recorded + 1;
        self.recorded =
            i64::try_from(rows).map_or(i64::MAX, |rows| self.recorded.saturating_add(rows));
        if self.recorded > ORDINAL_MAX {
            return Err(StoreError::Scim(ScimError::TooLarge {
                what: "the change",
                limit: format!("{ORDINAL_MAX} resources"),
            }));
        }
        Ok(first)
    }

    /// Reads at most a thousand rows after this position, and removes those that are older than `before_ms`. Returns the
    /// position after which there may be more to remove.
    ///
    /// The rows are read in the order in which they were written, so their time needs no index. The first row that is
    /// young enough ends the search, unless it is from the future: a clock was wrong then, and later rows may be older.
    pub fn prune_changes(
        &mut self,
        after: i64,
        before_ms: i64,
        now_ms: i64,
    ) -> Result<Option<i64>> {
        // A row that readers cannot see yet stays: who begins to read now begins before it.
        let settled = self.feed_ends()?.last;
        let piece = Sql::new("SELECT position, at_ms FROM changes WHERE tenant_id = ")
            .integer(self.tenant.0)
            .sql(" AND position > ")
            .bigint(after)
            .sql(" AND position <= ")
            .bigint(settled)
            .sql(" ORDER BY position LIMIT ")
            .bigint(PRUNED_AT_ONCE)
            .typed::<(BigInt, BigInt)>()
            .load::<(i64, i64)>(self.connection)?;
        let Some((last, last_ms)) = piece.last().copied() else {
            return Ok(None);
        };
        let removed = Sql::new("DELETE FROM changes WHERE tenant_id = ")
            .integer(self.tenant.0)
            .sql(" AND position > ")
            .bigint(after)
            .sql(" AND position <= ")
            .bigint(last)
            .sql(" AND at_ms < ")
            .bigint(before_ms)
            .sql(" RETURNING position, request_id")
            .typed::<(BigInt, Text)>()
            .load::<(i64, String)>(self.connection)?;
        if let Some((position, request_id)) = removed.into_iter().max() {
            self.mark_pruned(position, &request_id)?;
        }
        let is_full = i64::try_from(piece.len()) == Ok(PRUNED_AT_ONCE);
        let is_kept = (before_ms..=now_ms).contains(&last_ms);
        Ok((is_full && !is_kept).then_some(last))
    }

    /// Remembers that readers who have not come this far may have missed something.
    fn mark_pruned(&mut self, position: i64, request_id: &str) -> Result<()> {
        let own = tenants::table.filter(tenants::id.eq(self.tenant.0));
        diesel::update(own.filter(tenants::changes_pruned.lt(position)))
            .set((
                tenants::changes_pruned.eq(position),
                tenants::changes_pruned_request.eq(request_id),
            ))
            .execute(self.connection)?;
        Ok(())
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
    fn of(ordinal: i64, (change, effect): &'a (Unrecorded, Effect)) -> Self {
        Self {
            at_ms: change.at_ms,
            operation: change.operation,
            resource_type: &change.resource_type,
            resource_id: &change.resource_id,
            version: change.version.0,
            attributes: &effect.attributes,
            members: named(&effect.members),
            ordinal,
        }
    }
}

/// The members that a row names, each once.
fn named(members: &[String]) -> Option<Vec<&str>> {
    let once: BTreeSet<&str> = members.iter().map(String::as_str).collect();
    (1..=MEMBERS_MAX)
        .contains(&once.len())
        .then(|| once.into_iter().collect())
}

/// Texts as a column of JSON.
pub(super) fn json(dialect: Dialect, texts: &[&str]) -> Sql {
    let json = serde_json::Value::from(texts).to_string();
    match dialect {
        Dialect::Postgres => Sql::default().text(json).sql("::jsonb"),
        Dialect::Sqlite => Sql::default().text(json),
    }
}
