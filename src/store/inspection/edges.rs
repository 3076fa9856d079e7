//! Memberships with what is at their ends, and circles of them.

use diesel::RunQueryDsl as _;
use diesel::sql_types::{BigInt, Nullable, Text};

use crate::store::error::Result;
use crate::store::key::Key;
use crate::store::session::Session;
use crate::store::sql::Sql;

/// Edges that one statement reads.
const PIECE: i64 = 1_000;

/// A membership.
#[derive(Debug, Clone)]
pub struct Edge {
    /// Where it begins.
    pub group: End,
    /// Where it leads.
    pub member: End,
}

/// One end of a membership.
#[derive(Debug, Clone)]
pub struct End {
    /// The key that the edge names.
    pub key: Key,
    /// Type and public id of the resource of the same tenant that has the key.
    pub resource: Option<(String, String)>,
}

type Types = (
    BigInt,
    BigInt,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
);
type Found = (
    i64,
    i64,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
);

impl Session<'_> {
    /// The next memberships after one of them, which is named by the keys of its ends. Those with a key beyond `until` are
    /// left out.
    pub fn inspect_edges_after(
        &mut self,
        (group, member): (Key, Key),
        until: Key,
    ) -> Result<Vec<Edge>> {
        let found = Sql::new(
            "SELECT e.group_key, e.member_key, g.resource_type, g.id, m.resource_type, m.id FROM \
             (SELECT d.tenant_id, d.group_key, d.member_key FROM memberships d WHERE d.tenant_id = ",
        )
        .integer(self.tenant.0)
        .sql(" AND (d.group_key, d.member_key) > (")
        .bigint(group.0)
        .sql(", ")
        .bigint(member.0)
        .sql(") AND d.group_key <= ")
        .bigint(until.0)
        .sql(" AND d.member_key <= ")
        .bigint(until.0)
        .sql(" ORDER BY d.group_key, d.member_key LIMIT ")
        .bigint(PIECE)
        .sql(
            ") AS e LEFT JOIN resources g ON g.tenant_id = e.tenant_id AND g.key = e.group_key \
             LEFT JOIN resources m ON m.tenant_id = e.tenant_id AND m.key = e.member_key \
             ORDER BY e.group_key, e.member_key",
        )
        .typed::<Types>()
        .load::<Found>(self.connection)?;
        Ok(found.into_iter().map(Edge::of).collect())
    }

    /// Type and public id of a resource.
    pub fn resource_of(&mut self, key: Key) -> Result<Option<(String, String)>> {
        let found = Sql::new("SELECT resource_type, id FROM resources WHERE tenant_id = ")
            .integer(self.tenant.0)
            .sql(" AND key = ")
            .bigint(key.0)
            .typed::<(Text, Text)>()
            .load::<(String, String)>(self.connection)?;
        Ok(found.into_iter().next())
    }

    /// Whether a group is, through others, a member of itself.
    pub fn is_in_circle(&mut self, group: Key) -> Result<bool> {
        let found = Sql::new(
            "WITH RECURSIVE up(key) AS (SELECT e.group_key FROM memberships e WHERE e.tenant_id = ",
        )
        .integer(self.tenant.0)
        .sql(" AND e.member_key = ")
        .bigint(group.0)
        .sql(" UNION SELECT e.group_key FROM up")
        .then(self.look_up_each("memberships", "e", "member_key = up.key"))
        .sql(") SELECT up.key FROM up WHERE up.key = ")
        .bigint(group.0)
        .typed::<BigInt>()
        .load::<i64>(self.connection)?;
        Ok(!found.is_empty())
    }
}

impl Edge {
    fn of((group, member, group_type, group_id, member_type, member_id): Found) -> Self {
        let end = |key, resource_type: Option<String>, id: Option<String>| End {
            key: Key(key),
            resource: resource_type.zip(id),
        };
        Self {
            group: end(group, group_type, group_id),
            member: end(member, member_type, member_id),
        }
    }
}
