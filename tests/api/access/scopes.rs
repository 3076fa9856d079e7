//! Tokens that reach users or groups only.

use serde_json::json;

use crate::support::{
    BULK_REQUEST, ENTERPRISE, GROUP, PATCH_OP, Reply, SEARCH_REQUEST, TestServer, USER, id,
};

/// A user and a group with that user, and their paths.
fn directory(server: &TestServer) -> (String, String) {
    let user = server.user(json!({
        "userName": "ada@secret.test", "displayName": "ada@secret.test", "emails": [{ "value": "ada@secret.test" }]
    }));
    let members = json!([{ "value": id(&user) }]);
    let group = server.post(
        "/Groups",
        json!({ "schemas": [GROUP], "displayName": "crew", "members": members }),
    );
    let group = group.send().expect(201);
    (
        format!("/Users/{}", id(&user)),
        format!("/Groups/{}", id(&group)),
    )
}

#[track_caller]
fn refused(reply: &Reply, scope: Option<&str>) {
    let challenge = reply.header("www-authenticate").expect("a challenge");
    assert!(
        challenge.contains("error=\"insufficient_scope\""),
        "{challenge}"
    );
    let named = scope.map(|scope| format!("scope=\"{scope}\""));
    assert_eq!(
        challenge.contains("scope=\""),
        named.is_some(),
        "{challenge}"
    );
    assert!(
        named.is_none_or(|named| challenge.contains(&named)),
        "{challenge}"
    );
    assert!(reply.scim_error().contains("limited to"), "{}", reply.text);
    assert!(!reply.text.contains("secret.test"), "{}", reply.text);
}

/// A question about what another type's resources are called.
#[track_caller]
fn unanswered(reply: &Reply) {
    assert_eq!(reply.status, 403, "{}", reply.text);
    assert!(reply.scim_error().contains("limited to"), "{}", reply.text);
    assert!(!reply.text.contains("secret.test"), "{}", reply.text);
}

api_test! {
    /// Rows: AUTH-03 AUTH-11
    fn auth_11_a_token_for_groups_reaches_no_user(server) {
        let (user, group) = directory(&server);
        let token = server.token_of("write,groups");
        let search = json!({ "schemas": [SEARCH_REQUEST] });
        let new = json!({ "schemas": [USER], "userName": "new" });
        let patch = json!([{ "op": "replace", "path": "active", "value": false }]);
        let before = server.get(&user).send().expect(200);
        for request in [
            server.get("/Users"),
            server.get(&user),
            server.get("/Users?filter=userName eq \"ada@secret.test\""),
            server.get("/Users?filter=broken"),
            server.get("/Users/none"),
            server.post("/Users/.search", search.clone()),
            server.post("/Users", new.clone()),
            server.put(&user, new.clone()),
            server.patch(&user, patch),
            server.delete(&user),
        ] {
            refused(&request.token(&token).send(), Some("users"));
        }
        for request in [
            server.get("/"),
            server.get("/?filter=meta.resourceType eq \"User\""),
            server.post("/.search", search),
            server.get("/feed"),
        ] {
            refused(&request.token(&token).send(), None);
        }
        let operations = json!([
            { "method": "POST", "path": "/Users", "bulkId": "1", "data": new },
            { "method": "DELETE", "path": user },
            { "method": "POST", "path": "/Groups", "bulkId": "2", "data": { "schemas": [GROUP], "displayName": "other" } },
        ]);
        let bulk = json!({ "schemas": [BULK_REQUEST], "Operations": operations });
        let answer = server.post("/Bulk", bulk).token(&token).send().expect(200);
        let statuses: Vec<_> = answer["Operations"].as_array().unwrap().iter().map(|one| one["status"].clone()).collect();
        assert_eq!(statuses, ["403", "403", "201"], "{answer}");
        assert_eq!(server.get(&user).send().expect(200), before);
        server.get(&group).token(&token).send().expect(200);
        server.get("/Groups").token(&token).send().expect(200);
        server.get("/ResourceTypes").token(&token).send().expect(200);
    }

    /// Rows: AUTH-11
    fn auth_11_a_token_for_groups_sees_no_name_of_a_user(server) {
        let (user, group) = directory(&server);
        let user_id = user.rsplit('/').next().unwrap();
        let token = server.token_of("write,groups");
        let shown = server.get(&group).token(&token).send();
        assert!(!shown.text.contains("secret.test"), "{}", shown.text);
        let shown = shown.expect(200);
        assert_eq!(shown["members"][0]["value"], user_id);
        assert!(shown["members"][0].get("display").is_none(), "{shown}");
        for list in ["/Groups?attributes=members", "/Groups?attributes=members.display"] {
            let shown = server.get(list).token(&token).send();
            assert!(shown.status == 200 && !shown.text.contains("secret.test"), "{}", shown.text);
        }
        // What cannot be seen cannot be guessed.
        for filter in ["members.display co \"secret\"", "members[display co \"secret\"]", "not (members[value pr and display sw \"a\"])"] {
            unanswered(&server.get("/Groups").query("filter", filter).token(&token).send());
        }
        unanswered(&server.get("/Groups?sortBy=members.display").token(&token).send());
        let guess = json!([{ "op": "remove", "path": "members[display co \"secret\"]" }]);
        unanswered(&server.patch(&group, guess).token(&token).send());
        // Membership is of groups.
        let by_id = format!("members.value eq \"{user_id}\"");
        let found = server.get("/Groups").query("filter", &by_id).token(&token).send().expect(200);
        assert_eq!(found["totalResults"], 1);
        let remove = json!([{ "op": "remove", "path": format!("members[value eq \"{user_id}\"]") }]);
        assert!(server.patch(&group, remove).token(&token).send().status < 300);
        let all = server.get(&group).send().expect(200);
        assert_eq!(all["members"], json!([]), "{all}");
    }

    /// Rows: AUTH-11
    fn auth_11_a_token_for_users_reaches_no_group(server) {
        let (user, group) = directory(&server);
        let token = server.token_of("read,users");
        refused(&server.get(&group).token(&token).send(), Some("groups"));
        refused(&server.get("/Groups").token(&token).send(), Some("groups"));
        let shown = server.get(&user).token(&token).send().expect(200);
        assert_eq!(shown["userName"], "ada@secret.test");
        assert!(shown["groups"][0].get("display").is_none() && shown["groups"][0]["value"].is_string(), "{shown}");
        unanswered(&server.get("/Users").query("filter", "groups.display eq \"crew\"").token(&token).send());
        let patch = json!({ "schemas": [PATCH_OP], "Operations": [{ "op": "add", "path": "title", "value": "x" }] });
        assert_eq!(server.request("PATCH", &user).json(&patch).token(&token).send().status, 403);
        let both = server.token_of("read,users,groups");
        let shown = server.get(&group).token(&both).send().expect(200);
        assert_eq!(shown["members"][0]["display"], "ada@secret.test");
        refused(&server.get("/").token(&both).send(), None);
    }

    /// A reference may lead to a resource of any type, and then its name is shown. Rows: AUTH-11
    fn auth_11_references_give_no_name_of_another_type(server) {
        let (user, group) = directory(&server);
        let (token, group_id) = (server.token_of("write,users"), group.rsplit('/').next().unwrap());
        let path = format!("{ENTERPRISE}:manager.value");
        let refer = json!([{ "op": "add", "path": path, "value": group_id }]);
        let answer = server.patch(&user, refer).token(&token).send();
        assert!(answer.status < 300 && !answer.text.contains("crew"), "{}", answer.text);
        let shown = server.get(&user).token(&token).send();
        assert!(shown.status == 200 && !shown.text.contains("crew"), "{}", shown.text);
        let filter = format!("{ENTERPRISE}:manager.displayName sw \"c\"");
        unanswered(&server.get("/Users").query("filter", &filter).token(&token).send());
        unanswered(&server.get("/Users").query("sortBy", &format!("{ENTERPRISE}:manager.displayName")).token(&token).send());
        let all = server.get(&user).send();
        assert!(all.text.contains("crew"), "who reaches groups sees it: {}", all.text);
        // A name of its own type is shown.
        let boss = server.user(json!({ "userName": "boss", "displayName": "The Boss" }));
        let refer = json!([{ "op": "replace", "path": path, "value": id(&boss) }]);
        server.patch(&user, refer).token(&token).send();
        assert!(server.get(&user).token(&token).send().text.contains("The Boss"));
    }

    /// Rows: AUTH-11
    fn auth_11_a_limited_token_reaches_no_type_of_the_tenants_own(server) {
        server.cli(&["pack", "add", "device"]).ok();
        for scope in ["read,users", "read,groups", "read,users,groups"] {
            let token = server.token_of(scope);
            let reply = server.get("/Devices").token(&token).send();
            refused(&reply, None);
            assert!(reply.text.contains("another type"), "{}", reply.text);
        }
        server.get("/Devices").token(&server.token_of("read")).send().expect(200);
    }

    /// Rows: AUTH-11
    fn auth_11_me_is_within_the_limits_of_its_token(server) {
        let (user, _) = directory(&server);
        for (scope, status) in [("read,groups", 403), ("read,users", 200), ("read", 200)] {
            let printed = server.cli(&["token", "create", "default", "--scope", scope, "--user", "ada@secret.test"]).ok();
            let token = printed.lines().last().unwrap();
            let reply = server.get("/Me").token(token).send();
            assert_eq!(reply.status, status, "{}", reply.text);
            assert_eq!(reply.text.contains("secret.test"), status == 200);
            assert_eq!(server.get(&user).token(token).send().status, status);
        }
    }

    fn scopes_that_allow_nothing_are_refused(server) {
        for (scope, word) in [("groups", "read,groups"), ("users,groups", "read,users,groups"), ("admin,users", "not limited"), ("everything", "possible values")] {
            let text = server.cli(&["token", "create", "default", "--scope", scope]).refused();
            assert!(text.contains(word), "{text}");
        }
        let printed = server.cli(&["token", "create", "default", "--scope", "users,write"]).ok();
        assert!(printed.contains("scope read write users;"), "{printed}");
        let list = server.cli(&["token", "list", "default"]).ok();
        assert!(list.contains("read write users"), "{list}");
    }
}
