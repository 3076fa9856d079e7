//! The PATCH message, the order and the atomicity of its operations, and the answer.

use serde_json::{Value, json};

use crate::support::patch_table::{Stage, add, operation, pathless, remove, replace, row};
use crate::support::{PATCH_OP, TestServer, id};

/// Sends a whole PATCH body instead of operations.
fn message(server: &TestServer, path: &str, body: &Value) -> crate::support::Reply {
    server
        .request("PATCH", path)
        .raw(Some("application/scim+json"), body.to_string())
        .send()
}

/// A user to be patched, and its path.
fn target(server: &TestServer) -> (Value, String) {
    let user = server.user(json!({ "userName": "ada", "title": "Countess" }));
    let path = format!("/Users/{}", id(&user));
    (user, path)
}

api_test! {
    /// Rows: PATCH-02 PATCH-03
    fn patch_02_a_body_that_is_no_patch_message_is_refused(server) {
        let (user, path) = target(&server);
        let good = replace("title", "Lady");
        let operations = [
            json!([]), json!({}), json!(null), json!("add"), json!(7), good.clone(),
            json!([7]), json!(["add"]), json!([null]), json!([[]]), json!([good, "stray"]),
            json!([{ "path": "title", "value": "Lady" }]),
        ];
        for operations in operations {
            let body = json!({ "schemas": [PATCH_OP], "Operations": operations });
            message(&server, &path, &body).error(400, "invalidSyntax");
        }
        for body in [json!({ "schemas": [PATCH_OP] }), json!({}), json!([]), json!("text"), json!(null)] {
            message(&server, &path, &body).error(400, "invalidSyntax");
        }
        for body in ["", "{", "{\"Operations\":[}", "not json"] {
            let request = server.request("PATCH", &path).raw(Some("application/scim+json"), body);
            request.send().error(400, "invalidSyntax");
        }
        assert_eq!(server.get(&path).send().expect(200), user);
    }

    /// Rows: PATCH-03 PATCH-04 PATCH-05 PATCH-92 LEN-1 LEN-25
    fn patch_03_there_are_three_operations_in_any_letter_case(server) {
        let stage = Stage::new(&server);
        let refused = ["move", "copy", "test", "", "Added", " add", "delete", "set"].map(|op| {
            row(op, [operation(op, "title", "Lady")]).refused("invalidSyntax")
        });
        let accepted = ["replace", "Replace", "REPLACE", "rEPLACE", "add", "Add", "ADD"].map(|op| {
            row(op, [operation(op, "title", "Lady")]).gives(json!({ "title": "Lady" }))
        });
        stage.users(refused);
        stage.users(accepted);
        stage.users([
            row("op null", [json!({ "op": null, "path": "title", "value": "Lady" })]).refused("invalidSyntax"),
            row("op number", [json!({ "op": 1, "path": "title", "value": "Lady" })]).refused("invalidSyntax"),
            row("Remove", [json!({ "op": "Remove", "path": "title" })]).gives(json!({ "title": null })),
            row("REMOVE", [json!({ "op": "REMOVE", "path": "title" })]).gives(json!({ "title": null })),
            row("members in any case", [json!({ "OP": "add", "Path": "title", "VALUE": "Lady" })])
                .gives(json!({ "title": "Lady" })),
            row("strangers", [json!({ "op": "add", "path": "title", "value": "Lady", "name": "addTitle", "x": 1 })])
                .gives(json!({ "title": "Lady" })),
        ]);
        let (_, path) = target(&server);
        for (key, title) in [("operations", "One"), ("OPERATIONS", "Two")] {
            let body = json!({ "Schemas": [PATCH_OP], key: [replace("title", title)] });
            assert_eq!(message(&server, &path, &body).expect(200)["title"], title);
        }
    }

    /// Rows: PATCH-06 PATCH-08
    fn patch_06_a_path_of_the_wrong_grammar_is_refused(server) {
        let stage = Stage::new(&server);
        let paths = [
            "", " ", ".a", "a..b", "name.", "title nickName", "emails]", "1title", "name.givenName.first", "emails[",
            "emails[]", "emails[type eq 'work'", "emails[type eq 'work']value", "emails[type eq 'work'].", "emails[0]",
            "emails[0].value", "emails.0", "emails[type eq 'work'][primary eq true]", "/title", "title,nickName",
        ];
        for path in paths {
            let operations = [add(path, "Lady"), replace(path, "Lady"), remove(path)];
            let scim_types = if path.contains('[') { "invalidPath|invalidFilter" } else { "invalidPath" };
            stage.users(operations.map(|one| row(&format!("{} {path}", one["op"]), [one.clone()]).refused(scim_types)));
        }
        for path in [json!(7), json!(["title"]), json!({ "title": 1 }), json!(true)] {
            let operation = json!({ "op": "replace", "path": path, "value": "Lady" });
            stage.users([row("no text", [operation]).refused("invalidSyntax|invalidPath")]);
        }
    }

    /// Rows: PATCH-07 LEN-14
    fn patch_07_a_path_to_nothing_known_is_refused(server) {
        let stage = Stage::new(&server);
        let paths = [
            "bogus", "name.bogus", "emails.bogus", "emails[type eq 'work'].bogus", "userName.value", "{E}:bogus",
            "{U}:bogus", "urn:bogus:title", "{E}:manager.bogus", "{G}:displayName", "members", "urn:bogus",
        ];
        for path in paths {
            let operations = [add(path, "Lady"), replace(path, "Lady"), remove(path)];
            stage.users(operations.map(|one| row(&format!("{} {path}", one["op"]), [one.clone()]).refused("invalidPath")));
        }
        stage.groups(["bogus", "title", "members.bogus", "{U}:userName", "{E}:department"].map(|path| {
            row(path, [replace(path, "Lady")]).refused("invalidPath")
        }));
    }

    /// Rows: PATCH-09 GEN-13
    fn patch_09_operations_see_what_earlier_ones_did(server) {
        let stage = Stage::new(&server);
        stage.users([
            row("the last replace wins", [replace("title", "Lady"), replace("title", "Dame")]).gives(json!({ "title": "Dame" })),
            row("replace, then remove", [replace("title", "Lady"), remove("title")]).gives(json!({ "title": null })),
            row("remove, then add", [remove("title"), add("title", "Lady")]).gives(json!({ "title": "Lady" })),
            row("a filter finds what was just added", [
                add("emails", json!([{ "value": "new@x.test" }])),
                replace("emails[value eq 'new@x.test'].type", "other"),
                remove("emails[type eq 'home']"),
            ]).gives(json!({ "emails": [
                { "value": "work@x.test", "type": "work", "primary": true }, { "value": "new@x.test", "type": "other" },
            ] })),
            row("a filter misses what was just changed", [
                replace("emails[type eq 'home'].type", "other"), replace("emails[type sw 'ho'].value", "x@x.test"),
            ]).refused("noTarget"),
            row("all go, one comes", [remove("emails"), add("emails", json!([{ "value": "only@x.test" }]))])
                .gives(json!({ "emails": [{ "value": "only@x.test" }] })),
            row("a parent is made, then filled", [
                remove("name"), add("name.givenName", "Grace"), add("name", json!({ "familyName": "Hopper" })),
            ]).gives(json!({ "name": { "givenName": "Grace", "familyName": "Hopper" } })),
        ]);
        stage.groups([
            row("remove all, add one", [remove("members"), add("members", json!([{ "value": "{c}" }]))])
                .gives(json!({ "members": ["{c}"] })),
            row("add, then remove", [add("members", json!([{ "value": "{c}" }])), remove("members[value eq '{a}']")])
                .gives(json!({ "members": ["{b}", "{c}"] })),
            row("replace, then add", [
                replace("members", json!([{ "value": "{c}" }])), add("members", json!([{ "value": "{a}" }])),
            ]).gives(json!({ "members": ["{a}", "{c}"] })),
        ]);
    }

    /// Rows: PATCH-10 PATCH-91 GEN-13
    fn patch_10_one_bad_operation_undoes_them_all(server) {
        let stage = Stage::new(&server);
        let good = || replace("title", "Lady");
        stage.users([
            row("bad last", [good(), replace("id", "x")]).refused("mutability"),
            row("bad first", [replace("id", "x"), good()]).refused("mutability"),
            row("bad in the middle", [good(), add("bogus", 1), add("nickName", "A")]).refused("invalidPath"),
            row("bad value", [good(), remove("emails"), replace("active", "maybe")]).refused("invalidValue"),
            row("bad filter", [good(), remove("emails[type zz 'a']")]).refused("invalidFilter|invalidPath"),
            row("no target", [good(), remove("name"), pathless("remove", Value::Null)]).refused("noTarget"),
            row("no such op", [good(), operation("move", "title", "x")]).refused("invalidSyntax"),
            row("taken name", [good(), replace("userName", "member-a")]).conflicts(),
            row("the end would be sound", [remove("userName"), add("userName", "back-again")]).refused("mutability"),
        ]);
        stage.groups([
            row("unknown member", [add("members", json!([{ "value": "{c}" }])), add("members", json!([{ "value": "nobody" }]))])
                .refused("invalidValue"),
            row("unknown member among known", [add("members", json!([{ "value": "{c}" }, { "value": "nobody" }]))])
                .refused("invalidValue"),
            row("emptied, then refused", [remove("members"), replace("id", "x")]).refused("mutability"),
            row("replaced, then refused", [replace("members", json!([{ "value": "{c}" }])), remove("displayName")])
                .refused("mutability"),
            row("the end would be sound", [remove("displayName"), add("displayName", "Back again")]).refused("mutability"),
        ]);
    }

    /// Rows: PATCH-11 PATCH-12 GEN-12 GEN-18 DEC-9
    fn patch_11_the_answer_is_the_resource_or_what_was_asked_of_it(server) {
        let (user, path) = target(&server);
        let whole = server.patch(&path, json!([replace("title", "Lady")])).send().expect(200);
        assert_eq!(whole, server.get(&path).send().expect(200));
        assert_eq!(whole["userName"], "ada");
        let cut = server.patch(&path, json!([replace("title", "Dame")])).query("attributes", "title").send().expect(200);
        assert_eq!(cut, json!({ "schemas": user["schemas"], "id": user["id"], "title": "Dame" }));
        let cut = server.patch(&path, json!([replace("title", "Lady")])).query("excludedAttributes", "title,meta");
        let cut = cut.send().expect(200);
        assert_eq!((cut.get("title"), cut.get("meta")), (None, None));
        assert_eq!(cut["userName"], "ada");

        let group = server.create_group("Team", &[id(&user)]);
        let path = format!("/Groups/{}", id(&group));
        let reply = server.patch(&path, json!([replace("displayName", "Crew")])).send();
        assert_eq!((reply.status, reply.text.as_str()), (204, ""));
        let reply = server.patch(&path, json!([replace("displayName", "Band")])).query("attributes", "displayName");
        assert_eq!(
            reply.send().expect(200),
            json!({ "schemas": group["schemas"], "id": group["id"], "displayName": "Band" })
        );
        let reply = server.patch(&path, json!([replace("displayName", "Gang")])).query("excludedAttributes", "members");
        let cut = reply.send().expect(200);
        assert_eq!((cut["displayName"].as_str(), cut.get("members")), (Some("Gang"), None));
        let members = server.get(&path).send().expect(200)["members"].clone();
        assert_eq!(members[0]["value"], user["id"]);
    }

    /// Rows: PATCH-14 PATCH-46 COMMON-05 USER-21 ENT-04
    fn patch_14_read_only_attributes_do_not_change(server) {
        let stage = Stage::new(&server);
        let paths = [
            "id", "meta", "meta.created", "meta.lastModified", "meta.version", "meta.location", "meta.resourceType",
            "groups", "groups.display", "groups[value eq 'x']", "groups[value eq 'x'].display", "{E}:manager.displayName",
        ];
        for path in paths {
            let operations = [add(path, "x"), replace(path, "x"), remove(path)];
            let rows = operations.map(|one| {
                row(&format!("{} {path}", one["op"]), [one.clone()])
                    .from(json!({ "{E}": { "manager": { "value": "{a}" } } }))
                    .refused("mutability")
            });
            stage.users(rows);
        }
        stage.users([row("add groups", [add("groups", json!([{ "value": "x" }]))]).refused("mutability")]);
        for path in ["id", "meta", "meta.created"] {
            stage.groups([add(path, "x"), replace(path, "x"), remove(path)].map(|one| row(path, [one]).refused("mutability")));
        }
    }

    /// Rows: PATCH-15 PATCH-86 GEN-27
    fn patch_15_the_latest_primary_is_the_only_one(server) {
        let stage = Stage::new(&server);
        let emails = |work: bool, home: bool| json!({ "emails": [
            { "value": "work@x.test", "type": "work", "primary": work },
            { "value": "home@x.test", "type": "home", "primary": home },
        ] });
        let with_new = json!({ "emails": [
            { "value": "work@x.test", "type": "work" }, { "value": "home@x.test", "type": "home" },
            { "value": "new@x.test", "primary": true },
        ] });
        let new = || json!([{ "value": "new@x.test", "primary": true }]);
        stage.users([
            row("add MC", [add("emails", new())]).gives(with_new.clone()),
            row("add N", [pathless("add", json!({ "emails": new() }))]).gives(with_new.clone()),
            row("add VS", [add("emails[type eq 'home'].primary", true)]).gives(emails(false, true)),
            row("add V", [add("emails[type eq 'home']", json!({ "primary": true }))]).gives(emails(false, true)),
            row("replace VS", [replace("emails[type eq 'home'].primary", true)]).gives(emails(false, true)),
            row("replace V", [replace("emails[type eq 'home']", json!({ "value": "home@x.test", "type": "home", "primary": true }))])
                .gives(emails(false, true)),
            row("set it off", [replace("emails[type eq 'work'].primary", false)]).gives(emails(false, false)),
            row("none is made up", [remove("emails[type eq 'work'].primary")]).gives(emails(false, false)),
            row("none is made up for the rest", [remove("emails[primary eq true]")])
                .gives(json!({ "emails": [{ "value": "home@x.test", "type": "home" }] })),
            row("to and fro", [
                replace("emails[type eq 'home'].primary", true), replace("emails[type eq 'work'].primary", true),
                replace("emails[type eq 'home'].primary", true),
            ]).gives(emails(false, true)),
            row("two adds", [
                add("emails", json!([{ "value": "other@x.test", "primary": true }])), add("emails", new()),
            ]).gives(json!({ "emails": [
                { "value": "work@x.test", "type": "work" }, { "value": "home@x.test", "type": "home" },
                { "value": "other@x.test" }, { "value": "new@x.test", "primary": true },
            ] })),
            row("another attribute has its own", [add("phoneNumbers", json!([{ "value": "1", "primary": true }]))])
                .gives(json!({ "phoneNumbers": [{ "value": "1", "primary": true }] })),
        ]);
    }

    /// Rows: PATCH-17 ETAG-04 ETAG-05 ETAG-06
    fn patch_17_if_match_is_honoured(server) {
        let (user, path) = target(&server);
        let tag = user["meta"]["version"].as_str().unwrap();
        let patch = |title: &str| server.patch(&path, json!([replace("title", title)]));
        patch("Lady").header("If-Match", "W/\"stale\"").send().error(412, "");
        assert_eq!(server.get(&path).send().expect(200), user);
        let first = patch("Lady").header("If-Match", tag).send().expect(200);
        patch("Dame").header("If-Match", tag).send().error(412, "");
        assert_eq!(server.get(&path).send().expect(200), first);
        patch("Dame").header("If-Match", "*").send().expect(200);
        // The precondition comes before the operations.
        let bad = server.patch(&path, json!([replace("bogus", 1)])).header("If-Match", tag);
        bad.send().error(412, "");
    }

    /// Rows: PATCH-18 GEN-5
    fn patch_18_an_unknown_resource_comes_before_its_operations(server) {
        let user = server.create_user("ada");
        let group_path_of_a_user = format!("/Groups/{}", id(&user));
        for path in ["/Users/none", "/Groups/none", "/Users/42", &group_path_of_a_user] {
            server.patch(path, json!([replace("displayName", "x")])).send().error(404, "");
            server.patch(path, json!([replace("bogus", 1)])).send().error(404, "");
        }
    }

    /// Rows: PATCH-19 PATCH-76
    fn patch_19_a_value_of_another_type_is_refused(server) {
        let stage = Stage::new(&server);
        let cases = [
            ("active", json!("maybe")), ("active", json!(1)), ("active", json!({})), ("active", json!("")),
            ("title", json!(true)), ("title", json!({ "value": "x" })), ("title", json!(["a", "b"])),
            ("name", json!("x")), ("name", json!(7)), ("name", json!(true)), ("name", json!([{ "givenName": "x" }, {}])),
            ("name.givenName", json!({ "x": 1 })), ("name.givenName", json!(false)), ("emails", json!([true])),
            ("emails", json!([{ "value": { "x": 1 } }])), ("emails", json!([null])),
            ("emails", json!([{ "value": "x@x.test", "primary": "maybe" }])), ("emails[type eq 'work']", json!(true)),
            ("emails[type eq 'work'].primary", json!("yes")), ("emails[type eq 'work'].value", json!({ "x": 1 })),
            ("profileUrl", json!(7)), ("x509Certificates", json!([{ "value": "%%%" }])), ("{E}", json!("x")),
            ("{E}:department", json!({ "x": 1 })), ("{E}:manager", json!(true)), ("locale", json!(true)),
        ];
        for (path, value) in cases {
            let name = |op: &str| format!("{op} {path} {value}");
            let operations = [add(path, value.clone()), replace(path, value.clone())];
            stage.users(operations.map(|one| row(&name(&one["op"].to_string()), [one]).refused("invalidValue")));
        }
        stage.users([
            row("N", [pathless("replace", json!({ "title": "Lady", "active": "maybe" }))]).refused("invalidValue"),
            row("N", [pathless("add", json!({ "title": "Lady", "name": "x" }))]).refused("invalidValue"),
            row("C from nothing", [replace("name", "x")]).from(json!({})).refused("invalidValue"),
        ]);
        stage.groups([
            row("a member without value", [add("members", json!([{ "display": "x" }]))]).refused("invalidValue"),
            row("a member that is a number", [add("members", json!([7]))]).refused("invalidValue"),
            row("a member of null", [add("members", json!([null]))]).refused("invalidValue"),
            row("a member of the wrong type", [add("members", json!([{ "value": "{c}", "type": "Group" }]))]).refused("invalidValue"),
            row("displayName", [replace("displayName", json!({ "x": 1 }))]).refused("invalidValue"),
            row("empty displayName", [replace("displayName", "")]).refused("invalidValue|mutability"),
        ]);
    }
}
