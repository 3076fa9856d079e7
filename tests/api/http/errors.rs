//! Error answers: their form, their words, and the order of checks (RFC 7644 §3.12).

use serde_json::{Value, json};

use crate::support::{GROUP, PATCH_OP, Request, TestServer, USER, id};

fn post(server: &TestServer, body: Value) -> Request {
    server.post("/Users", body)
}

/// One request for each kind of failure: what it is, the request, status and `scimType`.
fn failures(server: &TestServer, user: &str) -> Vec<(&'static str, Request, u16, &'static str)> {
    let patch = |operation: Value| server.patch(user, json!([operation]));
    let new = |name: &str| json!({ "schemas": [USER], "userName": name });
    vec![
        ("no credentials", server.get("/Users").anonymous(), 401, ""),
        (
            "bad credentials",
            server.get("/Users").token("nonsense"),
            401,
            "",
        ),
        ("unknown endpoint", server.get("/Nope"), 404, ""),
        ("unknown path", server.get("/Users/x/y"), 404, ""),
        ("outside the base", server.get("/nope").absolute(), 404, ""),
        ("unknown user", server.get("/Users/42"), 404, ""),
        ("unknown group", server.delete("/Groups/no-such"), 404, ""),
        (
            "filter on discovery",
            server.get("/Schemas?filter=id+pr"),
            403,
            "",
        ),
        ("method", server.delete("/Users"), 405, ""),
        (
            "media type",
            server
                .request("POST", "/Users")
                .raw(Some("text/plain"), "{}"),
            415,
            "",
        ),
        (
            "version",
            server.delete(user).header("If-Match", "W/\"stale\""),
            412,
            "",
        ),
        ("not offered", server.post("/Me", json!({})), 501, ""),
        (
            "protocol version",
            server.get("/scim/v3/Users").absolute(),
            400,
            "invalidVers",
        ),
        (
            "no JSON",
            server
                .request("POST", "/Users")
                .raw(Some("application/json"), "{\"a\":"),
            400,
            "invalidSyntax",
        ),
        ("no object", post(server, json!([])), 400, "invalidSyntax"),
        (
            "no operations",
            server
                .request("PATCH", user)
                .json(&json!({ "schemas": [PATCH_OP] })),
            400,
            "invalidSyntax",
        ),
        (
            "operation",
            patch(json!({ "op": "frob", "path": "title", "value": "x" })),
            400,
            "invalidSyntax",
        ),
        (
            "required",
            post(server, json!({ "schemas": [USER] })),
            400,
            "invalidValue",
        ),
        (
            "type",
            post(
                server,
                json!({ "schemas": [USER], "userName": "x", "title": { "a": 1 } }),
            ),
            400,
            "invalidValue",
        ),
        (
            "query parameter",
            server.get("/Users?count=abc"),
            400,
            "invalidValue",
        ),
        (
            "filter",
            server.get("/Users?filter=bogus+eq+1"),
            400,
            "invalidFilter",
        ),
        (
            "operator",
            server.get("/Users?filter=active+gt+true"),
            400,
            "invalidFilter",
        ),
        (
            "path filter",
            patch(json!({ "op": "remove", "path": "emails[type zz \"a\"]" })),
            400,
            "invalidFilter",
        ),
        (
            "path",
            patch(json!({ "op": "replace", "path": "a..b", "value": "x" })),
            400,
            "invalidPath",
        ),
        (
            "unknown path",
            patch(json!({ "op": "replace", "path": "bogus", "value": "x" })),
            400,
            "invalidPath",
        ),
        (
            "sort",
            server.get("/Users?sortBy=bogus"),
            400,
            "invalidPath",
        ),
        (
            "no target",
            patch(json!({ "op": "remove" })),
            400,
            "noTarget",
        ),
        (
            "no such element",
            patch(json!({ "op": "replace", "path": "emails[type sw \"q\"].value", "value": "x" })),
            400,
            "noTarget",
        ),
        (
            "read-only",
            patch(json!({ "op": "add", "path": "groups", "value": [{ "value": "g" }] })),
            400,
            "mutability",
        ),
        ("taken on POST", post(server, new("ADA")), 409, "uniqueness"),
        (
            "taken on PUT",
            server.put(user, new("bob")),
            409,
            "uniqueness",
        ),
        (
            "taken on PATCH",
            patch(json!({ "op": "replace", "path": "userName", "value": "Bob" })),
            409,
            "uniqueness",
        ),
        (
            "password filter",
            server.get("/Users").query("filter", "password eq \"x\""),
            400,
            "invalidFilter",
        ),
    ]
}

/// A server with ada and bob, and the path of ada.
fn populate(server: &TestServer) -> String {
    server.create_user("bob");
    format!("/Users/{}", id(&server.create_user("ada")))
}

api_test! {
    /// Rows: ERR-01 ERR-02 ERR-03 ERR-04 ERR-05 ERR-06 ERR-07 ERR-09 ERR-10 ERR-11 ERR-12 ERR-13 ERR-14 ERR-15 ERR-17 ERR-18
    /// GEN-6 AUTH-12
    fn err_01_every_failure_is_a_scim_error(server) {
        let user = populate(&server);
        for (what, request, status, scim_type) in failures(&server, &user) {
            let reply = request.send();
            assert_eq!(reply.status, status, "{what}: {}", reply.text);
            let known = ["schemas", "status", "scimType", "detail"];
            let keys = reply.body.as_object().unwrap_or_else(|| panic!("{what}: {}", reply.text)).keys();
            assert!(keys.clone().all(|key| known.contains(&key.as_str())), "{what}: {}", reply.text);
            if scim_type.is_empty() {
                assert_eq!(reply.body.get("scimType"), None, "{what}");
            }
            let detail = reply.error(status, scim_type).to_lowercase();
            for leak in ["select ", "insert ", "sqlite", "postgres", "diesel", "panicked", "src/", ".rs:", "stack"] {
                assert!(!detail.contains(leak), "{what}: {detail}");
            }
        }
        assert_eq!(server.names("userName pr"), ["ada", "bob"], "no failure has changed anything");
    }

    /// Rows: ERR-21
    fn err_21_the_same_fault_gets_the_same_answer(server) {
        let user = populate(&server);
        for round in 0..3 {
            let first = failures(&server, &user);
            for ((what, one, ..), (_, other, ..)) in first.into_iter().zip(failures(&server, &user)) {
                assert_eq!(one.send().body, other.send().body, "{what}, round {round}");
            }
        }
        let many = json!({
            "schemas": [USER], "title": {}, "active": "perhaps", "emails": [null], "name": 5, "profileUrl": "a b",
        });
        let answers: Vec<Value> = (0..5).map(|_| post(&server, many.clone()).send().body).collect();
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
        assert_eq!(answers[0]["status"], "400");
    }

    /// Rows: ERR-04 SEC-09 GEN-10
    fn err_04_details_name_the_culprit_and_no_secret(server) {
        let user = populate(&server);
        let missing = post(&server, json!({ "schemas": [USER], "title": "x" })).send().error(400, "invalidValue");
        assert!(missing.contains("userName"), "{missing}");
        let taken = post(&server, json!({ "schemas": [USER], "userName": "Ada" })).send().error(409, "uniqueness");
        assert!(taken.contains("userName"), "{taken}");
        let member = json!({ "schemas": [GROUP], "displayName": "Team", "members": [{ "value": "no-such-member" }] });
        let unknown = server.post("/Groups", member).send().error(400, "invalidValue");
        assert!(unknown.contains("no-such-member"), "{unknown}");
        let operator = server.get("/Users").query("filter", "active gt true").send().error(400, "invalidFilter");
        assert!(operator.contains("active") && operator.contains("gt"), "{operator}");
        let gone = server.get("/Users/no-such-id").send().error(404, "");
        assert!(gone.contains("no-such-id"), "{gone}");
        let secret = "hunter2-0123456789";
        for request in [
            post(&server, json!({ "schemas": [USER], "userName": "ada", "password": secret })),
            post(&server, json!({ "schemas": [USER], "userName": "new", "password": { "value": secret } })),
            post(&server, json!({ "schemas": [USER], "userName": "new", "password": [secret, secret] })),
            post(&server, json!({ "schemas": [USER], "userName": "new", "password": format!("{secret}\u{0}") })),
            server.patch(&user, json!([{ "op": "replace", "path": "password", "value": format!("{secret}\u{7}") }])),
            server.patch(
                &user,
                json!([{ "op": "replace", "path": format!("password[value eq \"{secret}\"]"), "value": secret }]),
            ),
            server.get("/Users").token(secret),
        ] {
            let reply = request.send();
            assert!(reply.status >= 400, "{}", reply.text);
            reply.scim_error();
            // A path is quoted as the client wrote it; a value never is.
            if !reply.text.contains("password[") {
                assert!(!reply.text.contains("hunter2"), "{}", reply.text);
            }
        }
    }

    /// Rows: ERR-20 AUTH-13 ETAG-13
    fn err_20_checks_come_in_one_order(server) {
        let user = populate(&server);
        let reader = server.cli(&["token", "create", "default", "--scope", "read"]).ok();
        let reader = reader.lines().last().unwrap().trim();
        let broken = |method: &str, path: &str| server.request(method, path).raw(Some("application/json"), "{\"a\":");
        let foreign = |method: &str, path: &str| server.request(method, path).raw(Some("text/plain"), "{\"a\":");
        let good = json!({ "schemas": [USER], "userName": "x" });
        // The server checks the token before everything else.
        for request in [
            server.get("/Nope"),
            server.delete("/Users"),
            broken("POST", "/Users"),
            foreign("POST", "/Users"),
            server.get("/Users/none"),
            server.put("/Users/none", good.clone()),
            server.get("/Users?filter=("),
        ] {
            request.anonymous().send().error(401, "");
        }
        // Then what the caller may do.
        for request in [
            broken("POST", "/Users"),
            foreign("PUT", &user),
            server.put("/Users/none", good.clone()),
            server.delete("/Users/none"),
            server.delete(&user).header("If-Match", "W/\"stale\""),
        ] {
            request.token(reader).send().error(403, "");
        }
        foreign("PUT", "/Users/none").send().error(415, "");
        foreign("PATCH", &user).header("If-Match", "W/\"stale\"").send().error(415, "");
        // Syntax, then existence, then the version, then what the body means.
        broken("PUT", "/Users/none").send().error(400, "invalidSyntax");
        broken("PATCH", "/Users/none").header("If-Match", "W/\"stale\"").send().error(400, "invalidSyntax");
        broken("PUT", &user).header("If-Match", "W/\"stale\"").send().error(400, "invalidSyntax");
        server.put("/Users/none", good).header("If-Match", "W/\"stale\"").send().error(404, "");
        let taken = json!({ "schemas": [USER], "userName": "bob" });
        server.put("/Users/none", taken.clone()).send().error(404, "");
        server.put(&user, taken.clone()).header("If-Match", "W/\"stale\"").send().error(412, "");
        server.put(&user, taken).send().error(409, "uniqueness");
    }

    /// Rows: ERR-15 HTTP-08
    fn err_15_other_versions_are_told_apart_from_other_paths(server) {
        for path in ["/scim/v1/Users", "/scim/v3/Users", "/scim/v9/ServiceProviderConfig", "/scim/v10/Groups/1"] {
            let detail = server.get(path).absolute().send().error(400, "invalidVers");
            assert!(detail.contains("v2"), "{detail}");
        }
        for path in ["/scim/Users", "/scim/vx/Users", "/Users", "/v2/Users", "/other"] {
            server.get(path).absolute().send().error(404, "");
        }
    }

    /// Rows: ERR-12 ERR-13 DEC-1 DEC-10 PATCH-67
    fn err_13_no_target_by_the_letter(server) {
        let user = populate(&server);
        let set = || {
            server.patch(
                &user,
                json!([{ "op": "replace", "path": "emails[type eq \"work\"].value", "value": "a@x.org" }]),
            )
        };
        server.rfc();
        set().send().error(400, "noTarget");
        server.cli(&["tenant", "set", "default", "profile=default"]).ok();
        assert_eq!(set().send().expect(200)["emails"][0]["value"], "a@x.org");
    }
}
