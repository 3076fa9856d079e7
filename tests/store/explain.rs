//! What a database says about how it would run a statement, and what in it reads a whole tenant.

use scimd::store::{Dialect, Sql, Store};
use serde_json::Value;

/// The tables that grow with a tenant.
const TABLES: [&str; 3] = ["resources", "memberships", "indexed_values"];
/// Our statements' other names for them.
const ALIASES: [&str; 8] = ["resources", "m", "g", "x", "e", "d", "v", "r"];
/// Columns that narrow nothing down: every row of a tenant and type has them in common.
const COMMON: [&str; 3] = ["tenant_id", "resource_type", "attribute"];
/// Columns of which a condition in an index narrows something down.
const NARROW: [&str; 17] = [
    "key",
    "rowid",
    "id",
    "unique_key",
    "external_id",
    "display_name",
    "active",
    "last_modified_ms",
    "group_key",
    "member_key",
    "value",
    "resource_key",
    // For applications.
    "user_name",
    "shown_name",
    "email",
    "last_modified",
    "document",
];

/// Indexes that hold few of a tenant's rows to begin with.
const PARTIAL: [&str; 1] = ["resources_inactive"];

/// The plan, and each step of it that reads all of a tenant's rows.
pub(crate) fn explain(store: &Store, statement: Sql) -> (String, Vec<String>) {
    let plan = store.upkeep(|tenants| Ok((tenants.dialect(), tenants.plan(statement.clone())?)));
    let (dialect, steps) = plan.expect("a plan");
    match dialect {
        Dialect::Sqlite => {
            let scans = steps.iter().filter(|step| is_sqlite_scan(step));
            let scans = scans.cloned().collect();
            (steps.join("\n"), scans)
        }
        Dialect::Postgres => {
            let plan: Value = serde_json::from_str(&steps.join("\n")).expect("JSON");
            let mut scans = Vec::new();
            collect_postgres_scans(&plan[0]["Plan"], &mut scans);
            let shown = serde_json::to_string_pretty(&plan[0]["Plan"]);
            (shown.expect("JSON"), scans)
        }
    }
}

/// `SCAN t`, an index made for the occasion, or a `SEARCH t` by nothing but the tenant.
fn is_sqlite_scan(step: &str) -> bool {
    let mut words = step.split(' ');
    let (verb, table) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    if !ALIASES.contains(&table) {
        return false;
    }
    let condition = step.rsplit_once('(').map_or("", |(_, condition)| condition);
    let partial = step.split(' ').any(|word| PARTIAL.contains(&word));
    verb == "SCAN" || step.contains("AUTOMATIC") || !(partial || narrows(condition))
}

fn collect_postgres_scans(node: &Value, scans: &mut Vec<String>) {
    let text = |name: &str| node[name].as_str().unwrap_or_default();
    let whole = text("Node Type") == "Seq Scan" && TABLES.contains(&text("Relation Name"));
    let by_index = text("Node Type").contains("Index") && !PARTIAL.contains(&text("Index Name"));
    if whole || by_index && !narrows(text("Index Cond")) {
        scans.push(format!(
            "{} {} {} ({})",
            text("Node Type"),
            text("Relation Name"),
            text("Index Name"),
            text("Index Cond")
        ));
    }
    for child in node["Plans"].as_array().into_iter().flatten() {
        collect_postgres_scans(child, scans);
    }
}

fn narrows(condition: &str) -> bool {
    // A word with a dot is the other side: the column of another table, which says nothing about this one.
    let in_word = |character: char| character.is_ascii_alphanumeric() || "_.".contains(character);
    let words = condition.split(|character| !in_word(character));
    words
        .filter(|word| !COMMON.contains(word))
        .any(|word| NARROW.contains(&word))
}

/// The judge itself: what it calls a scan and what not.
#[test]
fn scans_are_told_from_searches() {
    for step in [
        "SCAN resources",
        "SCAN m USING INDEX resources_id",
        "SEARCH resources USING INDEX resources_in_order (tenant_id=? AND resource_type=?)",
        "SEARCH v USING PRIMARY KEY (tenant_id=? AND resource_type=? AND attribute=?)",
        "SEARCH e USING AUTOMATIC COVERING INDEX (member_key=?)",
    ] {
        assert!(is_sqlite_scan(step), "{step}");
    }
    for step in [
        "SEARCH resources USING INDEX resources_id (tenant_id=? AND id=?)",
        "SEARCH resources USING INTEGER PRIMARY KEY (rowid=?)",
        "SEARCH resources USING INDEX resources_inactive (tenant_id=? AND resource_type=?)",
        "SCAN down",
        "SCAN item VIRTUAL TABLE INDEX 1:",
        "USE TEMP B-TREE FOR ORDER BY",
    ] {
        assert!(!is_sqlite_scan(step), "{step}");
    }
    assert!(!narrows(
        "((tenant_id = 1) AND (resource_type = 'User'::text))"
    ));
    assert!(!narrows("(tenant_id = t.id)"));
    assert!(narrows("((tenant_id = t.id) AND (id = 'x'::text))"));
    assert!(narrows(
        "((tenant_id = 1) AND (\"left\"(external_id, 256) = 'x'::text))"
    ));
}
