//! The feed: what a reader of the changes may see, and the present state beside it.

use diesel::RunQueryDsl as _;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde::Serialize;
use serde_json::Value;

use super::changes::is_settled;
use super::dialect::Dialect;
use super::error::{Result, StoreError};
use super::row::{Row, SELECTED, Selected, SelectedTypes};
use super::rows::{self, Kind};
use super::session::Session;
use super::sql::Sql;

/// Where the feed of a tenant begins and ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeedEnds {
    /// The last position that is pruned. A reader that has not come this far may have missed something.
    pub pruned: i64,
    /// The last position that a reader may see.
    pub last: i64,
    /// The last position that is written. It differs while an older transaction still runs.
    pub newest: i64,
}

/// A row of changes.
#[derive(Debug, Clone)]
pub struct Change {
    /// Its place in the feed.
    pub position: i64,
    /// When it was made.
    pub at_ms: i64,
    /// `create`, `replace`, `patch`, `delete` or `unlink`.
    pub operation: String,
    /// Name of the resource's type.
    pub resource_type: String,
    /// Public id of the resource.
    pub resource_id: String,
    /// Its version after the change.
    pub version: i64,
    /// Names of the attributes that changed.
    pub attributes: Vec<String>,
    /// The ids of members that came or went. `None` when none did, and when too many did.
    pub members: Option<Vec<String>>,
    /// The credential.
    pub actor: String,
    /// The request.
    pub request_id: String,
}

type Types = (
    BigInt,
    BigInt,
    Text,
    Text,
    Text,
    BigInt,
    Text,
    Nullable<Text>,
    Text,
    Text,
);
type Found = (
    i64,
    i64,
    String,
    String,
    String,
    i64,
    String,
    Option<String>,
    String,
    String,
);

/// A group and a resource that may be its member, by their public ids.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Pair {
    /// The group.
    pub group_id: String,
    /// The resource.
    pub member_id: String,
}

const PAIR: &rows::Columns = &[("group_id", Kind::Text), ("member_id", Kind::Text)];

impl Session<'_> {
    /// Where the tenant's feed begins and ends.
    ///
    /// Errors: [`StoreError::Outdated`] when the tenant is gone.
    pub fn feed_ends(&mut self) -> Result<FeedEnds> {
        let settled = is_settled(self.dialect());
        let newest = "SELECT max(c.position) FROM changes c WHERE c.tenant_id = t.id";
        let found = Sql::new(format!(
            "SELECT t.changes_pruned, coalesce(({newest} AND {settled}), 0), coalesce(({newest}), 0) FROM tenants t WHERE t.id = "
        ))
        .integer(self.tenant.0)
        .typed::<(BigInt, BigInt, BigInt)>()
        .load::<(i64, i64, i64)>(self.connection)?;
        let (pruned, last, newest) = found.into_iter().next().ok_or(StoreError::Outdated)?;
        Ok(FeedEnds {
            pruned,
            last: last.max(pruned),
            newest: newest.max(pruned),
        })
    }

    /// At most `count` changes after a position, in order.
    pub fn changes_after(&mut self, position: i64, count: i64) -> Result<Vec<Change>> {
        let dialect = self.dialect();
        let text = match dialect {
            Dialect::Postgres => "::text",
            Dialect::Sqlite => "",
        };
        let found = Sql::new(format!(
            "SELECT c.position, c.at_ms, c.operation, c.resource_type, c.resource_id, c.version, c.attributes{text}, \
             c.members{text}, c.actor, c.request_id FROM changes c JOIN tenants t ON t.id = c.tenant_id WHERE c.tenant_id = "
        ))
        .integer(self.tenant.0)
        .sql(" AND c.position > ")
        .bigint(position)
        .sql(format!(" AND {} ORDER BY c.position LIMIT ", is_settled(dialect)))
        .bigint(count)
        .typed::<Types>()
        .load::<Found>(self.connection)?;
        Ok(found.into_iter().map(Change::from).collect())
    }

    /// Those of these resources that exist.
    pub fn find_all(&mut self, ids: &[&str]) -> Result<Vec<Row>> {
        let columns = SELECTED.replace("resources.", "r.");
        let found = Sql::new(format!("SELECT {columns} FROM "))
            .then(self.resources_of(ids))
            .typed::<SelectedTypes>()
            .load::<Selected>(self.connection)?;
        Ok(found.into_iter().map(Row::from).collect())
    }

    /// Those of these pairs that are memberships.
    pub fn memberships_among(&mut self, pairs: &[Pair]) -> Result<Vec<Pair>> {
        let dialect = self.dialect();
        let [group, member] = match dialect {
            Dialect::Postgres => ["w.group_id", "w.member_id"],
            Dialect::Sqlite => ["w.value ->> 'group_id'", "w.value ->> 'member_id'"],
        };
        let found = Sql::new("SELECT g.id, m.id FROM ")
            .then(rows::rows(dialect, PAIR, &pairs))
            .then(self.look_up_each("resources", "g", &format!("id = {group}")))
            .then(self.look_up_each("resources", "m", &format!("id = {member}")))
            .then(self.look_up_each(
                "memberships",
                "e",
                "group_key = g.key AND e.member_key = m.key",
            ))
            .typed::<(Text, Text)>()
            .load::<(String, String)>(self.connection)?;
        let pair = |(group_id, member_id)| Pair {
            group_id,
            member_id,
        };
        Ok(found.into_iter().map(pair).collect())
    }
}

impl From<Found> for Change {
    fn from(found: Found) -> Self {
        let (position, at_ms, operation, resource_type, resource_id, version, ..) = found.clone();
        let (.., attributes, members, actor, request_id) = found;
        Self {
            position,
            at_ms,
            operation,
            resource_type,
            resource_id,
            version,
            attributes: texts(&attributes),
            members: members.as_deref().map(texts),
            actor,
            request_id,
        }
    }
}

/// A JSON list of texts.
fn texts(json: &str) -> Vec<String> {
    let list: Option<Value> = serde_json::from_str(json).ok();
    let list = list.and_then(|list| serde_json::from_value(list).ok());
    list.unwrap_or_default()
}
