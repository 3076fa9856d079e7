//! Edges between resources. Adding, removing and replacing members are set operations of the database; nothing here reads
//! the members that a request does not name.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Text};

use super::error::Result;
use super::{Dialect, Session, Sql};
use crate::scim::canonical::MemberRef;

/// A resource at the other end of an edge.
#[derive(Debug, Clone)]
pub struct Neighbour {
    /// Key of the resource whose edges were asked for.
    pub of: i64,
    /// Public id of the neighbour.
    pub id: String,
    /// Name of its resource type.
    pub resource_type: String,
    /// Its name for people.
    pub display: Option<String>,
    /// Whether one edge leads there.
    pub direct: bool,
}

/// How many of some ids are of one resource type.
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

/// What people see of a neighbour.
const DISPLAY: &str = "n.document ->> 'displayName'";

/// Public ids as rows of one column.
pub(super) fn id_list(dialect: Dialect, ids: &[impl AsRef<str>]) -> Sql {
    let list: serde_json::Value = ids.iter().map(AsRef::as_ref).collect();
    match dialect {
        Dialect::Postgres => Sql::new("SELECT jsonb_array_elements_text(")
            .text(list.to_string())
            .sql("::jsonb)"),
        Dialect::Sqlite => Sql::new("SELECT value FROM json_each(")
            .text(list.to_string())
            .sql(")"),
    }
}

/// The same, to select from as `w(value)`.
fn id_rows(dialect: Dialect, ids: &[impl AsRef<str>]) -> Sql {
    let list: serde_json::Value = ids.iter().map(AsRef::as_ref).collect();
    match dialect {
        Dialect::Postgres => Sql::new("jsonb_array_elements_text(")
            .text(list.to_string())
            .sql("::jsonb) AS w(value)"),
        Dialect::Sqlite => Sql::new("json_each(").text(list.to_string()).sql(") AS w"),
    }
}

/// Internal keys as rows of one column. They are numbers of ours.
fn key_list(dialect: Dialect, keys: &[i64]) -> Sql {
    let list = serde_json::Value::from(keys.to_vec()).to_string();
    match dialect {
        Dialect::Postgres => Sql::new("SELECT jsonb_array_elements_text(")
            .text(list)
            .sql("::jsonb)::bigint"),
        Dialect::Sqlite => Sql::new("SELECT value FROM json_each(").text(list).sql(")"),
    }
}

impl Session<'_> {
    /// Members of these groups, by group, in the order in which the members were created.
    pub fn members_of(&mut self, groups: &[i64]) -> Result<Vec<Neighbour>> {
        let statement = Sql::new(format!(
            "SELECT e.group_key, n.id, n.resource_type, {DISPLAY}, 1 FROM memberships e \
             JOIN resources n ON n.tenant_id = e.tenant_id AND n.key = e.member_key WHERE e.tenant_id = "
        ))
        .integer(self.tenant.0)
        .sql(" AND e.group_key IN (")
        .then(key_list(self.dialect(), groups))
        .sql(") ORDER BY e.group_key, e.member_key");
        self.neighbours(statement)
    }

    /// Groups that these resources are in, directly or through other groups; direct ones first.
    pub fn groups_of(&mut self, members: &[i64]) -> Result<Vec<Neighbour>> {
        let tenant = self.tenant.0;
        let statement = Sql::new("WITH RECURSIVE up(root, group_key, direct) AS (SELECT member_key, group_key, 1 FROM memberships WHERE tenant_id = ")
            .integer(tenant)
            .sql(" AND member_key IN (")
            .then(key_list(self.dialect(), members))
            .sql(") UNION SELECT up.root, e.group_key, 0 FROM up JOIN memberships e ON e.member_key = up.group_key WHERE e.tenant_id = ")
            .integer(tenant)
            .sql(format!(
                "), once(root, group_key, direct) AS (SELECT root, group_key, max(direct) FROM up GROUP BY root, group_key) \
                 SELECT once.root, n.id, n.resource_type, {DISPLAY}, once.direct FROM once \
                 JOIN resources n ON n.key = once.group_key WHERE n.tenant_id = "
            ))
            .integer(tenant)
            .sql(" ORDER BY once.root, once.direct DESC, n.key");
        self.neighbours(statement)
    }

    fn neighbours(&mut self, statement: Sql) -> Result<Vec<Neighbour>> {
        let found = statement
            .typed::<NeighbourTypes>()
            .load::<NeighbourRow>(self.connection)?;
        let neighbour = |(of, id, resource_type, display, direct)| Neighbour {
            of,
            id,
            resource_type,
            display,
            direct: direct == 1,
        };
        Ok(found.into_iter().map(neighbour).collect())
    }

    /// Some of these ids that no resource of the tenant has.
    pub fn unknown_ids(&mut self, ids: &[&str]) -> Result<Vec<String>> {
        let statement = Sql::new("SELECT w.value FROM ")
            .then(id_rows(self.dialect(), ids))
            .sql(" WHERE NOT EXISTS (SELECT 1 FROM resources r WHERE r.tenant_id = ")
            .integer(self.tenant.0)
            .sql(" AND r.id = w.value) LIMIT 5");
        Ok(statement.typed::<Text>().load::<String>(self.connection)?)
    }

    /// The resource types among these ids.
    pub fn types_among(&mut self, ids: &[&str]) -> Result<Vec<TypeCount>> {
        let statement = Sql::new(
            "SELECT r.resource_type, min(r.id), count(*) FROM resources r WHERE r.tenant_id = ",
        )
        .integer(self.tenant.0)
        .sql(" AND r.id IN (")
        .then(id_list(self.dialect(), ids))
        .sql(") GROUP BY r.resource_type ORDER BY r.resource_type");
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

    /// One of these ids that is this resource or a group it is in, directly or not: adding it would close a circle.
    pub fn ancestor_among(&mut self, group: i64, ids: &[&str]) -> Result<Option<String>> {
        let tenant = self.tenant.0;
        let statement = Sql::new("WITH RECURSIVE up(key) AS (SELECT key FROM resources WHERE tenant_id = ")
            .integer(tenant)
            .sql(" AND key = ")
            .bigint(group)
            .sql(" UNION SELECT e.group_key FROM up JOIN memberships e ON e.member_key = up.key WHERE e.tenant_id = ")
            .integer(tenant)
            .sql(") SELECT r.id FROM up JOIN resources r ON r.key = up.key WHERE r.tenant_id = ")
            .integer(tenant)
            .sql(" AND r.id IN (")
            .then(id_list(self.dialect(), ids))
            .sql(") LIMIT 1");
        Ok(statement
            .typed::<Text>()
            .load::<String>(self.connection)?
            .into_iter()
            .next())
    }

    /// Lets no other transaction of the tenant nest groups until this one ends, so that two of them cannot close a circle
    /// together.
    pub fn lock_nesting(&mut self) -> Result<()> {
        if self.dialect() == Dialect::Postgres {
            let statement = Sql::new("SELECT id FROM tenants WHERE id = ")
                .integer(self.tenant.0)
                .sql(" FOR NO KEY UPDATE");
            statement.typed::<Integer>().load::<i32>(self.connection)?;
        }
        Ok(())
    }

    /// Makes these resources members; the number of new edges.
    pub fn add_members(&mut self, group: i64, members: &[MemberRef]) -> Result<usize> {
        let ids: Vec<&str> = members.iter().map(|member| member.id.as_str()).collect();
        let statement = Sql::new(
            "INSERT INTO memberships (tenant_id, group_key, member_key) SELECT r.tenant_id, ",
        )
        .bigint(group)
        .sql(", r.key FROM resources r WHERE r.tenant_id = ")
        .integer(self.tenant.0)
        .sql(" AND r.id IN (")
        .then(id_list(self.dialect(), &ids))
        .sql(") ON CONFLICT DO NOTHING");
        Ok(statement.execute(self.connection)?)
    }

    /// Ends these memberships; the number of edges that are gone.
    pub fn remove_members(&mut self, group: i64, ids: &[String]) -> Result<usize> {
        let condition = Sql::new("m.id IN (")
            .then(id_list(self.dialect(), ids))
            .sql(")");
        self.remove_members_where(group, condition)
    }

    /// Ends all memberships but these; the number of edges that are gone.
    pub fn retain_members(&mut self, group: i64, members: &[MemberRef]) -> Result<usize> {
        if members.is_empty() {
            let statement = self.edges_of(group);
            return Ok(statement.execute(self.connection)?);
        }
        let ids: Vec<&str> = members.iter().map(|member| member.id.as_str()).collect();
        let kept =
            Sql::new(" AND member_key NOT IN (SELECT m.key FROM resources m WHERE m.tenant_id = ")
                .integer(self.tenant.0)
                .sql(" AND m.id IN (")
                .then(id_list(self.dialect(), &ids))
                .sql("))");
        let statement = self.edges_of(group).then(kept);
        Ok(statement.execute(self.connection)?)
    }

    /// Ends the memberships of resources `m` that satisfy a condition; the number of edges that are gone.
    pub(crate) fn remove_members_where(&mut self, group: i64, condition: Sql) -> Result<usize> {
        let selected = Sql::new(" AND member_key IN (SELECT m.key FROM resources m JOIN memberships e ON e.tenant_id = m.tenant_id AND e.member_key = m.key AND e.group_key = ")
            .bigint(group)
            .sql(" WHERE m.tenant_id = ")
            .integer(self.tenant.0)
            .sql(" AND ")
            .then(condition)
            .sql(")");
        let statement = self.edges_of(group).then(selected);
        Ok(statement.execute(self.connection)?)
    }

    fn edges_of(&self, group: i64) -> Sql {
        Sql::new("DELETE FROM memberships WHERE tenant_id = ")
            .integer(self.tenant.0)
            .sql(" AND group_key = ")
            .bigint(group)
    }

    /// Moves the versions of all groups that a resource is in, and records it: the resource is about to go.
    pub fn unlink(&mut self, member: i64, now_ms: i64) -> Result<()> {
        let later = match self.dialect() {
            Dialect::Postgres => "greatest",
            Dialect::Sqlite => "max",
        };
        let statement = Sql::new(format!("UPDATE resources SET version = version + 1, last_modified_ms = {later}(last_modified_ms + 1, "))
            .bigint(now_ms)
            .sql(") WHERE tenant_id = ")
            .integer(self.tenant.0)
            .sql(" AND key IN (SELECT group_key FROM memberships WHERE tenant_id = ")
            .integer(self.tenant.0)
            .sql(" AND member_key = ")
            .bigint(member)
            .sql(")");
        if statement.execute(self.connection)? > 0 {
            self.record_unlinked(member, now_ms)?;
        }
        Ok(())
    }
}
