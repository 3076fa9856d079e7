//! Changes of members together with the row of their change, in one statement. For PostgreSQL; on SQLite several statements
//! cost no more than one.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable};
use scim::etag::Version;

use super::changes::{MEMBERS_MAX, json};
use super::dialect::Dialect;
use super::error::{Result, StoreError};
use super::recorded::Authorship;
use super::row::Row;
use super::rows::id_rows;
use super::session::Session;
use super::sql::Sql;

/// Members that come or go: public ids.
#[derive(Debug, Clone, Copy)]
pub(crate) enum EdgeChange<'a> {
    /// These are members afterwards. All of them exist.
    Add(&'a [&'a str]),
    /// These are no members afterwards.
    Remove(&'a [&'a str]),
}

type Types = (
    Integer,
    Integer,
    Integer,
    Nullable<BigInt>,
    Nullable<BigInt>,
);
type Found = (i32, i32, i32, Option<i64>, Option<i64>);

impl Session<'_> {
    /// Changes members of a group by PATCH, and moves version and time of its row if any came or went. Requests that change the
    /// same group at once wait for each other and all succeed.
    ///
    /// Errors: a retry when the group or one of the members to add is gone; [`StoreError::Outdated`],
    /// [`StoreError::Unproven`].
    pub(crate) fn change_members(
        &mut self,
        group: &mut Row,
        change: EdgeChange<'_>,
        now_ms: i64,
        author: &Authorship,
    ) -> Result<()> {
        let ordinal = self.number_rows(1)?;
        let (ids, edges) = match change {
            EdgeChange::Add(ids) => (ids, self.added_edges(ids.len())),
            EdgeChange::Remove(ids) => (ids, self.removed_edges(group)),
        };
        let place = self
            .dialect()
            .look_up(self.tenant, "r", None, "id", Sql::new("w.value"));
        let found = self
            .held(author.revision)
            // The group is locked first, as by every other change of it.
            .sql(", g AS (SELECT r.key FROM resources r, t WHERE r.tenant_id = ")
            .integer(self.tenant.0)
            .sql(" AND r.key = ")
            .bigint(group.key.0)
            .sql(" FOR NO KEY UPDATE OF r), f AS (SELECT r.id, r.key FROM ")
            .then(id_rows(self.dialect(), ids))
            .then(self.dialect().join_each("resources", "r", place))
            .sql("), e AS (")
            .then(edges)
            .sql(" RETURNING member_key), changed AS (UPDATE resources SET version = version + 1, last_modified_ms = greatest(last_modified_ms + 1, ")
            .bigint(now_ms)
            // The key is bound, and not that of `g`: PostgreSQL might read a tenant to join it.
            .sql(") WHERE resources.tenant_id = ")
            .integer(self.tenant.0)
            .sql(" AND resources.key = ")
            .bigint(group.key.0)
            .sql(" AND EXISTS (SELECT FROM g) AND EXISTS (SELECT FROM e) RETURNING resources.version, resources.last_modified_ms), noted AS (")
            .then(self.noted_edges(ordinal, group, author))
            .sql(
                ") SELECT (SELECT count(*)::int FROM t), (SELECT count(*)::int FROM g), (SELECT count(*)::int FROM f), \
                 c.version, c.last_modified_ms FROM (SELECT) one LEFT JOIN changed c ON TRUE",
            )
            .typed::<Types>()
            .load::<Found>(self.connection)?;
        let (held, groups, found, version, last_modified_ms) =
            found.into_iter().next().unwrap_or_default();
        if held == 0 {
            return Err(self.refused_author());
        }
        self.prove_open();
        let is_complete = match change {
            EdgeChange::Add(ids) => usize::try_from(found) == Ok(ids.len()),
            EdgeChange::Remove(_) => true,
        };
        if groups == 0 || !is_complete {
            return Err(StoreError::Retry(diesel::result::Error::NotFound));
        }
        if let (Some(version), Some(last_modified_ms)) = (version, last_modified_ms) {
            group.stored.version = Version(version);
            group.stored.last_modified_ms = last_modified_ms;
        }
        Ok(())
    }

    /// Inserts edges from the group `g` to the resources `f`, if all are there.
    fn added_edges(&self, count: usize) -> Sql {
        Sql::new("INSERT INTO memberships (tenant_id, group_key, member_key) SELECT ")
            .integer(self.tenant.0)
            .sql(", g.key, f.key FROM f, g WHERE (SELECT count(*) FROM f) = ")
            .bigint(i64::try_from(count).unwrap_or(i64::MAX))
            .sql(" ON CONFLICT DO NOTHING")
    }

    /// Deletes the edges from the group `g` to the resources `f`, each found by its place: see `Session::end_edges`.
    fn removed_edges(&self, group: &Row) -> Sql {
        Sql::new("DELETE FROM memberships WHERE ctid = ANY(ARRAY(SELECT e.ctid FROM g, f CROSS JOIN LATERAL (SELECT d.ctid FROM memberships d WHERE d.tenant_id = ")
            .integer(self.tenant.0)
            .sql(" AND d.group_key = ")
            .bigint(group.key.0)
            .sql(" AND d.member_key = f.key OFFSET 0) AS e))")
    }

    /// Writes the row of the change, with the members of the edges `e`.
    fn noted_edges(&self, ordinal: i64, group: &Row, author: &Authorship) -> Sql {
        self.begun_note(ordinal, &author.origin)
            .sql(", changed.last_modified_ms, 'patch', ")
            .text(&group.resource_type)
            .sql(", ")
            .text(&group.stored.id)
            .sql(", changed.version, ")
            .then(json(Dialect::Postgres, &["members"]))
            .sql(", (SELECT CASE WHEN count(*) <= ")
            .bigint(MEMBERS_MAX as i64)
            .sql(" THEN jsonb_agg(f.id ORDER BY f.id) END FROM e JOIN f ON f.key = e.member_key) FROM t, changed")
    }
}
