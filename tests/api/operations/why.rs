//! Why did it fail? The log answers with the request's line alone, and tells no names and no secrets.

use serde_json::json;

use crate::support::{TestServer, USER, path_of};

/// A line may be written after its answer was sent; this many answers later it must be there.
const PATIENCE_REQUESTS: usize = 2_000;

/// The line of the request that was sent with this id.
#[track_caller]
fn line(server: &TestServer, request_id: &str) -> String {
    for _ in 0..PATIENCE_REQUESTS {
        let log = server.log();
        let found = log
            .lines()
            .find(|line| line.contains(&format!(" id={request_id} ")));
        if let Some(line) = found {
            return line.to_owned();
        }
        server.get("/livez").absolute().send();
    }
    panic!("no line of {request_id} in the log");
}

/// The key id of the last token that was made.
fn key_id(server: &TestServer, label: &str) -> String {
    let listed = server.cli(&["token", "list", "default"]).ok();
    let found = listed.lines().find(|line| line.ends_with(label));
    let found = found.and_then(|line| line.split_whitespace().next());
    found.expect("a token of this label").to_owned()
}

fn token(server: &TestServer, tenant: &str, label: &str, more: &[&str]) -> String {
    let args = [&["token", "create", tenant, "--label", label], more].concat();
    server
        .cli(&args)
        .ok()
        .lines()
        .last()
        .expect("the token")
        .to_owned()
}

api_test! {
    /// Rows: SEC-09
    fn sec_09_a_failure_is_explained_in_its_line(server) {
        let jane = path_of(&server.create_user("jane.doe@example.com"));
        let body = json!({ "schemas": [USER], "userName": "JANE.DOE@example.com", "active": "True" });
        let reply = server.post("/Users", body)
            .header("X-Request-Id", "okta-77:a/b+c").header("User-Agent", "Okta SCIM Client 1.0.0\"")
            .header("X-Forwarded-For", "203.0.113.7").send();
        assert_eq!(reply.header("X-Request-Id"), Some("okta-77:a/b+c"), "the client's id is kept");
        reply.error(409, "uniqueness");
        let shown = line(&server, "okta-77:a/b+c");
        for part in [
            "tenant=default", "method=POST", "path=/scim/v2/Users", "status=409", "scimType=uniqueness",
            "detail=\"userName \\\"…\\\" is already used by another User\"", &format!("key={}", key_id(&server, "first token")),
            "rules=boolean-string", "agent=\"Okta SCIM Client 1.0.0\\\"\"", "forwarded=203.0.113.7", "peer=127.0.0.1",
        ] {
            assert!(shown.contains(part), "no {part} in: {shown}");
        }
        server.get("/Users").header("X-Request-Id", "fine").send().expect(200);
        let fine = line(&server, "fine");
        for part in ["agent=", "peer=", "detail=", "key="] {
            assert!(!fine.contains(part), "a success is not explained: {fine}");
        }
        server.get("/Users/jane.doe@example.com").send().error(404, "");
        server.patch(&jane, json!([{ "op": "add", "path": "jane[x eq \"doe\"]", "value": "jane.doe" }]))
            .header("X-Request-Id", "p1").send().error(400, "invalidPath");
        assert!(line(&server, "p1").contains("scimType=invalidPath"));
        let log = server.log().to_ascii_lowercase();
        assert!(!log.contains("jane"), "{log}");
    }

    /// Rows: SEC-09 AUTH-05
    fn auth_05_the_log_tells_which_way_a_token_is_wrong_and_the_answer_does_not(server) {
        server.cli(&["tenant", "create", "acme"]).ok();
        let revoked = token(&server, "default", "revoked", &[]);
        let key = key_id(&server, "revoked");
        server.cli(&["token", "revoke", "default", &key]).ok();
        assert!(!server.cli(&["token", "list", "default"]).ok().contains(&key), "it is not listed any more");
        server.cli(&["token", "revoke", "default", &key]).refused();
        server.cli(&["token", "link", "default", &key, "nobody"]).refused();
        let other = token(&server, "acme", "other", &[]);
        let ask = |path: &str, name: &str, token: &str| {
            let reply = server.get(path).absolute().token(token).header("X-Request-Id", name).send();
            let detail = reply.error(401, "");
            (detail, line(&server, name))
        };
        let (told_revoked, shown) = ask("/scim/v2/Users", "revoked-1", &revoked);
        assert!(shown.contains("cause=revoked-token") && shown.contains(&format!("key={key}")), "{shown}");
        let (told_unknown, shown) = ask("/scim/v2/Users", "unknown-1", "nobody-has-this");
        assert!(shown.contains("cause=unknown-token"), "{shown}");
        assert_eq!(told_revoked, told_unknown, "the answer does not tell");
        let (_, shown) = ask("/t/default/scim/v2/Users", "other-1", &other);
        assert!(shown.contains("cause=token-of-another-tenant"), "{shown}");
        server.get("/Users").anonymous().header("X-Request-Id", "none-1").send().error(401, "");
        assert!(line(&server, "none-1").contains("cause=no-token"));
        let expired = token(&server, "default", "expired", &["--expires-in", "1s"]);
        let mut turns = 0..PATIENCE_REQUESTS * 10;
        while server.get("/Users").token(&expired).send().status == 200 {
            turns.next().expect("a token of one second ends");
        }
        let (_, shown) = ask("/scim/v2/Users", "expired-1", &expired);
        assert!(shown.contains("cause=expired-token"), "{shown}");
        for secret in [&revoked, &other, &expired] {
            assert!(!server.log().contains(secret.as_str()));
        }
    }

    /// Rows: SEC-09 ERR-19
    fn err_19_only_a_sound_request_id_is_kept(server) {
        for bad in ["jane@example.com", "a b", "", &"x".repeat(129), "a\"b"] {
            let reply = server.get("/Users").header("X-Request-Id", bad).send();
            let given = reply.header("X-Request-Id").expect("an id").to_owned();
            assert_ne!(given, bad);
            assert_eq!(given.len(), 36, "an id of ours: {given}");
        }
        let longest = "x".repeat(128);
        let reply = server.get("/Users").header("X-Request-Id", &longest).send();
        assert_eq!(reply.header("X-Request-Id"), Some(longest.as_str()));
        let body = json!({ "schemas": [USER], "userName": "ada" });
        server.post("/Users", body).header("X-Request-Id", "feed-1").send().expect(201);
        let rows = server.behind().texts("SELECT request_id AS text FROM changes");
        assert_eq!(rows, ["feed-1"]);
    }
}
