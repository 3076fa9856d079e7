//! Statements on PostgreSQL that no statistics help: tables that were never analysed, and plans that were made while the
//! tables were empty. A request must read as few rows of 20,000 as of 200.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use super::{create, named, person};
use crate::support::{Backend, Behind, TestServer, id};

/// How often each kind of request is sent: PostgreSQL keeps a plan from the sixth time on.
const TIMES: usize = 8;
/// How many more rows may be read of the large tables, over all requests: index entries of old versions come and go. One
/// request that reads the tenant reads four times as many.
const GROWTH_MAX: i64 = 5_000;
/// How long PostgreSQL may keep what it has counted.
const COUNTED_MAX: Duration = Duration::from_secs(60);

/// Sends every kind of request a few times. Returns nothing: what they read is counted by the database.
fn send_all(server: &TestServer, round: &str) {
    let team = server.create_group(&format!("team {round}"), &[]);
    let team = format!("/Groups/{}", id(&team));
    for time in 0..TIMES {
        let name = format!("{round}-{time}");
        let user = create(server, &name);
        let path = format!("/Users/{user}");
        server.get(&path).send().expect(200);
        for filter in [
            format!("userName eq \"{name}\""),
            format!("externalId eq \"x-{name}\""),
            format!("emails.value eq \"{name}@example.test\""),
            format!("id eq \"{user}\""),
        ] {
            assert_eq!(named(server, &filter), 1, "{filter}");
        }
        let active = json!([{ "op": "replace", "path": "active", "value": false }]);
        server.patch(&path, active).send().expect(200);
        let mail = json!([{ "op": "replace", "path": "emails[type eq \"work\"].value", "value": format!("{name}@new.test") }]);
        server.patch(&path, mail).send().expect(200);
        server.put(&path, person(&name)).send().expect(200);
        let add = json!([{ "op": "add", "path": "members", "value": [{ "value": user }] }]);
        server.patch(&team, add).send().expect(204);
        server.get(&path).send().expect(200);
        server.get(&team).send().expect(200);
        let remove = json!([{ "op": "remove", "path": format!("members[value eq \"{user}\"]") }]);
        server.patch(&team, remove).send().expect(204);
        for start in ["1", "4", "9"] {
            let page = server.get("/Users").query("count", "3");
            page.query("startIndex", start).send().expect(200);
        }
        let first = server.get("/Users").query("cursor", "").query("count", "2");
        let first = first.send().expect(200);
        if let Some(cursor) = first["nextCursor"].as_str() {
            server
                .get("/Users")
                .query("cursor", cursor)
                .send()
                .expect(200);
        }
        server.get("/Groups").query("count", "1").send().expect(200);
        server.delete(&path).send().expect(204);
    }
}

/// The rows that were read of each table, with those that index entries led to.
fn rows_read(behind: &mut Behind) -> i64 {
    let read = "SELECT (coalesce(sum(t.seq_tup_read), 0) + (SELECT coalesce(sum(i.idx_tup_read), 0) FROM pg_stat_user_indexes i \
                WHERE i.schemaname = current_schema()))::text AS text FROM pg_stat_user_tables t WHERE t.schemaname = current_schema()";
    behind.texts(read)[0].parse().expect("a number")
}

/// What was read of each table and through each index, for a person who looks for the cause.
fn told(behind: &mut Behind) -> String {
    let read = "SELECT relname || ' ' || coalesce(seq_tup_read, 0) AS text FROM pg_stat_user_tables WHERE schemaname = current_schema() \
                AND seq_tup_read > 0 UNION ALL SELECT indexrelname || ' ' || idx_tup_read FROM pg_stat_user_indexes \
                WHERE schemaname = current_schema() AND idx_tup_read > 100";
    behind.texts(read).join("\n")
}

/// What the requests of a round read. The server's connection tells its counts when it is used a second later.
fn read_by(server: &TestServer, behind: &mut Behind, round: &str) -> i64 {
    let settled = |behind: &mut Behind| {
        let began = Instant::now();
        let mut calm = 0;
        loop {
            let before = rows_read(behind);
            thread::sleep(Duration::from_millis(1_200));
            server.get("/Users/nobody").send().error(404, "");
            let after = rows_read(behind);
            // That request itself reads the two rows of the credential. A connection tells what it has counted with a
            // statement that comes a second later, so one calm look says nothing.
            calm = if after - before < 10 { calm + 1 } else { 0 };
            if calm == 3 {
                return after;
            }
            assert!(began.elapsed() < COUNTED_MAX, "the counts do not settle");
        }
    };
    let before = settled(behind);
    send_all(server, round);
    settled(behind) - before
}

/// Adds users beside the server, as many as there are to be in all.
fn grow(behind: &mut Behind, from: i64, to: i64) {
    behind.execute(&format!(
        "INSERT INTO resources (tenant_id, id, resource_type, unique_key, external_id, display_name, email, user_name, shown_name,
                                active, version, created_ms, last_modified_ms, document, comparable)
         SELECT 1, 'grown-' || i, 'User', 'grown' || i, 'grown' || i, 'grown' || i, 'grown' || i, 'grown' || i, 'grown' || i,
                TRUE, 1, 0, 0, json_build_object('userName', 'grown' || i), jsonb_build_object('userName', 'grown' || i)
         FROM generate_series({from}, {to}) i;
         INSERT INTO indexed_values (tenant_id, resource_type, attribute, value, resource_key)
         SELECT 1, 'User', 'emails.value', r.id, r.key FROM resources r WHERE r.id LIKE 'grown-%' ON CONFLICT DO NOTHING;
         INSERT INTO resources (tenant_id, id, resource_type, unique_key, display_name, shown_name, version, created_ms,
                                last_modified_ms, document, comparable)
         SELECT 1, 'crowd-{from}', 'Group', 'crowd {from}', 'crowd {from}', 'crowd {from}', 1, 0, 0, '{{}}', '{{}}';
         INSERT INTO memberships (tenant_id, group_key, member_key)
         SELECT 1, g.key, r.key FROM resources g, resources r WHERE g.id = 'crowd-{from}' AND r.id LIKE 'grown-%'"
    ));
}

#[test]
fn requests_read_as_much_of_large_tables_as_of_small_ones() {
    let server = TestServer::start_with(Backend::Postgres, &[("SCIMD_POOL_SIZE", "1")]);
    let mut behind = server.behind();
    for table in [
        "resources",
        "indexed_values",
        "memberships",
        "changes",
        "credentials",
    ] {
        behind.execute(&format!(
            "ALTER TABLE {table} SET (autovacuum_enabled = false)"
        ));
    }
    // Plans are made and kept on empty tables.
    send_all(&server, "empty");
    grow(&mut behind, 1, 200);
    let small = read_by(&server, &mut behind, "small");
    grow(&mut behind, 201, 20_000);
    let large = read_by(&server, &mut behind, "large");
    let analysed = "SELECT relname AS text FROM pg_stat_user_tables WHERE schemaname = current_schema() AND relname = 'resources' \
                    AND coalesce(last_analyze, last_autoanalyze, last_vacuum, last_autovacuum) IS NOT NULL";
    assert_eq!(behind.texts(analysed), [""; 0], "the table was analysed");
    assert!(
        large < small + GROWTH_MAX,
        "{small} rows read of 200 users, {large} of 20,000; in all:\n{}",
        told(&mut behind)
    );
}
