//! `/Me` (RFC 7644 §3.11): the user that a token stands for.

use serde_json::{Value, json};

use crate::support::{ENTERPRISE, TestServer, USER, id};

/// A token of this server that stands for a user.
#[track_caller]
fn token_of(server: &TestServer, user: &str) -> String {
    let printed = server
        .cli(&[
            "token", "create", "default", "--label", "mine", "--user", user,
        ])
        .ok();
    printed.lines().last().expect("the token").to_owned()
}

/// The key id of the token with this label.
#[track_caller]
fn key_id(server: &TestServer, label: &str) -> String {
    let list = server.cli(&["token", "list", "default"]).ok();
    let row = list.lines().find(|line| line.ends_with(label));
    let row = row.unwrap_or_else(|| panic!("no token {label} in {list}"));
    row.split_whitespace().next().expect("a key id").to_owned()
}

api_test! {
    /// Rows: ME-03
    fn me_03_me_is_the_user_at_the_permanent_location(server) {
        let ada = server.create_user("ada");
        server.create_user("bob");
        let token = token_of(&server, id(&ada));
        let reply = server.get("/Me").token(&token).send();
        let location = ada["meta"]["location"].as_str();
        assert_eq!(reply.header("location"), location);
        assert_eq!(reply.header("etag"), ada["meta"]["version"].as_str());
        assert_eq!(reply.expect(200), ada);
        let head = server.request("HEAD", "/Me").token(&token).send();
        assert_eq!((head.status, head.text.as_str(), head.header("location")), (200, "", location));
        let some = server.get("/Me?attributes=userName").token(&token).send().expect(200);
        assert_eq!((some["userName"].as_str(), some.get("meta")), (Some("ada"), None));
        let tag = ada["meta"]["version"].as_str().expect("a version");
        assert_eq!(server.get("/Me").token(&token).header("If-None-Match", tag).send().status, 304);
    }

    /// Rows: ME-06
    fn me_06_put_patch_and_delete_act_on_the_user(server) {
        let ada = server.user(json!({ "userName": "ada", "title": "Dr" }));
        let token = token_of(&server, "ada");
        let operations = json!([{ "op": "add", "value": { (format!("{ENTERPRISE}:department")): "Engines" } }]);
        let reply = server.patch("/Me", operations).token(&token).send();
        assert_eq!(reply.header("location"), ada["meta"]["location"].as_str());
        assert_eq!(reply.expect(200)[ENTERPRISE]["department"], "Engines");
        let body = json!({ "schemas": [USER], "userName": "lovelace" });
        let stale = ada["meta"]["version"].as_str().expect("a version");
        server.put("/Me", body.clone()).token(&token).header("If-Match", stale).send().error(412, "");
        let reply = server.put("/Me", body).token(&token).send();
        assert_eq!(reply.header("location"), ada["meta"]["location"].as_str());
        let replaced = reply.expect(200);
        assert_eq!((&replaced["id"], &replaced["userName"], replaced.get("title")), (&ada["id"], &json!("lovelace"), None));
        server.put("/Me", json!({ "schemas": [USER] })).token(&token).send().error(400, "invalidValue");
        server.create_user("taken");
        server.put("/Me", json!({ "schemas": [USER], "userName": "TAKEN" })).token(&token).send().error(409, "uniqueness");
        assert_eq!(server.delete("/Me").token(&token).send().status, 204);
        assert_eq!(server.names("userName pr"), ["taken"]);
        let detail = server.get("/Me").token(&token).send().error(404, "");
        assert!(detail.contains("gone") && detail.contains("scimd token link default"), "{detail}");
    }

    /// Rows: ME-05
    fn me_05_a_token_of_nobody_gets_501_that_says_what_to_do(server) {
        server.create_user("ada");
        for method in ["GET", "HEAD", "DELETE"] {
            assert_eq!(server.request(method, "/Me").send().status, 501, "{method}");
        }
        let detail = server.get("/Me").send().error(501, "");
        let command = format!("scimd token link default {} ID_OR_USERNAME", key_id(&server, "first token"));
        assert!(detail.contains(&command), "{detail}");
        server.patch("/Me", json!([])).send().scim_error();
        server.get("/Me").anonymous().send().error(401, "");
        assert_eq!(server.names("userName pr"), ["ada"]);
    }

    /// Rows: ME-04 HTTP-03
    fn me_04_nobody_registers_themselves(server) {
        let ada = server.create_user("ada");
        let token = token_of(&server, "ada");
        server.post("/Me", json!({ "schemas": [USER], "userName": "x" })).token(&token).send().error(501, "");
        let reply = server.request("OPTIONS", "/Me").token(&token).send();
        assert_eq!(reply.header("allow"), Some("GET, HEAD, PUT, PATCH, DELETE"));
        reply.error(405, "");
        assert_eq!(server.get("/Me").token(&token).send().expect(200), ada);
    }

    /// Rows: ME-05 ME-06
    fn me_06_a_token_that_may_read_cannot_write_itself(server) {
        server.create_user("ada");
        let printed = server.cli(&["token", "create", "default", "--scope", "read", "--user", "ADA"]).ok();
        let token = printed.lines().last().expect("the token").to_owned();
        server.get("/Me").token(&token).send().expect(200);
        let operations = json!([{ "op": "add", "path": "title", "value": "Dr" }]);
        server.patch("/Me", operations).token(&token).send().error(403, "");
        server.delete("/Me").token(&token).send().error(403, "");
    }

    /// Rows: ME-05
    fn me_05_tokens_are_linked_and_unlinked_by_command(server) {
        let ada = server.user(json!({ "userName": "Ada@Example.com" }));
        let team = server.create_group("ada", &[]);
        let key = key_id(&server, "first token");
        let me = || server.get("/Me").send();
        let user_name = |reply: crate::support::Reply| -> Value { reply.expect(200)["userName"].clone() };
        server.cli(&["token", "link", "default", &key, "ADA@example.COM"]).ok();
        assert_eq!(user_name(me()), "Ada@Example.com");
        assert!(server.cli(&["token", "list", "default"]).ok().contains(id(&ada)));
        server.cli(&["token", "unlink", "default", &key]).ok();
        me().error(501, "");
        assert!(!server.cli(&["token", "list", "default"]).ok().contains(id(&ada)));
        server.cli(&["token", "link", "default", &key, id(&ada)]).ok();
        assert_eq!(user_name(me()), "Ada@Example.com");
        for nobody in ["nobody", "ada", id(&team), ""] {
            let text = server.cli(&["token", "link", "default", &key, nobody]).refused();
            assert!(text.contains("no user"), "{text}");
            let text = server.cli(&["token", "create", "default", "--user", nobody]).refused();
            assert!(text.contains("no user"), "{text}");
        }
        assert_eq!(user_name(me()), "Ada@Example.com");
        server.cli(&["token", "link", "default", "no-such-key", "ada@example.com"]).refused();
        server.cli(&["token", "unlink", "default", "no-such-key"]).refused();
        server.cli(&["token", "link", "nowhere", &key, "ada@example.com"]).refused();
        server.cli(&["tenant", "create", "acme"]).ok();
        server.cli(&["token", "create", "acme", "--user", "ada@example.com"]).refused();
    }

    /// Rows: ME-06
    fn me_06_a_token_may_stand_for_a_resource_of_an_own_type(server) {
        let urn = "urn:example:scim:2.0:Printer";
        server.write("printer.json", &json!({ "id": urn, "name": "Printer", "attributes": [
            { "name": "serialNumber", "required": true, "uniqueness": "server" },
        ] }));
        server.write("printers.json", &json!({ "name": "Printer", "endpoint": "/Printers", "schema": urn }));
        server.cli(&["schema", "add", "printer.json"]).ok();
        server.cli(&["resource-type", "add", "printers.json"]).ok();
        let printer = server.post("/Printers", json!({ "schemas": [urn], "serialNumber": "P-1" })).send().expect(201);
        let key = key_id(&server, "first token");
        for name in ["P-1", id(&printer)] {
            server.cli(&["token", "link", "default", &key, name]).ok();
            assert_eq!(server.get("/Me").send().expect(200), printer);
            server.cli(&["token", "unlink", "default", &key]).ok();
        }
    }
}
