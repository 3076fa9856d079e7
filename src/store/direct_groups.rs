//! The groups that a resource is in, read together with the resource.
//!
//! Most groups are in no other group, and then these are all groups of the resource. A recursive query costs ten times as
//! much, so it is asked only where groups nest.

use std::collections::HashMap;

use diesel::RunQueryDsl as _;
use diesel::sql_types::{BigInt, Integer, Nullable, Text};

use super::dialect::Dialect;
use super::error::Result;
use super::key::Key;
use super::rows::key_rows;
use super::session::Session;
use super::sql::Sql;

/// What a read found of the groups that a resource is in directly.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum FoundGroups {
    /// Nobody asked.
    #[default]
    Unasked,
    /// Their keys, in the order in which they were created. Resources of a page share most of their groups, so these are read
    /// once for the page.
    Keys(Vec<Key>),
    /// The groups.
    All(DirectGroups),
}

/// The groups that a resource is in directly, in the order in which they were created.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DirectGroups {
    /// The groups.
    pub groups: Vec<DirectGroup>,
    /// Whether one of them is in a group itself.
    pub are_nested: bool,
}

/// A group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectGroup {
    /// Its public id.
    pub id: String,
    /// Name of its resource type.
    pub resource_type: String,
    /// Its name for people.
    pub display: Option<String>,
}

/// A group that was asked for by its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyedGroup {
    /// The group.
    pub group: DirectGroup,
    /// Whether it is in a group itself.
    pub is_nested: bool,
}

impl FoundGroups {
    /// Reads the column, which holds keys or groups.
    pub(super) fn read(column: Option<&str>) -> Self {
        let all = |json| DirectGroups::read(json).map(Self::All);
        let found = match column {
            None => None,
            Some(json) if json.starts_with('[') => all(json),
            Some(keys) => read_keys(keys).map(Self::Keys),
        };
        found.unwrap_or_default()
    }
}

fn read_keys(list: &str) -> Option<Vec<Key>> {
    let keys = list.split_terminator(',');
    let mut keys: Vec<Key> = keys
        .map(|key| key.parse().ok().map(Key))
        .collect::<Option<_>>()?;
    keys.sort_unstable();
    Some(keys)
}

impl DirectGroups {
    /// Reads the column. `None` when it is not as this program writes it.
    pub(super) fn read(json: &str) -> Option<Self> {
        let found: Vec<(String, String, Option<String>, i32)> = serde_json::from_str(json).ok()?;
        let are_nested = found.iter().any(|(.., nested)| *nested != 0);
        let group = |(id, resource_type, display, _)| DirectGroup {
            id,
            resource_type,
            display,
        };
        Some(Self {
            groups: found.into_iter().map(group).collect(),
            are_nested,
        })
    }
}

/// Whether a group is in a group itself, as 0 or 1. PostgreSQL might read all memberships once to answer an EXISTS for many
/// groups.
fn is_nested(tenant: &str, group: &str) -> String {
    format!(
        "coalesce((SELECT 1 FROM memberships p WHERE p.tenant_id = {tenant} AND p.member_key = {group} LIMIT 1), 0)"
    )
}

/// The groups of a row of `resources` as a column: a JSON text.
pub(super) fn column(dialect: Dialect) -> String {
    let of_row = "e.tenant_id = resources.tenant_id AND e.member_key = resources.key";
    let nested = is_nested("e.tenant_id", "e.group_key");
    match dialect {
        // Before there are statistics, a plain join might read the whole table of resources. OFFSET 0 keeps the look-up of
        // each group by its key.
        Dialect::Postgres => format!(
            "(SELECT coalesce(json_agg(json_build_array(n.id, n.resource_type, n.shown_name, {nested}) ORDER BY n.key), '[]')::text \
             FROM memberships e CROSS JOIN LATERAL (SELECT r.key, r.id, r.resource_type, r.shown_name FROM resources r \
             WHERE r.tenant_id = e.tenant_id AND r.key = e.group_key OFFSET 0) n WHERE {of_row})"
        ),
        Dialect::Sqlite => format!(
            "(SELECT json_group_array(json_array(n.id, n.resource_type, n.shown_name, {nested}) ORDER BY n.key) \
             FROM memberships e CROSS JOIN resources n ON n.tenant_id = e.tenant_id AND n.key = e.group_key WHERE {of_row})"
        ),
    }
}

/// The keys of the groups of a row of `resources` as a column: numbers with commas between them, in
/// any order.
pub(super) fn keys_column(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Postgres => {
            "array_to_string(ARRAY(SELECT e.group_key FROM memberships e \
             WHERE e.tenant_id = resources.tenant_id AND e.member_key = resources.key), ',')"
        }
        Dialect::Sqlite => {
            "(SELECT coalesce(group_concat(e.group_key, ','), '') FROM memberships e \
             WHERE e.tenant_id = resources.tenant_id AND e.member_key = resources.key)"
        }
    }
}

impl Session<'_> {
    /// The groups with these keys.
    pub fn groups_with_keys(&mut self, keys: &[Key]) -> Result<HashMap<Key, KeyedGroup>> {
        if keys.is_empty() {
            return Ok(HashMap::new());
        }
        let statement = Sql::new("SELECT n.key, n.id, n.resource_type, n.shown_name, ")
            .sql(is_nested("n.tenant_id", "n.key"))
            .sql(" FROM ")
            .then(key_rows(self.dialect(), keys))
            .then(self.look_up_each("resources", "n", "key = w.value"));
        let found = statement
            .typed::<(BigInt, Text, Text, Nullable<Text>, Integer)>()
            .load::<(i64, String, String, Option<String>, i32)>(self.connection)?;
        let group = |(key, id, resource_type, display, nested)| {
            let group = DirectGroup {
                id,
                resource_type,
                display,
            };
            let is_nested = nested != 0;
            (Key(key), KeyedGroup { group, is_nested })
        };
        Ok(found.into_iter().map(group).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_of_keys_is_told_from_one_of_groups() {
        let keys = |keys: &[i64]| FoundGroups::Keys(keys.iter().map(|key| Key(*key)).collect());
        assert_eq!(FoundGroups::read(Some("")), keys(&[]));
        assert_eq!(FoundGroups::read(Some("7")), keys(&[7]));
        assert_eq!(FoundGroups::read(Some("12,7")), keys(&[7, 12]));
        assert_eq!(
            FoundGroups::read(Some("[]")),
            FoundGroups::All(DirectGroups::default())
        );
        assert_eq!(FoundGroups::read(None), FoundGroups::Unasked);
    }
}
