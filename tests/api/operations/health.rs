//! What an operator watches: liveness, readiness, metrics, and a log line for each request that tells no secrets.

use serde_json::{Value, json};

use crate::support::{Backend, TestServer, USER, id};

/// A line may be written after its answer was sent; this many answers later it must be there.
const PATIENCE_REQUESTS: usize = 2_000;

api_test! {
    fn probes_need_no_token_and_answer_json(server) {
        for path in ["/livez", "/readyz"] {
            let reply = server.request("GET", path).absolute().anonymous().send();
            let content_type = reply.header("content-type").unwrap_or_default().to_owned();
            assert!(content_type.starts_with("application/json"), "{path}: {content_type}");
            assert!(reply.expect(200).is_object(), "{path}");
        }
    }

    /// Rows: SEC-09
    fn metrics_count_requests_by_route_and_know_no_ids(server) {
        let user = server.create_user("measured");
        server.get(&format!("/Users/{}", id(&user))).send().expect(200);
        server.get("/Users/unknown-4711").send().error(404, "");
        server.get("/Nowhere-4711").send().error(404, "");
        let metrics = server.request("GET", "/metrics").absolute().anonymous().send();
        assert!(metrics.header("content-type").unwrap_or_default().starts_with("text/plain"));
        let text = metrics.text;
        let created = lines(&text, "scimd_http_requests_total{", &[r#"method="POST""#, r#"status="201""#, "Users"]);
        assert_eq!(created.len(), 1, "one series for the create in:\n{text}");
        assert!(created[0].ends_with(" 1"), "{created:?}");
        for (name, label) in [
            ("scimd_http_requests_total{", r#"route=""#),
            ("scimd_http_request_duration_seconds_bucket{", r#"le="+Inf""#),
            ("scimd_http_request_duration_seconds_sum", ""),
            ("scimd_pool_connections{", r#"state=""#),
        ] {
            assert!(!lines(&text, name, &[label]).is_empty(), "no {name} {label} in:\n{text}");
        }
        // Labels come from closed sets: otherwise any client could fill the memory.
        for secret in ["4711", id(&user), "measured"] {
            assert!(!text.contains(secret), "metrics name `{secret}`:\n{text}");
        }
    }

    fn metrics_tell_how_much_is_stored(server) {
        server.create_user("ada");
        server.create_user("bob");
        let text = server.request("GET", "/metrics").absolute().anonymous().send().text;
        assert_eq!(lines(&text, "scimd_table_rows{", &[r#"table="resources""#]), [r#"scimd_table_rows{table="resources"} 2"#]);
        for table in ["memberships", "indexed_values", "changes", "walks", "credentials"] {
            let label = format!("table=\"{table}\"");
            assert_eq!(lines(&text, "scimd_table_rows{", &[&label]).len(), 1, "{table} in:\n{text}");
        }
        let bytes = lines(&text, "scimd_database_bytes ", &[]);
        let bytes = bytes.first().and_then(|line| line.split(' ').nth(1)?.parse::<u64>().ok());
        assert!(bytes.is_some_and(|bytes| bytes > 50_000), "{bytes:?} in:\n{text}");
    }

    /// Rows: SEC-09
    fn sec_09_the_log_shows_of_a_path_what_is_known(server) {
        for path in [
            "/scim/v2/Users/jane.doe@example.com",
            "/scim/v2/jane.doe@example.com",
            "/scim/v2/Schemas/jane.doe@example.com",
            "/scim/v2/Users/jane.doe@example.com/photo",
            "/t/jane.doe@example.com/scim/v2/Users",
            "/jane.doe@example.com",
        ] {
            server.get(path).absolute().send();
            server.get(path).absolute().anonymous().send();
        }
        server.get("/ResourceTypes/User").send().expect(200);
        server.get("/t/default/scim/v2/Users").absolute().send().expect(200);
        for shown in [
            "path=/scim/v2/Users/- ",
            "path=/scim/v2/- ",
            "path=/scim/v2/Schemas/- ",
            "path=/t/-/scim/v2/Users ",
            "path=- ",
            "path=/scim/v2/ResourceTypes/User ",
            "path=/t/default/scim/v2/Users ",
        ] {
            log_line(&server, &[shown]);
        }
        assert!(!server.log().contains("jane"), "{}", server.log());
    }
}

/// Rows: SEC-03 SEC-09 AUTH-07
#[test]
fn sec_09_the_log_has_a_line_for_each_request_and_no_secrets() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        for format in ["text", "json"] {
            let settings = [("SCIMD_LOG_FORMAT", format), ("SCIMD_LOG_LEVEL", "trace")];
            let server = TestServer::start_with(backend, &settings);
            let user_id = telling_requests(&server);
            let path = format!("/scim/v2/Users/{user_id}");
            let line = log_line(&server, &["PATCH", &path]);
            for part in ["default", "200"] {
                assert!(
                    line.contains(part),
                    "no `{part}` in the access line: {line}"
                );
            }
            if format == "json" {
                check_json(&server, &path);
            } else {
                assert!(
                    line.contains("ms"),
                    "no duration in the access line: {line}"
                );
            }
            check_secrets(&server);
        }
    }
}

const SECRETS: [&str; 9] = [
    "zuse.konrad",
    "Konrad",
    "konrad@z3.example",
    "Berlin-Kreuzberg",
    "relay-password-1941",
    "query-token-000000000000000000000000000000",
    "header-token-00000000000000000000000000000",
    "basic-credentials-0000000000000000",
    "Plankalkuel",
];

/// Requests of all kinds, good and bad, that carry the secrets in every place a request has. Returns the user's id.
fn telling_requests(server: &TestServer) -> String {
    let body = json!({
        "schemas": [USER],
        "userName": "zuse.konrad",
        "name": { "givenName": "Konrad" },
        "emails": [{ "value": "konrad@z3.example" }],
        "addresses": [{ "locality": "Berlin-Kreuzberg" }],
        "password": "relay-password-1941"
    });
    let user = server.user(body.clone());
    server
        .post("/Users", body.clone())
        .send()
        .error(409, "uniqueness");
    let path = format!("/Users/{}", id(&user));
    let rename = json!([{ "op": "replace", "path": "title", "value": "Plankalkuel" }]);
    server.patch(&path, rename).send().expect(200);
    server.put(&path, body).send().expect(200);
    server.names(r#"userName eq "zuse.konrad""#);
    server.names(r#"emails.value eq "konrad@z3.example""#);
    server
        .get("/Users")
        .query("filter", r#"Konrad eq "Konrad""#)
        .send()
        .error(400, "invalidFilter");
    server
        .get("/Users?access_token=query-token-000000000000000000000000000000")
        .anonymous()
        .send()
        .error(401, "");
    server
        .get("/Users")
        .token("header-token-00000000000000000000000000000")
        .send()
        .error(401, "");
    server
        .get("/Users")
        .anonymous()
        .header("Authorization", "Basic basic-credentials-0000000000000000")
        .send()
        .error(401, "");
    let malformed = r#"{"userName":"zuse.konrad","password":"relay-password-1941","#;
    server
        .request("POST", "/Users")
        .raw(None, malformed)
        .send()
        .error(400, "invalidSyntax");
    id(&user).to_owned()
}

fn check_secrets(server: &TestServer) {
    let log = server.log();
    for secret in SECRETS.iter().chain([&server.token()]) {
        let found: Vec<&str> = log.lines().filter(|line| line.contains(secret)).collect();
        assert!(found.is_empty(), "the log names `{secret}`: {found:?}");
    }
}

/// Every line is an object, and the line of a request has all its parts.
fn check_json(server: &TestServer, path: &str) {
    let log = server.log();
    // The last line may still be in the making.
    let end = log.rfind('\n').unwrap_or(0);
    let lines = log[..end].lines().map(|line| {
        let parsed = serde_json::from_str::<Value>(line);
        parsed.unwrap_or_else(|error| panic!("{error}: {line}"))
    });
    let lines: Vec<Value> = lines.collect();
    let line = lines
        .iter()
        .find(|line| line["method"] == "PATCH" && line["path"] == path);
    let line = line.unwrap_or_else(|| panic!("no access line for PATCH {path} in {log}"));
    assert_eq!(
        (&line["tenant"], &line["status"]),
        (&json!("default"), &json!(200)),
        "{line}"
    );
    assert!(line["ms"].is_number(), "{line}");
    assert!(
        line["id"].as_str().is_some_and(|id| !id.is_empty()),
        "{line}"
    );
}

/// The first line with all these parts, which may still be on its way.
fn log_line(server: &TestServer, parts: &[&str]) -> String {
    for _ in 0..PATIENCE_REQUESTS {
        let log = server.log();
        if let Some(line) = log
            .lines()
            .find(|line| parts.iter().all(|part| line.contains(part)))
        {
            return line.to_owned();
        }
        server.request("GET", "/livez").absolute().send();
    }
    panic!("no line with {parts:?} in the log:\n{}", server.log())
}

fn lines<'text>(text: &'text str, start: &str, parts: &[&str]) -> Vec<&'text str> {
    let all = text.lines().filter(|line| line.starts_with(start));
    all.filter(|line| parts.iter().all(|part| line.contains(part)))
        .collect()
}
