//! A credential is remembered between requests. What changes meanwhile counts at once, for every kind of request and on every
//! instance.

use serde_json::{Value, json};

use crate::support::{GROUP, Reply, TestServer, USER, id};

/// A request of each kind: it reads, writes, finds nothing, asks no database, or is refused.
fn kinds(server: &TestServer, token: &str, ada: &str, round: &str) -> Vec<(&'static str, Reply)> {
    let user = format!("/Users/{ada}");
    let body = |name: &str| json!({ "schemas": [USER], "userName": format!("{name}{round}") });
    let title = json!([{ "op": "replace", "path": "title", "value": round }]);
    let nothing = json!([{ "op": "replace", "path": "userName", "value": "ada" }]);
    let requests = vec![
        ("get", server.get(&user)),
        ("list", server.get("/Users")),
        ("look-up", server.get("/Users").query("filter", "userName eq \"ada\"")),
        ("nobody", server.get("/Users/nobody")),
        ("post", server.post("/Users", body("new"))),
        ("taken", server.post("/Users", json!({ "schemas": [USER], "userName": "ada" }))),
        ("patch", server.patch(&user, title)),
        ("no change", server.patch(&user, nothing)),
        ("put", server.put(&user, json!({ "schemas": [USER], "userName": "ada", "title": round }))),
        ("refused body", server.post("/Groups", json!({ "schemas": [GROUP] }))),
        ("no JSON", server.post("/Users", json!({})).raw(Some("application/scim+json"), "{")),
        ("no endpoint", server.get("/Nothing")),
        ("search", server.post("/.search", json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"] }))),
        ("bulk", server.post("/Bulk", json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
            "Operations": [{ "method": "POST", "path": "/Users", "bulkId": "b", "data": body("bulk") }],
        }))),
        ("discovery", server.get("/Schemas")),
        ("feed", server.get("/feed").query("wait", "0")),
        ("stream", server.get("/feed").header("accept", "text/event-stream").query("after", "1-00000000")),
        ("delete nobody", server.delete("/Users/nobody")),
    ];
    let sent = requests.into_iter();
    sent.map(|(kind, request)| (kind, request.token(token).send()))
        .collect()
}

fn names(server: &TestServer) -> Vec<String> {
    let page = server
        .get("/Users")
        .query("attributes", "userName,title")
        .send()
        .expect(200);
    let users = page["Resources"].as_array().expect("resources");
    users.iter().map(Value::to_string).collect()
}

/// A new token of the tenant, and its name.
fn new_token(server: &TestServer) -> (String, String) {
    let made = server
        .cli(&["token", "create", "default", "--scope", "write"])
        .ok();
    let token = made.lines().last().expect("a token").to_owned();
    let listed = server.cli(&["token", "list", "default"]).ok();
    let newest = listed.lines().last().expect("a line");
    let key = newest.split_whitespace().next().expect("a key id");
    (token, key.to_owned())
}

api_test! {
    /// Rows: AUTH-09
    fn a_revoked_token_is_refused_at_once_whatever_it_asks(server) {
        let ada = server.create_user("ada");
        let other = server.another();
        for place in [&server, &other] {
            let (token, key) = new_token(&server);
            for (kind, reply) in kinds(place, &token, id(&ada), "before") {
                assert_ne!(reply.status, 401, "{kind}");
            }
            server.cli(&["token", "revoke", "default", &key]).ok();
            let before = names(&server);
            for (kind, reply) in kinds(place, &token, id(&ada), "after") {
                assert_eq!(reply.status, 401, "{kind}: {reply:?}");
            }
            assert_eq!(names(&server), before, "a revoked token has written");
        }
    }

    fn a_change_of_settings_counts_for_the_next_request(server) {
        let ada = server.create_user("ada");
        let (group, path) = (server.create_group("team", &[id(&ada)]), "/Groups");
        let twin = || server.post(path, json!({ "schemas": [GROUP], "displayName": "team" })).send();
        twin().error(409, "uniqueness");
        server.set_tenant("unique-group-names=false");
        twin().expect(201);
        let lenient = || {
            let operations = json!([{ "op": "Replace", "path": "active", "value": "False" }]);
            server.patch(&format!("/Users/{}", id(&ada)), operations).send()
        };
        lenient().expect(200);
        server.set_tenant("profile=rfc");
        assert_eq!(lenient().status, 400);
        server.set_tenant("profile=default");
        lenient().expect(200);
        let list = server.get(&format!("{path}/{}", id(&group))).send().expect(200);
        assert_eq!(list["members"][0]["value"], id(&ada));
    }

    fn a_link_counts_for_the_next_request(server) {
        let (ada, bob) = (server.create_user("ada"), server.create_user("bob"));
        server.get("/Me").send().error(501, "");
        for user in [&ada, &bob] {
            server.link_token(id(user));
            assert_eq!(server.get("/Me").send().expect(200)["id"], user["id"]);
        }
    }

    fn a_type_that_is_added_is_served_at_once(server) {
        server.get("/Devices").send().error(404, "");
        server.cli(&["pack", "add", "device"]).ok();
        server.get("/Devices").send().expect(200);
    }
}
