//! The SQL of both dialects side by side, each with its binds: for every operator and kind of place.

use scim::filter::{parse, resolve};
use scim::profile::Leniency;
use scim::query::{ListQuery, Paging, Parameters};
use scim::representation::BaseUrl;
use scimd::store::query::{Compiler, Start};
use scimd::store::{Dialect, Sql, TenantId};

use crate::kitchen_sink;
use crate::world::LIMITS;

const DIALECTS: [Dialect; 2] = [Dialect::Sqlite, Dialect::Postgres];

fn shown(sql: &Sql) -> String {
    let (text, binds) = sql.debug_text();
    format!("{text} [{}]", binds.join(", "))
}

fn with_compiler(
    kind: &str,
    dialect: Dialect,
    compile: impl FnOnce(&Compiler<'_>) -> Sql,
) -> String {
    let registry = kitchen_sink::with_users_and_groups();
    let kind = registry.named(kind).expect("a resource type");
    let base = BaseUrl::new("https://x");
    shown(&compile(&Compiler::detached(
        dialect,
        TenantId(1),
        kind,
        &registry,
        &base,
    )))
}

/// `Type: filter` compiles to this SQL.
#[track_caller]
fn check(filter: &str, sqlite: &str, postgres: &str) {
    let (name, filter) = filter.split_once(": ").expect("`Type: filter`");
    let registry = kitchen_sink::with_users_and_groups();
    let kind = registry.named(name).expect("a resource type");
    let leniency = Leniency::lenient();
    let condition = resolve(&parse(filter).expect(filter), kind, &leniency).expect(filter);
    let compiled = DIALECTS
        .map(|dialect| with_compiler(name, dialect, |compiler| compiler.resource(&condition)));
    assert_eq!(compiled, [sqlite, postgres], "{filter}");
}

/// The end of the statement that lists users by this attribute.
#[track_caller]
fn check_order(order: &[(&str, &str)], sqlite: &str, postgres: &str) {
    let registry = kitchen_sink::with_users_and_groups();
    let kind = registry.named("User").expect("users");
    let pairs = order
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let parameters = Parameters::new(pairs.collect(), &Leniency::lenient()).expect("parameters");
    let kinds = std::slice::from_ref(kind);
    let query =
        ListQuery::parse(&parameters, kinds, &Leniency::lenient(), LIMITS).expect("a query");
    let start = match query.paging {
        Paging::Index(index) if index > 1 => Start::Offset(index - 1),
        _ => Start::Beginning,
    };
    let compiled = DIALECTS.map(|dialect| {
        let page = with_compiler("User", dialect, |compiler| compiler.page(&query, &start));
        page.split_once(" FROM resources WHERE ")
            .expect("a condition")
            .1
            .to_owned()
    });
    assert_eq!(compiled, [sqlite, postgres]);
}

/// Rows: FILTER-05 FILTER-06 FILTER-40 FILTER-46
#[test]
fn columns_are_compared_as_they_are() {
    check(
        r#"Sink: id eq "X""#,
        r#"resources.id = $1 ["X"]"#,
        r#"resources.id = $1 ["X"]"#,
    );
    check(
        r#"Sink: externalId eq "Xy""#,
        r#"resources.external_id = $1 ["Xy"]"#,
        r#"(left(resources.external_id, 256) = $1 AND resources.external_id = $2) ["Xy", "Xy"]"#,
    );
    check(
        r#"Sink: userName ne "Ada""#,
        r#"NOT coalesce(resources.unique_key = $1, FALSE) ["ada"]"#,
        r#"NOT coalesce(resources.unique_key = $1, FALSE) ["ada"]"#,
    );
    check(
        r#"Sink: displayName sw "Stra%""#,
        r#"(resources.display_name >= $1 AND resources.display_name < $2) ["stra%", "stra&"]"#,
        r#"(resources.display_name >= $1 AND resources.display_name < $2) ["stra%", "stra&"]"#,
    );
    check(
        "Sink: active eq false",
        "resources.active = FALSE []",
        "resources.active = FALSE []",
    );
    check(
        r#"Sink: meta.lastModified ge "2026-01-01T00:00:00.0005Z""#,
        "unlikely(resources.last_modified_ms > $1) [1767225600000]",
        "resources.last_modified_ms > $1 [1767225600000]",
    );
    check(
        r#"Sink: meta.version eq "W/\"1\"""#,
        r#"('W/"' || CAST(resources.version AS TEXT) || '"') = $1 ["W/\"1\""]"#,
        r#"('W/"' || CAST(resources.version AS TEXT) || '"') COLLATE "C" = $1 ["W/\"1\""]"#,
    );
    check(
        r#"Sink: meta.location eq "https://x/Sinks/1""#,
        r#"resources.id = $1 ["1"]"#,
        r#"resources.id = $1 ["1"]"#,
    );
    check(
        r#"Sink: meta.location co "Sinks""#,
        r#"instr(($1 || resources.id), $2) > 0 ["https://x/Sinks/", "Sinks"]"#,
        r#"strpos(($1::text || resources.id), $2) > 0 ["https://x/Sinks/", "Sinks"]"#,
    );
    check(r#"Sink: meta.resourceType eq "Sink""#, "TRUE []", "TRUE []");
}

/// Rows: FILTER-07 FILTER-08 FILTER-13 FILTER-14 FILTER-15 FILTER-46
#[test]
fn documents_are_compared_by_type() {
    check(
        r#"Sink: folded co "x' OR 1=1""#,
        r#"instr((resources.comparable ->> '$."folded"'), $1) > 0 ["x' or 1=1"]"#,
        r#"strpos((resources.comparable ->> 'folded') COLLATE "C", $1) > 0 ["x' or 1=1"]"#,
    );
    check(
        r#"Sink: exact ew "%é""#,
        r#"substr((resources.comparable ->> '$."exact"'), -2) = $1 ["%é"]"#,
        r#"right((resources.comparable ->> 'exact') COLLATE "C", 2) = $1 ["%é"]"#,
    );
    check(
        r#"Sink: detail.given gt "M""#,
        r#"(resources.comparable ->> '$."detail"."given"') > $1 ["m"]"#,
        r#"(resources.comparable -> 'detail' ->> 'given') COLLATE "C" > $1 ["m"]"#,
    );
    check(
        "Sink: folded pr",
        r#"(resources.comparable ->> '$."folded"') <> '' []"#,
        r#"(resources.comparable ->> 'folded') COLLATE "C" <> '' []"#,
    );
    check(
        "Sink: folded eq null",
        r#"NOT coalesce((resources.comparable ->> '$."folded"') <> '', FALSE) []"#,
        r#"NOT coalesce((resources.comparable ->> 'folded') COLLATE "C" <> '', FALSE) []"#,
    );
    check(
        "Sink: age lt 1.5",
        r#"(resources.comparable ->> '$."age"') < $1 [2]"#,
        r#"((resources.comparable ->> 'age') COLLATE "C")::bigint < $1 [2]"#,
    );
    check(
        "Sink: ratio ge 0.1",
        r#"CAST((resources.comparable ->> '$."ratio"') AS REAL) >= $1 [0.1]"#,
        r#"((resources.comparable ->> 'ratio') COLLATE "C")::float8 >= $1 [0.1]"#,
    );
    check(
        r#"Sink: seen le "2020-01-01T10:00:00Z""#,
        r#"(resources.comparable ->> '$."seen"') <= $1 [1577872800000000]"#,
        r#"((resources.comparable ->> 'seen') COLLATE "C")::bigint <= $1 [1577872800000000]"#,
    );
    check(
        "Sink: flag eq true",
        r#"(resources.comparable ->> '$."flag"') = 'true' []"#,
        r#"(resources.comparable ->> 'flag') COLLATE "C" = 'true' []"#,
    );
    check(
        r#"Sink: link co """#,
        r#"(resources.comparable ->> '$."link"') IS NOT NULL []"#,
        r#"(resources.comparable ->> 'link') COLLATE "C" IS NOT NULL []"#,
    );
    check(
        "Sink: urn:example:scimd:extension:2.0:Sink:office.floor eq 3",
        r#"(resources.comparable ->> '$."urn:example:scimd:extension:2.0:Sink"."office"."floor"') = $1 [3]"#,
        r#"((resources.comparable -> 'urn:example:scimd:extension:2.0:Sink' -> 'office' ->> 'floor') COLLATE "C")::bigint = $1 [3]"#,
    );
}

/// Rows: FILTER-26 FILTER-32 FILTER-35 FILTER-37 FILTER-46
#[test]
fn elements_are_compared_one_by_one() {
    check(
        r#"Sink: codes eq "a""#,
        r#"EXISTS (SELECT 1 FROM json_each(resources.comparable, '$."codes"') AS item WHERE item.value = $1) ["a"]"#,
        r#"EXISTS (SELECT 1 FROM jsonb_path_query(resources.comparable, '$."codes"[*]') AS item(value) WHERE (item.value #>> '{}') COLLATE "C" = $1) ["a"]"#,
    );
    check(
        r#"Sink: tags eq "A""#,
        r#"resources.key IN (SELECT v.resource_key AS key FROM indexed_values v WHERE v.tenant_id = $1 AND v.resource_type = $2 AND v.attribute = $3 AND v.value = $4) [1, "Sink", "tags", "a"]"#,
        r#"resources.key IN (SELECT v.resource_key AS key FROM indexed_values v WHERE v.tenant_id = $1 AND v.resource_type = $2 AND v.attribute = $3 AND v.value = $4) [1, "Sink", "tags", "a"]"#,
    );
    check(
        r#"Sink: exact eq "A" and detail.given ne "B""#,
        r#"(resources.key IN (SELECT v.resource_key AS key FROM indexed_values v WHERE v.tenant_id = $1 AND v.resource_type = $2 AND v.attribute = $3 AND v.value = $4) AND NOT coalesce(resources.key IN (SELECT v.resource_key AS key FROM indexed_values v WHERE v.tenant_id = $5 AND v.resource_type = $6 AND v.attribute = $7 AND v.value = $8), FALSE)) [1, "Sink", "exact", "A", 1, "Sink", "detail.given", "b"]"#,
        r#"(resources.key IN (SELECT v.resource_key AS key FROM indexed_values v WHERE v.tenant_id = $1 AND v.resource_type = $2 AND v.attribute = $3 AND v.value = $4) AND NOT coalesce(resources.key IN (SELECT v.resource_key AS key FROM indexed_values v WHERE v.tenant_id = $5 AND v.resource_type = $6 AND v.attribute = $7 AND v.value = $8), FALSE)) [1, "Sink", "exact", "A", 1, "Sink", "detail.given", "b"]"#,
    );
    check(
        "Sink: ages gt 5",
        r#"EXISTS (SELECT 1 FROM json_each(resources.comparable, '$."ages"') AS item WHERE item.value > $1) [5]"#,
        r#"EXISTS (SELECT 1 FROM jsonb_path_query(resources.comparable, '$."ages"[*]') AS item(value) WHERE ((item.value #>> '{}') COLLATE "C")::bigint > $1) [5]"#,
    );
    check(
        r#"Sink: places.city sw "B""#,
        r#"EXISTS (SELECT 1 FROM json_each(resources.comparable, '$."places"') AS item WHERE ((item.value ->> '$."city"') >= $1 AND (item.value ->> '$."city"') < $2)) ["b", "c"]"#,
        r#"EXISTS (SELECT 1 FROM jsonb_path_query(resources.comparable, '$."places"[*]') AS item(value) WHERE ((item.value ->> 'city') COLLATE "C" >= $1 AND (item.value ->> 'city') COLLATE "C" < $2)) ["b", "c"]"#,
    );
    check(
        r#"Sink: mails[type eq "work" and value eq "a@x"]"#,
        r#"(resources.key IN (SELECT v.resource_key AS key FROM indexed_values v WHERE v.tenant_id = $1 AND v.resource_type = $2 AND v.attribute = $3 AND v.value = $4) AND EXISTS (SELECT 1 FROM json_each(resources.comparable, '$."mails"') AS item WHERE ((item.value ->> '$."type"') = $5 AND (item.value ->> '$."value"') = $6))) [1, "Sink", "mails.value", "a@x", "work", "a@x"]"#,
        r#"(resources.key IN (SELECT v.resource_key AS key FROM indexed_values v WHERE v.tenant_id = $1 AND v.resource_type = $2 AND v.attribute = $3 AND v.value = $4) AND EXISTS (SELECT 1 FROM jsonb_path_query(resources.comparable, '$."mails"[*]') AS item(value) WHERE ((item.value ->> 'type') COLLATE "C" = $5 AND (item.value ->> 'value') COLLATE "C" = $6))) [1, "Sink", "mails.value", "a@x", "work", "a@x"]"#,
    );
    check(
        r#"Sink: mails[type eq "work" or primary eq false]"#,
        r#"EXISTS (SELECT 1 FROM json_each(resources.comparable, '$."mails"') AS item WHERE ((item.value ->> '$."type"') = $1 OR NOT coalesce((item.value ->> '$."primary"') = 'true', FALSE))) ["work"]"#,
        r#"EXISTS (SELECT 1 FROM jsonb_path_query(resources.comparable, '$."mails"[*]') AS item(value) WHERE ((item.value ->> 'type') COLLATE "C" = $1 OR NOT coalesce((item.value ->> 'primary') COLLATE "C" = 'true', FALSE))) ["work"]"#,
    );
    check(
        r#"Sink: not (age gt 1 or folded eq "a" and flag eq true)"#,
        r#"NOT coalesce(((resources.comparable ->> '$."age"') > $1 OR ((resources.comparable ->> '$."folded"') = $2 AND (resources.comparable ->> '$."flag"') = 'true')), FALSE) [1, "a"]"#,
        r#"NOT coalesce((((resources.comparable ->> 'age') COLLATE "C")::bigint > $1 OR ((resources.comparable ->> 'folded') COLLATE "C" = $2 AND (resources.comparable ->> 'flag') COLLATE "C" = 'true')), FALSE) [1, "a"]"#,
    );
}

/// Rows: FILTER-42 FILTER-46
#[test]
fn references_are_followed() {
    check(
        r#"User: groups.value eq "g""#,
        r#"resources.key IN (WITH RECURSIVE down(root, key) AS (SELECT e.group_key, e.member_key FROM resources g CROSS JOIN memberships e ON e.tenant_id = $1 AND e.group_key = g.key WHERE g.tenant_id = $2 AND g.id = $3 UNION SELECT down.root, e.member_key FROM down CROSS JOIN memberships e ON e.tenant_id = $4 AND e.group_key = down.key) SELECT down.key FROM down) [1, 1, "g", 1]"#,
        r#"resources.key IN (SELECT unnest(ARRAY(WITH RECURSIVE down(root, key) AS (SELECT e.group_key, e.member_key FROM resources g CROSS JOIN LATERAL (SELECT * FROM memberships e WHERE e.tenant_id = $1 AND e.group_key = g.key OFFSET 0) AS e WHERE g.tenant_id + 0 = $2 AND g.id = $3 UNION SELECT down.root, e.member_key FROM down CROSS JOIN LATERAL (SELECT * FROM memberships e WHERE e.tenant_id = $4 AND e.group_key = down.key OFFSET 0) AS e) SELECT down.key FROM down)) AS key) [1, 1, "g", 1]"#,
    );
    check(
        r#"User: groups[type eq "direct" and value eq "g"]"#,
        r#"resources.key IN (WITH RECURSIVE down(root, key) AS (SELECT e.group_key, e.member_key FROM resources g CROSS JOIN memberships e ON e.tenant_id = $1 AND e.group_key = g.key WHERE g.tenant_id = $2 AND g.id = $3 UNION SELECT down.root, e.member_key FROM down CROSS JOIN memberships e ON e.tenant_id = $4 AND e.group_key = down.key) SELECT link.key FROM (SELECT down.root, down.key, CASE (SELECT count(*) FROM memberships d WHERE d.tenant_id = $5 AND d.group_key = down.root AND d.member_key = down.key) WHEN 1 THEN 'direct' ELSE 'indirect' END AS kind FROM down) AS link CROSS JOIN resources g ON g.tenant_id = $6 AND g.key = link.root WHERE lower(link.kind) = $7) [1, 1, "g", 1, 1, 1, "direct"]"#,
        r#"resources.key IN (SELECT unnest(ARRAY(WITH RECURSIVE down(root, key) AS (SELECT e.group_key, e.member_key FROM resources g CROSS JOIN LATERAL (SELECT * FROM memberships e WHERE e.tenant_id = $1 AND e.group_key = g.key OFFSET 0) AS e WHERE g.tenant_id + 0 = $2 AND g.id = $3 UNION SELECT down.root, e.member_key FROM down CROSS JOIN LATERAL (SELECT * FROM memberships e WHERE e.tenant_id = $4 AND e.group_key = down.key OFFSET 0) AS e) SELECT link.key FROM (SELECT down.root, down.key, CASE (SELECT count(*) FROM memberships d WHERE d.tenant_id = $5 AND d.group_key = down.root AND d.member_key = down.key) WHEN 1 THEN 'direct' ELSE 'indirect' END AS kind FROM down) AS link CROSS JOIN LATERAL (SELECT * FROM resources g WHERE g.tenant_id = $6 AND g.key = link.root OFFSET 0) AS g WHERE lower(link.kind) COLLATE "C" = $7)) AS key) [1, 1, "g", 1, 1, 1, "direct"]"#,
    );
    check(
        r#"User: manager.displayName eq "Böss""#,
        r#"(SELECT x.display_name FROM resources x WHERE x.tenant_id = resources.tenant_id AND x.id = (resources.comparable ->> '$."urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"."manager"."value"')) = $1 ["böss"]"#,
        r#"(SELECT x.display_name FROM resources x WHERE x.tenant_id = resources.tenant_id AND x.id = (resources.comparable -> 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User' -> 'manager' ->> 'value') COLLATE "C") = $1 ["böss"]"#,
    );
    check(
        r#"User: manager.$ref eq "https://x/Users/1""#,
        r#"($1 || NULLIF((resources.comparable ->> '$."urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"."manager"."value"'), '')) = $2 ["https://x/Users/", "https://x/Users/1"]"#,
        r#"($1::text || NULLIF((resources.comparable -> 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User' -> 'manager' ->> 'value') COLLATE "C", '')) = $2 ["https://x/Users/", "https://x/Users/1"]"#,
    );
    check(
        r#"Group: members.value eq "u""#,
        r#"resources.key IN (SELECT e.group_key AS key FROM resources m CROSS JOIN memberships e ON e.tenant_id = $1 AND e.member_key = m.key WHERE m.tenant_id = $2 AND m.id = $3) [1, 1, "u"]"#,
        r#"resources.key IN (SELECT e.group_key AS key FROM resources m CROSS JOIN LATERAL (SELECT * FROM memberships e WHERE e.tenant_id = $1 AND e.member_key = m.key OFFSET 0) AS e WHERE m.tenant_id + 0 = $2 AND m.id = $3) [1, 1, "u"]"#,
    );
    check(
        r#"Group: members[type eq "User" and not (display sw "a")]"#,
        r#"resources.key IN (SELECT e.group_key AS key FROM resources m JOIN memberships e ON e.tenant_id = m.tenant_id AND e.member_key = m.key WHERE m.tenant_id = $1 AND (lower(m.resource_type) = $2 AND NOT coalesce((m.display_name >= $3 AND m.display_name < $4), FALSE))) [1, "user", "a", "b"]"#,
        r#"resources.key IN (SELECT e.group_key AS key FROM resources m JOIN memberships e ON e.tenant_id = m.tenant_id AND e.member_key = m.key WHERE m.tenant_id = $1 AND (lower(m.resource_type) COLLATE "C" = $2 AND NOT coalesce((m.display_name >= $3 AND m.display_name < $4), FALSE))) [1, "user", "a", "b"]"#,
    );
    check(
        r#"Group: members.$ref ew "/1""#,
        r#"resources.key IN (SELECT e.group_key AS key FROM resources m JOIN memberships e ON e.tenant_id = m.tenant_id AND e.member_key = m.key WHERE m.tenant_id = $1 AND substr((CASE m.resource_type WHEN $2 THEN $3 WHEN $4 THEN $5 WHEN $6 THEN $7 END || m.id), -2) = $8) [1, "User", "https://x/Users/", "Group", "https://x/Groups/", "Sink", "https://x/Sinks/", "/1"]"#,
        r#"resources.key IN (SELECT e.group_key AS key FROM resources m JOIN memberships e ON e.tenant_id = m.tenant_id AND e.member_key = m.key WHERE m.tenant_id = $1 AND right((CASE m.resource_type WHEN $2 THEN $3::text WHEN $4 THEN $5::text WHEN $6 THEN $7::text END || m.id), 2) = $8) [1, "User", "https://x/Users/", "Group", "https://x/Groups/", "Sink", "https://x/Sinks/", "/1"]"#,
    );
}

/// Rows: SORT-05 SORT-06 PAGE-09
#[test]
fn lists_are_ordered_and_cut() {
    check_order(
        &[("startIndex", "11"), ("count", "10")],
        r#"resources.tenant_id = $3 AND resources.resource_type = $4 ORDER BY resources.key LIMIT $5 OFFSET $6) AS k CROSS JOIN resources resources ON resources.tenant_id = $7 AND resources.key = k.key ORDER BY resources.key [1, "User", 1, "User", 10, 10, 1]"#,
        r#"(0 + resources.tenant_id) = $3 AND resources.resource_type = $4 ORDER BY (resources.key + 0) LIMIT (SELECT $5::bigint) OFFSET (SELECT $6::bigint)) AS k CROSS JOIN LATERAL (SELECT * FROM resources resources WHERE resources.tenant_id = $7 AND resources.key = k.key OFFSET 0) AS resources ORDER BY (resources.key + 0) [1, "User", 1, "User", 10, 10, 1]"#,
    );
    check_order(
        &[("sortBy", "userName"), ("sortOrder", "descending")],
        r#"resources.tenant_id = $1 AND scimd_goes_on() AND resources.resource_type = $2 ORDER BY resources.unique_key DESC NULLS FIRST, resources.key LIMIT $3 [1, "User", 1000]"#,
        r#"resources.tenant_id = $1 AND resources.resource_type = $2 ORDER BY resources.unique_key DESC NULLS FIRST, resources.key LIMIT $3 [1, "User", 1000]"#,
    );
    check_order(
        &[("sortBy", "emails")],
        r#"resources.tenant_id = $1 AND scimd_goes_on() AND resources.resource_type = $2 ORDER BY substr(coalesce((SELECT (item.value ->> '$."value"') FROM json_each(resources.comparable, '$."emails"') AS item WHERE (item.value ->> '$."primary"') = 'true' LIMIT 1), (resources.comparable ->> '$."emails"[0]."value"')), 1, 256) ASC NULLS LAST, resources.key LIMIT $3 [1, "User", 1000]"#,
        r#"resources.tenant_id = $1 AND resources.resource_type = $2 ORDER BY left(coalesce((SELECT (item.value ->> 'value') COLLATE "C" FROM jsonb_path_query(resources.comparable, '$."emails"[*]') AS item(value) WHERE (item.value ->> 'primary') COLLATE "C" = 'true' LIMIT 1), (resources.comparable -> 'emails' -> 0 ->> 'value') COLLATE "C"), 256) ASC NULLS LAST, resources.key LIMIT $3 [1, "User", 1000]"#,
    );
    check_order(
        &[("sortBy", "groups.display")],
        r#"resources.tenant_id = $1 AND scimd_goes_on() AND resources.resource_type = $2 ORDER BY substr((SELECT g.display_name FROM memberships e JOIN resources g ON g.tenant_id = e.tenant_id AND g.key = e.group_key WHERE e.tenant_id = resources.tenant_id AND e.member_key = resources.key ORDER BY e.group_key LIMIT 1), 1, 256) ASC NULLS LAST, resources.key LIMIT $3 [1, "User", 1000]"#,
        r#"resources.tenant_id = $1 AND resources.resource_type = $2 ORDER BY left((SELECT g.display_name FROM memberships e JOIN resources g ON g.tenant_id = e.tenant_id AND g.key = e.group_key WHERE e.tenant_id = resources.tenant_id AND e.member_key = resources.key ORDER BY e.group_key LIMIT 1), 256) ASC NULLS LAST, resources.key LIMIT $3 [1, "User", 1000]"#,
    );
}
