//! Edges between resources. The database adds, removes and replaces members in set operations. No function reads
//! members that a request does not name.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Text};
use scim::canonical::MemberRef;

use super::dialect::Dialect;
use super::error::Result;
use super::key::Key;
use super::origin::Origin;
use super::row::Row;
use super::rows::{id_rows, key_rows};
use super::session::Session;
use super::sql::Sql;

/// A resource at the other end of an edge.
#[derive(Debug, Clone)]
pub struct Neighbour {
    /// Key of the resource at this end of the edge.
    pub of: Key,
    /// Public id of the neighbour.
    pub id: String,
    /// Name of its resource type.
    pub resource_type: String,
    /// Its name for people.
    pub display: Option<String>,
    /// Whether one edge leads to it, and not a path of several.
    pub direct: bool,
}

/// A member of a group.
#[derive(Debug, Clone)]
pub struct Member {
    /// Key of the group.
    pub of: Key,
    /// Key of the member.
    pub key: Key,
    /// Its public id.
    pub id: String,
    /// Name of its resource type.
    pub resource_type: String,
    /// Its name for people.
    pub display: Option<String>,
}

/// The number of given ids that belong to one resource type.
#[derive(Debug, Clone)]
pub struct TypeCount {
    /// Name of the resource type.
    pub resource_type: String,
    /// One of the ids.
    pub example: String,
    /// How many.
    pub count: i64,
}

type NeighbourTypes = (BigInt, Text, Text, Nullable<Text>, Integer);
type NeighbourRow = (i64, String, String, Option<String>, i32);

/// The name of a neighbour for people.
const DISPLAY: &str = "n.shown_name";

/// The id of the member of an edge that a statement adds or removes.
const CHANGED_MEMBER: &str = " RETURNING (SELECT r.id FROM resources r WHERE r.tenant_id = memberships.tenant_id AND r.key = memberships.member_key)";

fn ids_of(members: &[MemberRef]) -> Vec<&str> {
    members.iter().map(|member| member.id.as_str()).collect()
}

impl Session<'_> {
    /// Joins rows of the tenant, with a look-up for each row on the left. These statements name their rows by key, so a
    /// planner should not read a whole tenant.
    pub(super) fn look_up_each(&self, table: &str, alias: &str, condition: &str) -> Sql {
        let of_tenant = Sql::new(format!("{alias}.tenant_id = ")).integer(self.tenant.0);
        let wanted = of_tenant.sql(format!(" AND {alias}.{condition}"));
        self.dialect().join_each(table, alias, wanted)
    }

    /// The resources with these ids, as `FROM w … r`.
    pub(super) fn resources_of(&self, ids: &[impl AsRef<str>]) -> Sql {
        let dialect = self.dialect();
        let place = dialect.look_up(self.tenant, "r", None, "id", Sql::new("w.value"));
        id_rows(dialect, ids).then(dialect.join_each("resources", "r", place))
    }

    /// At most `count` members of a group, in the order in which they were created, after one of them.
    pub fn members_after(&mut self, group: Key, after: Key, count: usize) -> Result<Vec<Member>> {
        let edges = self.edges_after(Sql::default().bigint(group.0), after, count);
        self.members(edges)
    }

    /// The first members of each of these groups, at most `count` of each, in the same order.
    pub fn first_members(&mut self, groups: &[Key], count: usize) -> Result<Vec<Member>> {
        if let ([_], _) | (_, Dialect::Sqlite) = (groups, self.dialect()) {
            let mut found = Vec::new();
            for group in groups {
                found.extend(self.members_after(*group, Key(0), count)?);
            }
            return Ok(found);
        }
        let edges = key_rows(self.dialect(), groups)
            .sql(" CROSS JOIN LATERAL ")
            .then(self.edges_after(Sql::new("w.value"), Key(0), count));
        self.members(edges)
    }

    /// Edges `e` of a group from a place on, for a FROM.
    fn edges_after(&self, group: Sql, after: Key, count: usize) -> Sql {
        Sql::new("(SELECT d.group_key, d.member_key FROM memberships d WHERE d.tenant_id = ")
            .integer(self.tenant.0)
            .sql(" AND d.group_key = ")
            .then(group)
            .sql(" AND d.member_key > ")
            .bigint(after.0)
            .sql(" ORDER BY d.member_key LIMIT ")
            .bigint(i64::try_from(count).unwrap_or(i64::MAX))
            .sql(") AS e")
    }

    fn members(&mut self, edges: Sql) -> Result<Vec<Member>> {
        let found =
            Sql::new("SELECT e.group_key, e.member_key, n.id, n.resource_type, n.shown_name FROM ")
                .then(edges)
                .then(self.look_up_each("resources", "n", "key = e.member_key"))
                .sql(" ORDER BY e.group_key, e.member_key")
                .typed::<(BigInt, BigInt, Text, Text, Nullable<Text>)>()
                .load::<(i64, i64, String, String, Option<String>)>(self.connection)?;
        let member = |(of, key, id, resource_type, display)| Member {
            of: Key(of),
            key: Key(key),
            id,
            resource_type,
            display,
        };
        Ok(found.into_iter().map(member).collect())
    }

    /// Groups that contain these resources, directly or through other groups. Direct ones come first. At most `most` of them are
    /// returned, in no order of the resources.
    pub fn groups_of(&mut self, members: &[Key], most: Option<usize>) -> Result<Vec<Neighbour>> {
        let statement = Sql::new(
            "WITH RECURSIVE up(root, group_key, direct) AS (SELECT e.member_key, e.group_key, 1 FROM ",
        )
        .then(key_rows(self.dialect(), members))
        .then(self.look_up_each("memberships", "e", "member_key = w.value"))
        .sql(" UNION SELECT up.root, e.group_key, 0 FROM up")
        .then(self.look_up_each("memberships", "e", "member_key = up.group_key"))
        .sql(format!(
            "), once(root, group_key, direct) AS (SELECT root, group_key, max(direct) FROM up GROUP BY root, group_key) \
             SELECT once.root, n.id, n.resource_type, {DISPLAY}, once.direct FROM once"
        ))
        .then(self.look_up_each("resources", "n", "key = once.group_key"))
        .sql(" ORDER BY once.root, once.direct DESC, n.key");
        let most = most.and_then(|most| i64::try_from(most).ok());
        let statement = match most {
            Some(most) => statement.sql(" LIMIT ").bigint(most),
            None => statement,
        };
        self.neighbours(statement)
    }

    fn neighbours(&mut self, statement: Sql) -> Result<Vec<Neighbour>> {
        let found = statement
            .typed::<NeighbourTypes>()
            .load::<NeighbourRow>(self.connection)?;
        let neighbour = |(of, id, resource_type, display, direct)| Neighbour {
            of: Key(of),
            id,
            resource_type,
            display,
            direct: direct == 1,
        };
        Ok(found.into_iter().map(neighbour).collect())
    }

    /// The ids that belong to no resource of the tenant, at most five of them.
    pub fn unknown_ids(&mut self, ids: &[&str]) -> Result<Vec<String>> {
        let statement = Sql::new("SELECT w.value FROM ")
            .then(id_rows(self.dialect(), ids))
            .sql(" WHERE NOT EXISTS (SELECT 1 FROM resources r WHERE ")
            .then(
                self.dialect()
                    .look_up(self.tenant, "r", None, "id", Sql::new("w.value")),
            )
            .sql(") LIMIT 5");
        Ok(statement.typed::<Text>().load::<String>(self.connection)?)
    }

    /// The resource types of these ids.
    pub fn types_among(&mut self, ids: &[&str]) -> Result<Vec<TypeCount>> {
        let statement = Sql::new("SELECT r.resource_type, min(r.id), count(*) FROM ")
            .then(self.resources_of(ids))
            .sql(" GROUP BY r.resource_type ORDER BY r.resource_type");
        let found = statement
            .typed::<(Text, Text, BigInt)>()
            .load::<(String, String, i64)>(self.connection)?;
        let counted = |(resource_type, example, count)| TypeCount {
            resource_type,
            example,
            count,
        };
        Ok(found.into_iter().map(counted).collect())
    }

    /// Finds one of these ids that is this resource, or a group that contains it directly or not. Adding it would close
    /// a circle.
    pub fn ancestor_among(&mut self, group: Key, ids: &[&str]) -> Result<Option<String>> {
        let statement =
            Sql::new("WITH RECURSIVE up(key) AS (SELECT key FROM resources WHERE tenant_id = ")
                .integer(self.tenant.0)
                .sql(" AND key = ")
                .bigint(group.0)
                .sql(" UNION SELECT e.group_key FROM up")
                .then(self.look_up_each("memberships", "e", "member_key = up.key"))
                .sql(") SELECT r.id FROM ")
                .then(self.resources_of(ids))
                .sql(" WHERE r.key IN (SELECT key FROM up) LIMIT 1");
        let found = statement.typed::<Text>().load::<String>(self.connection)?;
        Ok(found.into_iter().next())
    }

    /// Stops other transactions of the tenant from nesting groups until this one ends. Otherwise two of them could
    /// close a circle together.
    pub fn lock_nesting(&mut self) -> Result<()> {
        if self.dialect() == Dialect::Postgres {
            let statement = Sql::new("SELECT id FROM tenants WHERE id = ")
                .integer(self.tenant.0)
                .sql(" FOR NO KEY UPDATE");
            statement.typed::<Integer>().load::<i32>(self.connection)?;
        }
        Ok(())
    }

    /// Makes these resources members. Returns the ids of those that were none.
    pub fn add_members(&mut self, group: Key, members: &[MemberRef]) -> Result<Vec<String>> {
        let statement = Sql::new(
            "INSERT INTO memberships (tenant_id, group_key, member_key) SELECT r.tenant_id, ",
        )
        .bigint(group.0)
        .sql(", r.key FROM ")
        .then(self.resources_of(&ids_of(members)))
        .sql(" WHERE TRUE ON CONFLICT DO NOTHING");
        self.changed_members(statement)
    }

    /// Ends these memberships. Returns the ids of those that were members.
    pub fn remove_members(&mut self, group: Key, ids: &[String]) -> Result<Vec<String>> {
        let keys = Sql::new("SELECT r.key FROM ").then(self.resources_of(ids));
        self.end_edges(group, keys)
    }

    /// Removes the edges to members whose keys a query finds.
    ///
    /// Without statistics, PostgreSQL would read all edges of the group. So the statement names the place of each edge
    /// (`ctid`) and no other condition; the query of the places has the tenant. Edges are never updated, so a place
    /// stays valid.
    fn end_edges(&mut self, group: Key, members: Sql) -> Result<Vec<String>> {
        let statement = match self.dialect() {
            Dialect::Postgres => Sql::new("DELETE FROM memberships WHERE ctid = ANY(ARRAY(SELECT e.ctid FROM (")
                .then(members)
                .sql(") AS k(key) CROSS JOIN LATERAL (SELECT d.ctid FROM memberships d WHERE d.tenant_id = ")
                .integer(self.tenant.0)
                .sql(" AND d.group_key = ")
                .bigint(group.0)
                .sql(" AND d.member_key = k.key OFFSET 0) AS e))"),
            Dialect::Sqlite => self.edges_of(group).sql(" AND member_key IN (").then(members).sql(")"),
        };
        self.changed_members(statement)
    }

    /// Runs a statement that adds or removes edges. Returns the ids of the members.
    fn changed_members(&mut self, statement: Sql) -> Result<Vec<String>> {
        let statement = statement.sql(CHANGED_MEMBER).typed::<Text>();
        Ok(statement.load::<String>(self.connection)?)
    }

    /// Ends all memberships except these. Returns the ids of the members that went.
    pub fn retain_members(&mut self, group: Key, members: &[MemberRef]) -> Result<Vec<String>> {
        let mut statement = self.edges_of(group);
        if !members.is_empty() {
            let kept =
                Sql::new("SELECT r.key AS kept FROM ").then(self.resources_of(&ids_of(members)));
            // Both databases make an index of the list. PostgreSQL might read it again for each edge if this were an
            // anti-join: before there are statistics, it expects few edges.
            statement = statement
                .sql(" AND member_key NOT IN (")
                .then(kept)
                .sql(")");
        }
        self.changed_members(statement)
    }

    /// Ends the memberships of resources `m` that satisfy a condition. Returns the ids of the members that went.
    pub(crate) fn remove_members_where(
        &mut self,
        group: Key,
        condition: Sql,
    ) -> Result<Vec<String>> {
        let keys = Sql::new("SELECT m.key FROM resources m JOIN memberships e ON e.tenant_id = m.tenant_id AND e.member_key = m.key AND e.group_key = ")
            .bigint(group.0)
            .sql(" WHERE m.tenant_id = ")
            .integer(self.tenant.0)
            .sql(" AND ")
            .then(condition);
        self.end_edges(group, keys)
    }

    fn edges_of(&self, group: Key) -> Sql {
        Sql::new("DELETE FROM memberships WHERE tenant_id = ")
            .integer(self.tenant.0)
            .sql(" AND group_key = ")
            .bigint(group.0)
    }

    /// Moves the versions of all groups that contain a resource, and records this. The resource is about to be deleted.
    ///
    /// The groups are locked in the order of their keys, so that two deletions cannot wait for each other. They are
    /// read again under the lock, because another request may have removed the member meanwhile and then records that
    /// itself.
    pub fn unlink(&mut self, member: &Row, origin: &Origin, now_ms: i64) -> Result<()> {
        if self.dialect() == Dialect::Postgres {
            let lock = Sql::new("SELECT g.key FROM (")
                .then(self.groups_with(member.key))
                .sql(" ORDER BY group_key) AS e CROSS JOIN LATERAL (SELECT r.key FROM resources r WHERE r.tenant_id = ")
                .integer(self.tenant.0)
                .sql(" AND r.key = e.group_key FOR NO KEY UPDATE) AS g");
            lock.typed::<BigInt>().load::<i64>(self.connection)?;
        }
        let later = match self.dialect() {
            Dialect::Postgres => "greatest",
            Dialect::Sqlite => "max",
        };
        let statement = Sql::new(format!(
            "UPDATE resources SET version = version + 1, last_modified_ms = {later}(last_modified_ms + 1, "
        ))
        .bigint(now_ms)
        .sql(")")
        .then(self.where_group_of(member.key));
        let groups = statement.execute(self.connection)?;
        if groups > 0 {
            self.record_unlinked(member, groups, origin, now_ms)?;
        }
        Ok(())
    }

    /// The groups with this member, for an UPDATE of `resources`. On PostgreSQL the locked rows are found by their places:
    /// before there are statistics, it would read a tenant to compare keys with a list.
    fn where_group_of(&self, member: Key) -> Sql {
        let groups = self.groups_with(member);
        match self.dialect() {
            Dialect::Postgres => Sql::new(" FROM (")
                .then(groups)
                .sql(") AS e CROSS JOIN LATERAL (SELECT r.ctid FROM resources r WHERE r.tenant_id = ")
                .integer(self.tenant.0)
                .sql(" AND r.key = e.group_key OFFSET 0) AS g WHERE resources.ctid = g.ctid"),
            Dialect::Sqlite => Sql::new(" WHERE tenant_id = ")
                .integer(self.tenant.0)
                .sql(" AND key IN (")
                .then(groups)
                .sql(")"),
        }
    }

    /// The keys of the groups that have this member.
    fn groups_with(&self, member: Key) -> Sql {
        Sql::new("SELECT group_key FROM memberships WHERE tenant_id = ")
            .integer(self.tenant.0)
            .sql(" AND member_key = ")
            .bigint(member.0)
    }
}
