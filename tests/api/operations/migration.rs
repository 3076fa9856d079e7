//! A database of the migration before is carried over: nothing is lost, and answers are the same.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{Backend, Behind, ENTERPRISE, TestServer, USER, id};

/// The way back of each migration after the first, the last one first.
macro_rules! down {
    ($database:literal) => {
        concat!(
            include_str!(concat!(
                "../../../migrations/",
                $database,
                "/2026-11-30-220000_issuers/down.sql"
            )),
            include_str!(concat!(
                "../../../migrations/",
                $database,
                "/2026-11-30-210000_audit/down.sql"
            )),
            include_str!(concat!(
                "../../../migrations/",
                $database,
                "/2026-11-30-200000_credential_networks/down.sql"
            )),
            include_str!(concat!(
                "../../../migrations/",
                $database,
                "/2026-11-30-000000_documents_as_text/down.sql"
            )),
        )
    };
}

/// Brings the tables back to what they were after the first migration.
fn go_back(behind: &mut Behind) {
    let down = match behind {
        Behind::Sqlite(_) => format!("PRAGMA foreign_keys = OFF; BEGIN; {}", down!("sqlite")),
        Behind::Postgres(_) => format!("BEGIN; {}", down!("postgres")),
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

/// How long somebody reads while the command migrates.
const READS: Duration = Duration::from_secs(4);

/// Whoever waits for a table keeps those waiting who come after it. So the command waits in short tries.
#[test]
fn requests_pass_a_migration_that_waits_for_a_long_reader() {
    let mut server = TestServer::start(Backend::Postgres);
    server.create_user("ada");
    server.stop();
    go_back(&mut server.behind());
    let (longest, output) = thread::scope(|scope| {
        // If a request fails, the reader ends with this block, and then the command.
        let (mut reader, mut request) = (server.behind(), server.behind());
        reader.execute("SET application_name = 'a report'; BEGIN; SELECT count(*) FROM resources");
        request.execute("SET lock_timeout = 5000");
        let migrated =
            scope.spawn(|| server.cli_with(&["migrate"], &[("SCIMD_LOG_LEVEL", "info")]));
        let (began, mut longest) = (Instant::now(), Duration::ZERO);
        while began.elapsed() < READS {
            let asked = Instant::now();
            request.execute(
                "SELECT count(*) FROM credentials c JOIN tenants t ON t.id = c.tenant_id; SELECT count(*) FROM resources",
            );
            longest = longest.max(asked.elapsed());
        }
        assert!(!migrated.is_finished(), "the reader is in its way");
        reader.execute("COMMIT");
        (longest, migrated.join().expect("the command ends"))
    });
    output.ok();
    assert!(
        output.stderr.contains("gives way to process "),
        "{output:?}"
    );
    assert!(
        output.stderr.contains("application \"a report\""),
        "{output:?}"
    );
    assert!(
        longest < Duration::from_secs(2),
        "a request took {longest:?}"
    );
    server.restart();
    assert_eq!(server.names("userName eq \"ada\""), ["ada"]);
}

/// SQLite itself waits five seconds for the file.
#[test]
fn a_migration_waits_for_another_writer_of_the_file() {
    let mut server = TestServer::start(Backend::Sqlite);
    server.create_user("ada");
    server.stop();
    go_back(&mut server.behind());
    let output = thread::scope(|scope| {
        let mut other = server.behind();
        other.hold();
        let migrated = scope.spawn(|| server.cli(&["migrate"]));
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(7) {
            other.texts("SELECT 'busy' AS text");
            thread::yield_now();
        }
        other.let_go();
        migrated.join().expect("the command ends")
    });
    output.ok();
    server.restart();
    assert_eq!(server.names("userName eq \"ada\""), ["ada"]);
}

api_test! {
    /// An instance of this version, when a later one has migrated.
    fn a_database_that_is_ahead_is_served_on(mut server) {
        let ready = |server: &TestServer| server.get("/readyz").absolute().anonymous().send().expect(200);
        server.behind().execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('99991231000000')");
        // The answer of before may still hold.
        let began = Instant::now();
        while ready(&server)["migrations"] != "ahead" {
            assert!(began.elapsed() < Duration::from_secs(30), "{}", ready(&server));
        }
        server.create_user("ada");
        server.restart();
        assert_eq!(ready(&server), json!({ "status": "ok", "database": "ok", "migrations": "ahead" }));
        assert_eq!(server.names("userName eq \"ada\""), ["ada"]);
        server.cli(&["tenant", "list"]).ok();
        assert_eq!(server.log().matches("a later version has migrated").count(), 2, "once in each process");
    }
}
