//! `scimd replay` against the running server: recordings of these tests, and the shipped recordings.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread;

use serde_json::{Value, json};

use crate::support::{CliOutput, TestServer, scimd};

/// Nothing answers there: the command needs no database.
const NO_DATABASE: [(&str, &str); 1] = [("SCIMD_DATABASE_URL", "postgres://127.0.0.1:1/none")];

api_test! {
    fn every_shipped_recording_passes(server) {
        let output = replay(&server, &[]);
        output.ok();
        let last = output.stdout.lines().last().unwrap_or_default();
        assert!(last.contains(" passed (") && !output.stdout.contains("FAIL"), "{output:#?}");
        assert!(server.names("userName pr").is_empty(), "recordings clean up");
        assert!(server.search("/Groups", "displayName pr").is_empty(), "recordings clean up");
        // Everything is called by the run, so a second one meets nothing of the first.
        replay(&server, &["okta"]).ok();
    }

    /// What a server without one habit's rule fails at, and where that is told.
    fn a_server_without_a_rule_fails_at_the_steps_that_need_it(server) {
        let broken = [
            ("boolean-string", "entra/leaver", "deactivate"), ("remove-listed-values", "entra/groups", "remove one member"),
            ("create-from-value-filter", "okta/primary-paths", "PATCH"), ("string-from-number", "okta/empty-values", "numbers"),
            ("former-urns", "onelogin", "old URNs"), ("pathless-patch", "okta/group-push", "PATCH"),
            ("dotted-keys", "entra/flagged-updates", "paths"), ("single-from-array", "entra/manager", "PATCH"),
        ];
        for (rule, recording, told) in broken {
            server.cli(&["tenant", "set", "default", &format!("{rule}=off")]).ok();
            let output = replay(&server, &[recording]);
            output.refused();
            let mut lines = output.stdout.lines().skip_while(|line| !line.trim_start().starts_with("FAIL"));
            let (failed, difference) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
            assert!(failed.contains(told) && difference.contains(": expected "), "{rule}: {}", output.stdout);
            server.cli(&["tenant", "set", "default", &format!("{rule}=profile")]).ok();
            replay(&server, &[recording]).ok();
        }
    }

    fn shipped_recordings_pass_under_the_profiles_of_their_clients(server) {
        for client in ["okta", "entra"] {
            server.cli(&["tenant", "set", "default", &format!("profile={client}")]).ok();
            replay(&server, &[client]).ok();
        }
    }

    fn a_recording_of_ones_own_passes_and_a_wrong_expectation_is_told(server) {
        server.write("mine.json", &recording("<string>"));
        let output = replay(&server, &["mine.json"]);
        output.ok();
        let lines: Vec<&str> = output.stdout.lines().collect();
        assert_eq!(lines[0], "mine.json: a user");
        assert!(lines[1].starts_with("  PASS   1  create "), "{lines:#?}");
        assert!(lines[3].starts_with("  PASS  c1  delete "), "{lines:#?}");
        assert!(lines[5].starts_with("1 recording, 2 steps: 2 passed ("), "{lines:#?}");

        server.write("mine.json", &recording("<boolean>"));
        let output = replay(&server, &["mine.json", "--verbose"]);
        output.refused();
        for told in [
            "FAIL   1  create ",
            "body.id: expected <boolean>, got \"",
            "> POST /Users",
            "< 201",
            "PASS   2  read ",
            "1 passed, 1 failed",
        ] {
            assert!(output.stdout.contains(told), "no `{told}` in {output:#?}");
        }
        assert!(!output.stdout.contains(server.token()), "{output:#?}");
        assert!(server.names("userName pr").is_empty(), "cleanup runs after a failure too");
    }

    fn a_wrong_token_or_base_url_ends_the_run_at_the_first_answer(server) {
        server.write("mine.json", &recording("<string>"));
        let target = server.base().to_owned();
        let output = server.cli(&["replay", "mine.json", "okta", "--target", &target, "--token", "wrong"]);
        let told = output.refused();
        assert!(told.contains("answers 401") && told.contains("SCIMD_REPLAY_TOKEN"), "{told}");
        assert!(output.stdout.contains("status: expected 201, got 401 ("), "{output:#?}");
        assert!(output.stdout.contains("1 recording, 1 step: 0 passed, 1 failed"), "{output:#?}");
        let told = server.cli(&["replay", "mine.json", "--target", &target]).refused();
        assert!(told.contains("without a token"), "{told}");

        for wrong in [server.origin().to_owned(), format!("{target}/scim/v2")] {
            let output = server.cli(&["replay", "mine.json", "--target", &wrong, "--token", server.token()]);
            let told = output.refused();
            assert!(told.contains(&format!("stopped, since {wrong} has nothing at /Users")), "{told}");
            assert!(output.stdout.contains("did you mean"), "{output:#?}");
        }

        let header = format!("Authorization: Bearer {}", server.token());
        server
            .cli(&["replay", "mine.json", "--target", &target, "--token", "wrong", "--header", &header])
            .ok();
    }

    /// A target that has done something is the right one: what it refuses later is a failed step.
    fn a_later_refusal_is_one_failed_step_of_many(server) {
        let step = |name: &str, headers: Value, path: &str| {
            json!({ "name": name, "request": { "method": "GET", "path": path, "headers": headers }, "response": { "status": 200 } })
        };
        server.write("mine.json", &json!({
            "title": "refusals",
            "steps": [
                step("fine", json!({}), "/Users"),
                step("no token", json!({ "Authorization": null }), "/Users"),
                step("no endpoint", json!({}), "/Printers"),
                step("fine again", json!({}), "/Groups"),
            ]
        }));
        let output = replay(&server, &["mine.json"]);
        assert_eq!(output.refused().trim(), "scimd: not every step passed");
        let (_, end) = output.stdout.split_once("\nfailed:\n").expect("a list of failures");
        let lines: Vec<&str> = end.lines().collect();
        assert!(lines[0].starts_with("  mine.json 2 (no token): status: expected 200, got 401"), "{lines:#?}");
        assert!(lines[1].starts_with("  mine.json 3 (no endpoint): status: expected 200, got 404"), "{lines:#?}");
        assert!(lines[3].starts_with("1 recording, 4 steps: 2 passed, 2 failed"), "{lines:#?}");
    }

    fn a_tenant_with_a_pack_is_told_where_recordings_fail(server) {
        server.cli(&["pack", "add", "okta-entitlements"]).ok();
        let told = replay(&server, &[]).refused();
        assert!(told.contains("Role") && told.contains("without packs"), "{told}");
        server.cli(&["pack", "remove", "okta-entitlements"]).ok();
        replay(&server, &["okta"]).ok();
    }

    fn steps_send_what_they_say(server) {
        let step = |name: &str, request: Value, response: Value| {
            json!({ "name": name, "request": request, "response": response })
        };
        let users = |headers: Value| json!({ "method": "GET", "path": "/Users?count=0&", "headers": headers });
        server.write("mine.json", &json!({
            "title": "odd requests",
            "headers": { "Accept-Encoding": "gzip,deflate" },
            "steps": [
                step("compressed", users(json!({})), json!({ "status": 200, "body": { "totalResults": 0 } })),
                step("no token", users(json!({ "Authorization": null })), json!({ "status": 401, "headers": { "WWW-Authenticate": "<contains:Bearer>" } })),
                step("another token", users(json!({ "authorization": "non-token" })), json!({ "status": 401 })),
                step("broken JSON", json!({ "method": "POST", "path": "/Users", "text": "{\"userName\":" }), json!({ "status": 400, "body": { "scimType": "invalidSyntax" } })),
                step("DELETE with a body", json!({ "method": "DELETE", "path": "/Users/nobody", "body": {} }), json!({ "status": 404 })),
                step("GET with a body", json!({ "method": "GET", "path": "/Users/nobody", "body": {} }), json!({ "status": 404 })),
                step("no body", json!({ "method": "POST", "path": "/Users" }), json!({ "status": 400 })),
                step("another method", json!({ "method": "TRACE", "path": "/Users" }), json!({ "status": 405, "headers": { "Allow": "<any>" } })),
                step("HEAD", json!({ "method": "HEAD", "path": "/ServiceProviderConfig" }), json!({ "status": [200, 405] }))
            ]
        }));
        replay(&server, &["mine.json"]).ok();
    }

    fn programs_get_a_line_of_json_a_step(server) {
        server.write("mine.json", &recording("<boolean>"));
        let output = replay(&server, &["mine.json", "--format", "json"]);
        output.refused();
        let lines: Vec<Value> = output
            .stdout
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect();
        let results: Vec<&Value> = lines.iter().map(|line| &line["result"]).collect();
        assert_eq!(results, [&json!("fail"), &json!("pass"), &json!("pass"), &Value::Null]);
        assert_eq!(lines[0]["status"], 201);
        assert_eq!(lines[3]["failed"], 1);
    }

    fn broken_files_are_told_before_anything_is_sent(server) {
        server.write("good.json", &recording("<string>"));
        let mut broken = recording("<string>");
        broken["steps"][1]["response"]["stauts"] = json!(200);
        server.write("broken.json", &broken);
        let told = replay(&server, &["good.json", "broken.json"]).refused();
        assert!(told.contains("broken.json: step 2 (\"read\"), response: unknown key \"stauts\""), "{told}");
        assert!(!server.log().contains("POST"), "{}", server.log());
        let told = replay(&server, &["no-such"]).refused();
        assert!(told.contains("no-such") && told.contains("--list"), "{told}");
    }
}

/// `scimd replay` with the server as target.
fn replay(server: &TestServer, arguments: &[&str]) -> CliOutput {
    let common = [
        "replay",
        "--target",
        server.base(),
        "--token",
        server.token(),
    ];
    server.cli(&[&common, arguments].concat())
}

/// Creates a user whose id must be like `id`, reads it and deletes it.
fn recording(id: &str) -> Value {
    json!({
        "title": "a user",
        "steps": [
            {
                "name": "create",
                "request": { "method": "POST", "path": "/Users", "body": {
                    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
                    "userName": "kim-{{run}}"
                } },
                "response": { "status": 201, "body": { "userName": "kim-{{run}}", "id": id } },
                "capture": { "kim": "/id" }
            },
            {
                "name": "read",
                "request": { "method": "GET", "path": "/Users/{{kim}}" },
                "response": { "status": 200, "headers": { "Content-Type": "<contains:scim+json>" }, "body": { "id": "{{kim}}" } }
            }
        ],
        "cleanup": [{
            "name": "delete",
            "request": { "method": "DELETE", "path": "/Users/{{kim}}" },
            "response": { "status": [204, 404] }
        }]
    })
}

#[test]
fn a_target_that_is_not_there_ends_the_run_at_once() {
    let target = "http://127.0.0.1:1/scim/v2";
    let output = scimd(&["replay", "okta", "--target", target], &NO_DATABASE);
    let told = output.refused();
    assert!(
        told.contains(&format!("cannot reach {target}: the connection failed: ")),
        "{told}"
    );
    assert!(told.contains("is the server running?"), "{told}");
    assert!(!output.stdout.contains("FAIL"), "{output:#?}");
}

/// A target that answers one request with 503, and the lines of the request's head.
fn one_answer() -> (String, thread::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let target = format!(
        "http://{}/base/",
        listener.local_addr().expect("an address")
    );
    let answering = thread::spawn(move || {
        let (mut socket, _) = listener.accept().expect("a request");
        let lines = BufReader::new(socket.try_clone().expect("a second handle")).lines();
        let head: Vec<String> = lines
            .map_while(Result::ok)
            .take_while(|line| !line.is_empty())
            .collect();
        let answer = "HTTP/1.1 503 Busy\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbusy";
        socket
            .write_all(answer.as_bytes())
            .expect("somebody listens");
        head
    });
    (target, answering)
}

#[test]
fn what_goes_over_the_wire_is_what_the_recording_says() {
    let (target, answering) = one_answer();
    let directory = std::env::temp_dir().join(format!("scimd-replay-{}", std::process::id()));
    std::fs::create_dir_all(&directory).expect("a folder");
    let recording = json!({
        "title": "bytes",
        "headers": { "User-Agent": "Okta SCIM Client 1.0.0", "Accept": null },
        "steps": [{
            "name": "look",
            "request": { "method": "GET", "path": "/./Users//?filter=a%20eq%20%22%C3%A4%22&&b=[c]&" },
            "response": { "status": 200 }
        }]
    });
    std::fs::write(directory.join("bytes.json"), recording.to_string()).expect("a file");
    let folder = directory.to_string_lossy();
    let output = scimd(
        &["replay", &folder, "--target", &target],
        &[("SCIMD_REPLAY_TOKEN", "a-token"), NO_DATABASE[0]],
    );
    std::fs::remove_dir_all(&directory).expect("the folder goes");
    output.refused();
    assert!(
        output.stdout.contains("status: expected 200, got 503"),
        "{output:#?}"
    );
    let mut head = answering.join().expect("an answer");
    let first = head.remove(0);
    assert_eq!(
        first,
        "GET /base/./Users//?filter=a%20eq%20%22%C3%A4%22&&b=[c]& HTTP/1.1"
    );
    head.sort_by_key(|line| line.to_ascii_lowercase());
    let names: Vec<String> = head
        .iter()
        .map(|line| {
            line.split(':')
                .next()
                .unwrap_or_default()
                .to_ascii_lowercase()
        })
        .collect();
    assert_eq!(names, ["authorization", "host", "user-agent"]);
    assert!(
        head[0].ends_with(": Bearer a-token") && head[2].ends_with(": Okta SCIM Client 1.0.0"),
        "{head:?}"
    );
}

#[test]
fn what_is_shipped_is_listed_and_the_help_teaches() {
    let list = scimd(&["replay", "--list"], &NO_DATABASE).ok();
    let life = list.lines().find(|line| line.starts_with("okta/user-life"));
    assert!(
        life.is_some_and(|line| line.contains(" steps  Okta: ")),
        "{list}"
    );
    let help = scimd(
        &["replay", "--help"],
        &[("SCIMD_REPLAY_TOKEN", "hush-hush")],
    )
    .ok();
    for word in [
        "--target",
        "--token",
        "--header",
        "--verbose",
        "docs/recordings.md",
        "SCIMD_REPLAY_TOKEN",
    ] {
        assert!(help.contains(word), "no `{word}` in: {help}");
    }
    assert!(!help.contains("hush-hush"), "{help}");
    let told = scimd(&["replay", "okta"], &NO_DATABASE).refused();
    assert!(told.contains("--target"), "{told}");
}
