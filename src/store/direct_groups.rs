//! The groups that a resource is in, read together with the resource.
//!
//! Most groups are in no other group, and then these are all groups of the resource. A recursive query costs ten times as
//! much, so it is asked only where groups nest.

use super::dialect::Dialect;

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

/// The groups of a row of `resources` as a column: a JSON text.
pub(super) fn column(dialect: Dialect) -> String {
    let of_row = "e.tenant_id = resources.tenant_id AND e.member_key = resources.key";
    let nested = "EXISTS (SELECT 1 FROM memberships p WHERE p.tenant_id = e.tenant_id AND p.member_key = e.group_key)";
    match dialect {
        // Before there are statistics, a plain join might read the whole table of resources. OFFSET 0 keeps the look-up of
        // each group by its key.
        Dialect::Postgres => format!(
            "(SELECT coalesce(json_agg(json_build_array(n.id, n.resource_type, n.shown_name, {nested}::int) ORDER BY n.key), '[]')::text \
             FROM memberships e CROSS JOIN LATERAL (SELECT r.key, r.id, r.resource_type, r.shown_name FROM resources r \
             WHERE r.tenant_id = e.tenant_id AND r.key = e.group_key OFFSET 0) n WHERE {of_row})"
        ),
        Dialect::Sqlite => format!(
            "(SELECT json_group_array(json_array(n.id, n.resource_type, n.shown_name, {nested}) ORDER BY n.key) \
             FROM memberships e CROSS JOIN resources n ON n.tenant_id = e.tenant_id AND n.key = e.group_key WHERE {of_row})"
        ),
    }
}
