//! Who was let in by whom, and who was refused.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{Backend, TestServer};

/// The rows that the command shows, oldest first.
#[track_caller]
fn rows(server: &TestServer, options: &[&str]) -> Vec<Value> {
    let printed = server
        .cli(&[&["--log-format", "json", "audit"][..], options].concat())
        .ok();
    let rows = printed.lines().map(serde_json::from_str);
    rows.collect::<Result<_, _>>()
        .expect("a JSON object in each line")
}

/// Waits until so many requests were refused, as the rows tell, and returns these rows.
#[track_caller]
fn refused(server: &TestServer, count: i64) -> Vec<Value> {
    let began = Instant::now();
    loop {
        let mut found = rows(server, &[]);
        found.retain(|row| row["event"] == "authentication.refused");
        let refused: i64 = found.iter().filter_map(|row| row["count"].as_i64()).sum();
        if refused == count {
            return found;
        }
        assert!(
            refused < count && began.elapsed() < Duration::from_secs(20),
            "{refused} of {count}: {found:#?}"
        );
        thread::sleep(Duration::from_millis(50));
    }
}

#[track_caller]
fn key_id(server: &TestServer, label: &str) -> String {
    let list = server.cli(&["token", "list", "default"]).ok();
    let line = list
        .lines()
        .find(|line| line.ends_with(label))
        .expect("a line");
    line.split_whitespace().next().expect("a key id").to_owned()
}

api_test! {
    fn what_operators_do_is_in_the_audit(server) {
        server.create_user("ada");
        server.cli(&["tenant", "create", "acme"]).ok();
        server.cli(&["tenant", "set", "acme", "name=ACME"]).ok();
        let printed = server.cli(&["token", "create", "default", "--label", "one"]).ok();
        let token = printed.lines().last().unwrap().to_owned();
        let key = key_id(&server, "one");
        server.cli(&["token", "link", "default", &key, "ada"]).ok();
        server.cli(&["token", "unlink", "default", &key]).ok();
        server.cli(&["token", "rotate", "default", &key, "--label", "two"]).ok();
        server.cli(&["token", "revoke", "default", &key]).ok();
        // What fails is not done.
        server.cli(&["token", "revoke", "default", &key]).refused();
        server.cli(&["tenant", "delete", "acme", "--yes"]).ok();
        let all = rows(&server, &[]);
        let events: Vec<_> = all.iter().map(|row| (row["tenant"].as_str().unwrap(), row["event"].as_str().unwrap())).collect();
        assert_eq!(events, [
            ("default", "tenant.created"),
            ("default", "token.created"),
            ("acme", "tenant.created"),
            ("acme", "tenant.changed"),
            ("default", "token.created"),
            ("default", "token.linked"),
            ("default", "token.unlinked"),
            ("default", "token.rotated"),
            ("default", "token.created"),
            ("default", "token.revoked"),
            ("acme", "tenant.deleted"),
        ]);
        assert_eq!(all[9]["subject"], format!("token:{key}"));
        assert_eq!(all[8]["subject"], format!("token:{}", key_id(&server, "two")));
        for row in &all {
            assert!(row["actor"].as_str().is_some_and(|actor| actor.starts_with("operator")), "{row}");
            assert!(!row.to_string().contains(&token[6..]), "{row}");
        }
        let of_acme = rows(&server, &["--tenant", "acme"]);
        assert_eq!(of_acme.len(), 3, "also when it is gone: {of_acme:?}");
        let text = server.cli(&["audit", "--tenant", "acme"]).ok();
        assert!(text.lines().last().is_some_and(|line| line.contains("acme") && line.contains("tenant.deleted")), "{text}");
        server.cli(&["audit", "--since", "yesterday"]).refused();
    }

    /// Rows: SEC-09
    fn who_was_refused_is_in_the_audit(mut server) {
        let revoked = server.cli(&["token", "create", "default", "--label", "gone"]).ok();
        let revoked = revoked.lines().last().unwrap().to_owned();
        let key = key_id(&server, "gone");
        server.cli(&["token", "revoke", "default", &key]).ok();
        let elsewhere = server.cli(&["token", "create", "default", "--network", "192.0.2.0/24"]).ok();
        let elsewhere = elsewhere.lines().last().unwrap().to_owned();
        server.cli(&["tenant", "create", "acme"]).ok();
        let refuse = |token: Option<&str>, path: &str| {
            let request = server.get(path).header("x-request-id", "asked-once");
            let request = match token {
                Some(token) => request.token(token),
                None => request.anonymous(),
            };
            assert_eq!(request.send().status, 401);
        };
        refuse(None, "/Users");
        refuse(Some("made-up-secret-text"), "/Users");
        refuse(Some("made-up-secret-text-2"), "/Groups");
        refuse(Some(&revoked), "/Users");
        refuse(Some(&elsewhere), "/ServiceProviderConfig");
        server.request("GET", "/t/acme/scim/v2/Users").absolute().send().error(401, "");
        // The first of a kind comes within a second, the others of its minute in one row.
        let began = Instant::now();
        while !rows(&server, &[]).iter().any(|row| row["cause"] == "revoked-token") {
            assert!(began.elapsed() < Duration::from_secs(20), "{:?}", rows(&server, &[]));
            thread::sleep(Duration::from_millis(50));
        }
        server.stop();
        let found = refused(&server, 6);
        let of = |cause: &str| {
            let rows: Vec<_> = found.iter().filter(|row| row["cause"] == cause).collect();
            assert!(!rows.is_empty(), "no {cause}: {found:#?}");
            rows
        };
        let unknown: i64 = of("unknown-token").iter().filter_map(|row| row["count"].as_i64()).sum();
        assert_eq!(unknown, 2);
        assert!(of("unknown-token").iter().all(|row| row.get("subject").is_none()), "made up keys have no end");
        let [row] = of("revoked-token")[..] else { panic!("one") };
        assert_eq!((&row["tenant"], &row["subject"]), (&json!("default"), &json!(format!("token:{key}"))));
        assert_eq!((&row["address"], &row["request_id"]), (&json!("127.0.0.1"), &json!("asked-once")));
        assert_eq!(of("no-token")[0]["tenant"], Value::Null);
        assert_eq!(of("network-not-accepted")[0]["tenant"], "default");
        assert_eq!(of("token-of-another-tenant")[0]["tenant"], "default");
        let text = json!(found).to_string();
        assert!(!text.contains("made-up") && !text.contains(&revoked[6..]), "{text}");
    }

    fn what_was_refused_is_kept_over_a_stop(mut server) {
        for _ in 0..50 {
            server.get("/Users").anonymous().send().error(401, "");
        }
        server.stop();
        let found = refused(&server, 50);
        assert!(found.len() < 10, "{} rows", found.len());
    }
}

/// Rows older than that go when the server starts, and every hour.
fn old_rows_go(backend: Backend) {
    let mut server = TestServer::start_with(backend, &[("SCIMD_AUDIT_RETENTION", "30d")]);
    server.stop();
    let old = "INSERT INTO audit (at_ms, tenant, event, count) WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 2500) \
               SELECT n, 'old', 'tenant.created', 1 FROM n";
    server.behind().execute(old);
    let count = |server: &TestServer| rows(server, &["--tenant", "old", "--since", "5000w"]).len();
    assert_eq!(count(&server), 2_500);
    server.restart();
    let began = Instant::now();
    while count(&server) > 0 {
        assert!(
            began.elapsed() < Duration::from_secs(20),
            "{} are left",
            count(&server)
        );
        thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(rows(&server, &["--tenant", "default"]).len(), 2);
}

#[test]
fn old_rows_go_sqlite() {
    old_rows_go(Backend::Sqlite);
}

#[test]
fn old_rows_go_postgres() {
    old_rows_go(Backend::Postgres);
}
