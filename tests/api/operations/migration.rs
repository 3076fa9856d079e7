//! A database of the migration before is carried over: nothing is lost, and answers are the same.

use serde_json::{Value, json};

use crate::support::{Backend, Behind, ENTERPRISE, TestServer, USER, id};

const DOWN: [&str; 2] = [
    include_str!("../../../migrations/sqlite/2026-11-30-000000_documents_as_text/down.sql"),
    include_str!("../../../migrations/postgres/2026-11-30-000000_documents_as_text/down.sql"),
];

/// Brings the tables back to what they were before the last migration.
fn go_back(behind: &mut Behind) {
    let down = match behind {
        Behind::Sqlite(_) => format!("PRAGMA foreign_keys = OFF; BEGIN; {}", DOWN[0]),
        Behind::Postgres(_) => format!("BEGIN; {}", DOWN[1]),
    };
    behind.execute(&format!(
        "{down}; DELETE FROM __diesel_schema_migrations WHERE version > '20261129000000'; COMMIT"
    ));
}

fn shown(server: &TestServer, paths: &[String]) -> Vec<Value> {
    // A server that is started again has another port.
    let shown = |path: &String| server.get(path).send().text.replace(server.origin(), "");
    let shown = paths.iter().map(shown);
    shown
        .map(|text| serde_json::from_str(&text).expect("JSON"))
        .collect()
}

api_test! {
    fn a_database_of_the_migration_before_is_carried_over(mut server) {
        let boss = server.create_user("boss");
        let ada = json!({
            "schemas": [USER, ENTERPRISE], "userName": "Ada \"Q\"", "displayName": "Ada Ü", "active": false, "externalId": "7",
            "name": { "familyName": "L", "givenName": "A" },
            "emails": [{ "value": "ADA@x.test", "type": "work" }, { "value": "b@x.test" }],
            ENTERPRISE: { "department": "X", "manager": { "value": id(&boss) } },
        });
        let ada = server.post("/Users", ada).send().expect(201);
        let gone = server.create_user("gone");
        let team = server.create_group("Team", &[id(&ada), id(&boss)]);
        server.delete(&format!("/Users/{}", id(&gone))).send().expect(204);
        let mut paths = vec!["/Groups".to_owned(), "/Users".to_owned()];
        for (endpoint, one) in [("Users", &boss), ("Users", &ada), ("Groups", &team)] {
            paths.push(format!("/{endpoint}/{}", id(one)));
        }
        let before = shown(&server, &paths);
        server.stop();
        let mut behind = server.behind();
        go_back(&mut behind);
        let kept = "SELECT user_name AS text FROM scim_users ORDER BY 1";
        assert_eq!(behind.texts(kept), ["Ada \"Q\"", "boss"]);
        drop(behind);
        server.restart();
        assert_eq!(shown(&server, &paths), before);
        assert_eq!(server.behind().texts(kept), ["Ada \"Q\"", "boss"]);
        let changes = "SELECT CAST(count(*) AS TEXT) AS text FROM scim_changes WHERE resource_id IS NOT NULL";
        assert_eq!(server.behind().texts(changes), ["5"]);
        assert_eq!(server.names("emails.value eq \"ada@X.test\""), ["Ada \"Q\""]);
        // A key is never given again, and everything can still be written.
        let late = server.create_user("late");
        server.patch(&format!("/Groups/{}", id(&team)), json!([{ "op": "add", "path": "members", "value": [{ "value": id(&late) }] }]))
            .send().expect(204);
        server.delete(&format!("/Users/{}", id(&boss))).send().expect(204);
        assert_eq!(server.get("/Users").send().expect(200)["totalResults"], 2);
        let members = server.get(&format!("/Groups/{}", id(&team))).send().expect(200);
        assert_eq!(members["members"].as_array().map(Vec::len), Some(2), "{members}");
    }
}

/// An older process on the same file must not see half of it: the migration is one transaction.
#[test]
fn a_migration_that_fails_leaves_the_database_as_it_was() {
    let mut server = TestServer::start(Backend::Sqlite);
    server.create_user("ada");
    server.stop();
    let mut behind = server.behind();
    go_back(&mut behind);
    behind.execute("CREATE TABLE resource_counts (in_the_way TEXT)");
    server.cli(&["migrate"]).refused();
    let kept = "SELECT user_name AS text FROM scim_users";
    assert_eq!(behind.texts(kept), ["ada"]);
    behind.execute("DROP TABLE resource_counts");
    drop(behind);
    server.restart();
    assert_eq!(server.names("userName eq \"ada\""), ["ada"]);
}
