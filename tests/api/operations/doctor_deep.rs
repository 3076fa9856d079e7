//! `scimd doctor --deep` finds what contradicts itself in the database, and `--repair` mends what follows from something
//! else.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Behind, CliOutput, TestServer, id};

/// Writers beside the deep look.
const WRITERS: usize = 4;

/// A user with everything that is looked up, a team in a team, and a change of each.
fn people(server: &TestServer) -> [Value; 3] {
    let ada = server.user(json!({
        "userName": "ada", "displayName": "Ada", "externalId": "7", "active": false,
        "emails": [{ "value": "ada@x.test", "primary": true }],
    }));
    let inner = server.create_group("Inner", &[id(&ada)]);
    let outer = server.create_group("Outer", &[id(&inner)]);
    for (endpoint, one) in [("Users", &ada), ("Groups", &inner), ("Groups", &outer)] {
        let change = json!([{ "op": "replace", "path": "externalId", "value": id(one) }]);
        let path = format!("/{endpoint}/{}", id(one));
        let done = server.patch(&path, change).send().status;
        assert!((200..300).contains(&done), "{done}");
    }
    [ada, inner, outer]
}

fn deep(server: &TestServer) -> CliOutput {
    server.cli(&["doctor", "--deep"])
}

/// What is said of a check: its line and those below it.
#[track_caller]
fn of(output: &CliOutput, check: &str) -> String {
    let mut lines = output.stdout.lines();
    let first = lines.find(|line| {
        line.get(6..)
            .is_some_and(|rest| rest.starts_with(&format!("{check}: ")))
    });
    let first = first.unwrap_or_else(|| panic!("no line on {check} in {output:#?}"));
    let below = lines.take_while(|line| line.starts_with("      "));
    std::iter::once(first)
        .chain(below)
        .collect::<Vec<_>>()
        .join("\n")
}

/// The names of the checks that failed.
fn failed(output: &CliOutput) -> Vec<&str> {
    let lines = output
        .stdout
        .lines()
        .filter_map(|line| line.strip_prefix("FAIL  "));
    lines.filter_map(|line| line.split(':').next()).collect()
}

/// Runs statements that the references between tables would refuse.
fn plant(behind: &mut Behind, statements: &str) {
    let unchecked = match behind {
        Behind::Sqlite(_) => "PRAGMA foreign_keys = OFF",
        Behind::Postgres(_) => "SET session_replication_role = replica",
    };
    behind.execute(&format!("{unchecked}; {statements}"));
}

const TENANT: &str = "(SELECT id FROM tenants WHERE slug = 'default')";

fn key(resource: &Value) -> String {
    format!("(SELECT key FROM resources WHERE id = '{}')", id(resource))
}

/// Plants a fault, and expects that this check alone finds it and names these.
#[track_caller]
fn finds(server: &TestServer, statements: &str, check: &str, named: &[&str]) {
    plant(&mut server.behind(), statements);
    let output = deep(server);
    output.refused();
    assert_eq!(failed(&output), [check], "{statements}: {output:#?}");
    let said = of(&output, check);
    for name in named {
        assert!(said.contains(name), "{statements}: {said}");
    }
    for value in ["ada@x.test", "planted"] {
        assert!(
            !output.stdout.contains(value),
            "a value is told: {output:#?}"
        );
    }
}

#[track_caller]
fn is_sound(server: &TestServer) {
    let output = deep(server);
    output.ok();
    assert!(output.stdout.contains("documents: "), "{output:#?}");
    assert!(!output.stdout.contains("FAIL"), "{output:#?}");
}

/// Repairs, and expects that nothing is left to repair.
#[track_caller]
fn mends(server: &TestServer, check: &str) {
    let output = server.cli(&["doctor", "--deep", "--repair"]);
    output.ok();
    assert!(of(&output, check).contains("mended"), "{output:#?}");
    is_sound(server);
}

api_test! {
    fn a_database_that_served_is_sound(server) {
        let [ada, inner, _] = people(&server);
        server.cli(&["pack", "add", "okta"]);
        let gone = server.create_user("gone");
        server.create_group("Gone", &[id(&gone), id(&inner)]);
        server.delete(&format!("/Users/{}", id(&gone))).send().expect(204);
        server.patch(&format!("/Users/{}", id(&ada)), json!([{ "op": "remove", "path": "emails" }])).send().expect(200);
        is_sound(&server);
        let output = server.cli(&["doctor", "--deep", "--tenant", "default"]);
        output.ok();
        assert!(of(&output, "documents").contains("4 resources, 0 faults"), "{output:#?}");
        assert!(of(&output, "edges").contains("3 memberships, 0 faults"), "{output:#?}");
        let unknown = server.cli(&["doctor", "--deep", "--tenant", "nobody"]).refused();
        assert!(unknown.contains("nobody"), "{unknown}");
        server.cli(&["doctor", "--repair"]).refused();
    }

    fn it_takes_no_write_for_a_fault(server) {
        let [_, inner, outer] = people(&server);
        let done = AtomicBool::new(false);
        thread::scope(|scope| {
            for writer in 0..WRITERS {
                let (server, done, inner, outer) = (&server, &done, &inner, &outer);
                scope.spawn(move || {
                    let mut number = 0;
                    while !done.load(Ordering::Relaxed) {
                        number += 1;
                        let name = format!("writer-{writer}-{number}");
                        let user = server.user(json!({ "userName": name, "emails": [{ "value": format!("{name}@y.test") }] }));
                        let member = json!([{ "op": "add", "path": "members", "value": [{ "value": id(&user) }] }]);
                        server.patch(&format!("/Groups/{}", id(inner)), member).send().expect(204);
                        let nested = server.create_group(&name, &[id(outer), id(&user)]);
                        let change = json!([{ "op": "replace", "path": "displayName", "value": format!("Writer {number}") }]);
                        server.patch(&format!("/Users/{}", id(&user)), change).send().expect(200);
                        server.delete(&format!("/Groups/{}", id(&nested))).send().expect(204);
                        if number % 2 == 0 {
                            server.delete(&format!("/Users/{}", id(&user))).send().expect(204);
                        }
                    }
                });
            }
            let outputs = [&["doctor", "--deep"][..], &["doctor", "--deep", "--repair"], &["doctor", "--deep"]].map(|arguments| {
                thread::sleep(Duration::from_millis(200));
                server.cli(arguments)
            });
            done.store(true, Ordering::Relaxed);
            for output in outputs {
                output.ok();
                assert!(!output.stdout.contains("mended"), "{output:#?}");
            }
        });
        is_sound(&server);
    }

    fn a_repair_stands_in_no_writers_way(server) {
        for number in 0..250 {
            server.create_user(&format!("user-{number}"));
        }
        plant(&mut server.behind(), "UPDATE resources SET display_name = 'planted'; UPDATE resource_counts SET count = count + 9");
        let done = AtomicBool::new(false);
        thread::scope(|scope| {
            let (server, done) = (&server, &done);
            let writer = scope.spawn(move || {
                let mut number = 0;
                while !done.load(Ordering::Relaxed) {
                    server.create_user(&format!("late-{number}"));
                    number += 1;
                }
                number
            });
            server.cli(&["doctor", "--deep", "--repair"]).ok();
            done.store(true, Ordering::Relaxed);
            assert!(writer.join().expect("every write is answered") > 0);
        });
        is_sound(&server);
    }

    fn columns_that_contradict_their_document_are_found_and_mended(server) {
        let [ada, inner, _] = people(&server);
        let ada_is = format!("default/User/{}", id(&ada));
        for (set, column) in [
            ("unique_key = 'planted'", "unique_key"),
            ("external_id = NULL", "external_id"),
            ("display_name = 'planted'", "display_name"),
            ("email = 'planted'", "email"),
            ("user_name = 'planted'", "user_name"),
            ("shown_name = 'planted'", "shown_name"),
            ("active = TRUE", "active"),
            ("comparable = jsonb('{\"userName\": \"planted\"}')", "comparable"),
        ] {
            let plant = format!("UPDATE resources SET {set} WHERE id = '{}'", id(&ada));
            finds(&server, &plant, "columns", &[&ada_is, column]);
            mends(&server, "columns");
        }
        assert_eq!(server.names("userName eq \"ADA\" and active eq false"), ["ada"]);
        let before = server.get(&format!("/Users/{}", id(&ada))).send().expect(200);
        assert_eq!(before["meta"]["version"], "W/\"2\"", "a repair is no change");

        // What another resource has cannot be written.
        let rival = server.create_user("rival");
        plant(&mut server.behind(), &format!("UPDATE resources SET unique_key = 'elsewhere' WHERE id = '{}'", id(&ada)));
        plant(&mut server.behind(), &format!("UPDATE resources SET unique_key = 'ada' WHERE id = '{}'", id(&rival)));
        let group = format!("UPDATE resources SET shown_name = 'planted' WHERE id = '{}'", id(&inner));
        plant(&mut server.behind(), &group);
        let output = server.cli(&["doctor", "--deep", "--repair"]);
        output.refused();
        let said = of(&output, "columns");
        assert!(said.contains("another resource has its unique value") && said.contains("1 faults, 2 mended"), "{said}");
        mends(&server, "columns");
    }

    fn the_index_of_values_is_compared_and_mended(server) {
        let [ada, ..] = people(&server);
        finds(&server, "DELETE FROM indexed_values", "values", &[id(&ada)]);
        assert_eq!(server.names("emails.value eq \"ada@x.test\""), [""; 0], "the look-up trusts the index");
        mends(&server, "values");
        assert_eq!(server.names("emails.value eq \"ada@x.test\""), ["ada"]);
        let stranger = format!(
            "INSERT INTO indexed_values (tenant_id, resource_type, attribute, value, resource_key) \
             VALUES ({TENANT}, 'User', 'emails.value', 'planted', 987654)"
        );
        finds(&server, &stranger, "values", &["987654"]);
        mends(&server, "values");
        finds(&server, &stranger.replace("987654", &key(&ada)), "values", &[id(&ada)]);
        mends(&server, "values");
        finds(&server, &stranger.replace(TENANT, "4711"), "orphans", &["indexed_values"]);
        mends(&server, "orphans");
    }

    fn counters_are_compared_and_mended(server) {
        people(&server);
        finds(&server, "UPDATE resource_counts SET count = count + 5 WHERE resource_type = 'User'", "counts", &["default/User"]);
        mends(&server, "counts");
        finds(&server, "DELETE FROM resource_counts", "counts", &["default/User", "default/Group"]);
        mends(&server, "counts");
        assert_eq!(server.get("/Groups").send().expect(200)["totalResults"], 2);
    }

    fn documents_that_no_schema_allows_are_found_and_left(server) {
        let [ada, ..] = people(&server);
        let behind = &mut server.behind();
        let document = "SELECT CAST(document AS TEXT) AS text FROM resources WHERE resource_type = 'User'";
        let sound = behind.texts(document).concat();
        for (document, told) in [
            (r#"{"userName":"ada","title":7}"#, "\"title\""),
            (r#"{"userName":"ada","planted":"planted"}"#, "is not as its schema says"),
            (r#"{"displayName":"Ada"}"#, "\"userName\""),
            (r#"{"userName":"ada","emails":[]}"#, "\"emails\""),
            ("[]", "no JSON object"),
        ] {
            plant(behind, &format!("UPDATE resources SET document = '{document}' WHERE id = '{}'", id(&ada)));
            let output = deep(&server);
            output.refused();
            assert_eq!(failed(&output), ["documents"], "{document}: {output:#?}");
            assert!(of(&output, "documents").contains(told), "{document}: {output:#?}");
        }
        server.cli(&["doctor", "--deep", "--repair"]).refused();
        let kept = behind.texts(document).concat();
        assert_eq!(kept, "[]", "only its source knows what it should be");
        plant(behind, &format!("UPDATE resources SET document = '{sound}', resource_type = 'Robot' WHERE id = '{}'", id(&ada)));
        let output = deep(&server);
        output.refused();
        assert!(of(&output, "documents").contains("no such resource type"), "{output:#?}");
    }

    fn edges_that_lead_nowhere_or_in_circles_are_found(server) {
        let [ada, inner, outer] = people(&server);
        let insert = "INSERT INTO memberships (tenant_id, group_key, member_key) VALUES";
        let circle = format!("{insert} ({TENANT}, {}, {})", key(&inner), key(&outer));
        finds(&server, &circle, "edges", &["2 faults", id(&inner), id(&outer), "itself"]);
        plant(&mut server.behind(), &format!("DELETE FROM memberships WHERE member_key = {}", key(&outer)));
        is_sound(&server);
        let nowhere = format!("{insert} ({TENANT}, {}, 987654)", key(&inner));
        finds(&server, &nowhere, "edges", &["1 faults", id(&inner), "987654"]);
        plant(&mut server.behind(), "DELETE FROM memberships WHERE member_key = 987654");
        let from_a_user = format!("{insert} ({TENANT}, {}, {})", key(&ada), key(&inner));
        finds(&server, &from_a_user, "edges", &["a User has no Group as a member"]);
    }

    fn rows_of_changes_are_held_against_versions(server) {
        let [ada, inner, outer] = people(&server);
        let rows = |one: &Value, version: i64| format!("FROM changes WHERE resource_id = '{}' AND version = {version}", id(one));
        finds(&server, &format!("DELETE {}", rows(&ada, 2)), "changes", &[id(&ada), "the row of its version is missing"]);
        // Once rows were pruned, what is older than those that are kept may be gone.
        plant(&mut server.behind(), &format!("DELETE {}", rows(&ada, 1)));
        plant(&mut server.behind(), "UPDATE tenants SET changes_pruned = (SELECT max(position) FROM changes)");
        is_sound(&server);
        plant(&mut server.behind(), "UPDATE tenants SET changes_pruned = 0");
        deep(&server).refused();
        server.delete(&format!("/Users/{}", id(&ada))).send().expect(204);
        is_sound(&server);
        finds(&server, &format!("DELETE {}", rows(&inner, 1)), "changes", &[id(&inner), "rows of earlier versions"]);
        plant(&mut server.behind(), &format!("UPDATE resources SET version = 1 WHERE id = '{}'", id(&outer)));
        let output = deep(&server);
        output.refused();
        let said = of(&output, "changes");
        assert!(said.contains("2 faults") && said.contains("later version"), "{said}");
    }

    fn definitions_and_rows_of_nobody_are_told(server) {
        people(&server);
        let orphan = "INSERT INTO schemas (tenant_id, urn, definition) VALUES (4711, 'urn:planted', jsonb('{}'))";
        finds(&server, orphan, "orphans", &["schemas: 1 rows"]);
        plant(&mut server.behind(), "DELETE FROM schemas");
        let broken = format!("INSERT INTO resource_types (tenant_id, name, definition) VALUES ({TENANT}, 'Thing', jsonb('{{}}'))");
        finds(&server, &broken, "definitions", &["default: "]);
    }

    fn only_so_many_faults_are_named(server) {
        for number in 0..8 {
            server.create_user(&format!("user-{number}"));
        }
        plant(&mut server.behind(), "UPDATE resources SET user_name = 'planted'");
        let output = deep(&server);
        output.refused();
        let said = of(&output, "columns");
        assert!(said.contains("8 resources, 8 faults") && said.matches("default/User/").count() == 5, "{said}");
        mends(&server, "columns");
    }
}
