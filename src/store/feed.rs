//! The feed: what a reader of the changes may see, and the present state beside it.

use diesel::RunQueryDsl as _;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde::Serialize;

use super::dialect::Dialect;
use super::error::{Result, StoreError};
use super::positions::is_settled;
use super::row::{Beside, Row, Selected, SelectedTypes, selected};
use super::rows::{self, Kind};
use super::session::Session;
use super::sql::Sql;

/// Where the feed of a tenant begins and ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedEnds {
    /// The last position that is pruned. A reader that has not come this far may have missed something.
    pub pruned: i64,
    /// The request of the row at that position.
    pub pruned_request: String,
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
pub struct Membership {
    /// The group.
    pub group_id: String,
    /// The resource.
    pub member_id: String,
}

const MEMBERSHIP: &rows::Columns = &[("group_id", Kind::Text), ("member_id", Kind::Text)];

impl Session<'_> {
    /// Where the tenant's feed begins and ends.
    ///
    /// Errors: [`StoreError::Outdated`] when the tenant is gone.
    pub fn feed_ends(&mut self) -> Result<FeedEnds> {
        let settled = is_settled(self.dialect());
        let newest = "SELECT max(c.position) FROM changes c WHERE c.tenant_id = t.id";
        let found = Sql::new(format!(
            "SELECT t.changes_pruned, t.changes_pruned_request, coalesce(({newest} AND {settled}), 0), coalesce(({newest}), 0) FROM tenants t WHERE t.id = "
        ))
        .integer(self.tenant.0)
        .typed::<(BigInt, Text, BigInt, BigInt)>()
        .load::<(i64, String, i64, i64)>(self.connection)?;
        let (pruned, pruned_request, last, newest) =
            found.into_iter().next().ok_or(StoreError::Outdated)?;
        Ok(FeedEnds {
            pruned,
            pruned_request,
            last: last.max(pruned),
            newest: newest.max(pruned),
        })
    }

    /// The request of the change at a position. `None` when there is no such change.
    pub fn request_at(&mut self, position: i64) -> Result<Option<String>> {
        let found = Sql::new("SELECT request_id FROM changes WHERE tenant_id = ")
            .integer(self.tenant.0)
            .sql(" AND position = ")
            .bigint(position)
            .typed::<Text>()
            .load::<String>(self.connection)?;
        Ok(found.into_iter().next())
    }

    /// At most `count` changes after a position, in order, up to the last one that readers may see.
    pub fn changes_after(&mut self, position: i64, last: i64, count: i64) -> Result<Vec<Change>> {
        let text = match self.dialect() {
            Dialect::Postgres => "::text",
            Dialect::Sqlite => "",
        };
        let found = Sql::new(format!(
            "SELECT position, at_ms, operation, resource_type, resource_id, version, attributes{text}, members{text}, actor, request_id \
             FROM changes WHERE tenant_id = "
        ))
        .integer(self.tenant.0)
        .sql(" AND position > ")
        .bigint(position)
        .sql(" AND position <= ")
        .bigint(last)
        .sql(" ORDER BY position LIMIT ")
        .bigint(count)
        .typed::<Types>()
        .load::<Found>(self.connection)?;
        found.into_iter().map(Change::of).collect()
    }

    /// Those of these resources that exist.
    pub fn find_all(&mut self, ids: &[&str]) -> Result<Vec<Row>> {
        let columns = selected(self.dialect(), Beside::Nothing).replace("resources.", "r.");
        let found = Sql::new(format!("SELECT {columns} FROM "))
            .then(self.resources_of(ids))
            .typed::<SelectedTypes>()
            .load::<Selected>(self.connection)?;
        Ok(found.into_iter().filter_map(Row::read).collect())
    }

    /// Those of these memberships that exist.
    pub fn memberships_among(&mut self, wanted: &[Membership]) -> Result<Vec<Membership>> {
        let dialect = self.dialect();
        let [group, member] = match dialect {
            Dialect::Postgres => ["w.group_id", "w.member_id"],
            Dialect::Sqlite => ["w.value ->> 'group_id'", "w.value ->> 'member_id'"],
        };
        let tenant = self.tenant;
        let by_id = |alias: &str, id: &str| {
            let place = dialect.look_up(tenant, alias, None, "id", Sql::new(id));
            dialect.join_each("resources", alias, place)
        };
        let found = Sql::new("SELECT g.id, m.id FROM ")
            .then(rows::rows(dialect, MEMBERSHIP, &wanted))
            .then(by_id("g", group))
            .then(by_id("m", member))
            .then(self.look_up_each(
                "memberships",
                "e",
                "group_key = g.key AND e.member_key = m.key",
            ))
            .typed::<(Text, Text)>()
            .load::<(String, String)>(self.connection)?;
        let membership = |(group_id, member_id)| Membership {
            group_id,
            member_id,
        };
        Ok(found.into_iter().map(membership).collect())
    }
}

impl Change {
    fn of(
        (
            position,
            at_ms,
            operation,
            resource_type,
            resource_id,
            version,
            attributes,
            members,
            actor,
            request_id,
        ): Found,
    ) -> Result<Self> {
        Ok(Self {
            position,
            at_ms,
            operation,
            resource_type,
            resource_id,
            version,
            attributes: texts(&attributes)?,
            members: members.as_deref().map(texts).transpose()?,
            actor,
            request_id,
        })
    }
}

/// A JSON list of texts.
fn texts(json: &str) -> Result<Vec<String>> {
    serde_json::from_str(json).map_err(|_| StoreError::Fault("a row of changes is not readable"))
}
