//! The rules one by one: when a request needs them, how answers name them, how they are counted and switched off.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::habits::habits;
use super::requests::{named, patch_of};
use crate::support::{ENTERPRISE, TestServer, USER, id};

/// The rules that `scimd profile show` prints under its first heading.
fn leniencies(server: &TestServer) -> BTreeSet<String> {
    let shown = server.cli(&["profile", "show", "default"]).ok();
    let lines = shown
        .lines()
        .take_while(|line| !line.starts_with("Choices"));
    let rules = lines.filter(|line| line.starts_with("on ") || line.starts_with("off "));
    rules
        .filter_map(|line| line.split_whitespace().nth(1))
        .map(str::to_owned)
        .collect()
}

/// How often a rule was needed, as /metrics has it.
fn count(server: &TestServer, rule: &str) -> u64 {
    let metrics = server.get("/metrics").absolute().send().text;
    let line = format!("scimd_leniency_total{{rule=\"{rule}\"}} ");
    let found = metrics.lines().find_map(|shown| shown.strip_prefix(&line));
    let found = found.unwrap_or_else(|| panic!("no counter of {rule} in {metrics}"));
    found.parse().unwrap()
}

api_test! {
    /// Rows: DEC-10 LEN-1 LEN-3 LEN-4 LEN-5 LEN-6 LEN-7 LEN-8 LEN-9 LEN-10 LEN-11 LEN-12 LEN-13 LEN-14 LEN-15 LEN-16 LEN-17
    /// LEN-22 LEN-25 LEN-27 LEN-28 LEN-29 LEN-30 LEN-31 LEN-32 LEN-33 OL-2
    fn dec_10_an_answer_names_what_it_needed_and_profiles_refuse_it(server) {
        let tried: BTreeSet<String> = habits().iter().map(|habit| habit.rule.to_owned()).collect();
        assert_eq!(tried, leniencies(&server), "each leniency has a habit here");
        for (index, habit) in habits().iter().enumerate() {
            let rule = habit.rule;
            let before = count(&server, rule);
            let accepts = format!("{rule}=on");
            if !habit.in_default {
                server.set_tenant(&accepts);
            }
            let tried = habit.try_on(&server);
            assert!((200..300).contains(&tried.reply.status), "{index} {rule}: {}", tried.reply.text);
            assert_eq!(named(&tried.reply), [rule], "{index}");
            assert_eq!(count(&server, rule), before + 1, "{index} {rule}");

            server.set_tenant(&format!("{rule}=off"));
            let tried = habit.try_on(&server);
            let (status, scim_type) = habit.refused;
            assert_eq!(tried.reply.status, status, "{index} {rule}: {}", tried.reply.text);
            assert!(!named(&tried.reply).contains(&rule), "{index} {rule}");
            if status >= 400 {
                assert_eq!(named(&tried.reply), [""; 0], "{index} {rule}");
                tried.reply.error(status, scim_type);
                assert_eq!(tried.after, tried.before, "{index} {rule} was refused and did something");
            }
            assert_eq!(count(&server, rule), before + 1, "{index} {rule}");
            server.set_tenant(&format!("{rule}=profile"));
        }
    }

    /// Rows: DEC-10 LEN-3 LEN-4 LEN-5 LEN-6 LEN-7 LEN-8 LEN-9 LEN-10 LEN-12 LEN-15 LEN-17
    fn dec_10_the_letter_has_its_errors(server) {
        server.set_tenant("profile=rfc");
        for (index, habit) in habits().iter().enumerate() {
            let (rule, tried) = (habit.rule, habit.try_on(&server));
            if habit.in_rfc {
                assert!((200..300).contains(&tried.reply.status), "{index} {rule}: {}", tried.reply.text);
                assert_eq!(named(&tried.reply), [rule], "{index}");
            } else if habit.refused.0 < 400 {
                assert_eq!(tried.reply.status, habit.refused.0, "{index} {rule}");
                assert!(!named(&tried.reply).contains(&rule), "{index} {rule}");
            } else {
                assert_eq!(tried.after, tried.before, "{index} {rule} was refused and did something");
                tried.reply.error(habit.refused.0, habit.refused.1);
            }
        }
    }

    /// Rows: DEC-10
    fn dec_10_what_needs_nothing_names_nothing(server) {
        let user = server.create_user("kim");
        let path = format!("/Users/{}", id(&user));
        let operations = json!([
            { "op": "replace", "path": "active", "value": false }, { "op": "replace", "value": { "id": "x", "groups": [], "title": null } },
            { "op": "add", "path": "EMAILS", "value": [{ "value": "w@x.test" }] },
        ]);
        let replies = [
            server.get(&path).send(),
            server.get("/Users/?").query("filter", "emails[value eq \"w@x.test\"]").query("foo", "1").send(),
            server.patch(&path, operations).send(),
            server.put(&path, json!({ "schemas": user["schemas"], "userName": "kim", "id": "y", "meta": {}, "emails": [] })).send(),
        ];
        for reply in replies {
            assert_eq!(reply.header("SCIM-Leniency"), None, "{}", reply.text);
        }
        // A request that fails names nothing, whatever it needed on the way.
        let bad = json!([
            { "op": "Replace", "path": "active", "value": "True" }, { "op": "Replace", "path": "active", "value": "perhaps" },
        ]);
        let reply = server.patch(&path, bad).send();
        assert_eq!(reply.header("SCIM-Leniency"), None);
        reply.error(400, "invalidValue");
    }

    /// Rows: LEN-1 LEN-3
    fn len_01_all_that_a_request_needed_is_named(server) {
        let user = server.create_user("kim");
        let path = format!("/Users/{}", id(&user));
        let reply = server.patch(&path, json!([{ "op": "Replace", "path": "active", "value": "False" }])).send();
        assert_eq!(named(&reply), ["patch-op-case", "boolean-string"]);
        let group = server.create_group("team", &[]);
        let body = patch_of(json!({ "op": "Add", "path": "members", "value": id(&user) }));
        let reply = server.request("PATCH", &format!("/Groups/{}", id(&group))).json(&body).send();
        assert_eq!((reply.status, named(&reply)), (204, vec!["patch-op-case", "multi-from-single"]));
        let bulk = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": [
            { "method": "POST", "path": "/Users", "bulkId": "a", "data": { "userName": "bulk", "active": "true" } },
            { "method": "PATCH", "path": path, "data": patch_of(json!({ "op": "replace", "path": "manager", "value": "x" })) },
        ] });
        let reply = server.post("/Bulk", bulk).send();
        let all = ["boolean-string", "complex-from-string", "ignore-unknown-schemas", "bare-extension-attribute"];
        assert_eq!(named(&reply), all, "{}", reply.text);
    }

    /// Rows: LEN-1 BULK-01
    fn len_01_operations_that_fail_needed_nothing(server) {
        let bulk = |operations: Value, atomic: &str| {
            let body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations });
            server.post("/Bulk", body).header("SCIM-Bulk-Atomic", atomic).send()
        };
        let gone = json!({ "method": "PATCH", "path": "/Users/nobody", "data": patch_of(json!({ "op": "Replace", "path": "title", "value": "x" })) });
        let bad = json!({ "method": "POST", "path": "/Users", "bulkId": "b", "data": { "schemas": [USER], "userName": "b", "active": "True", "emails": 7 } });
        let good = json!({ "method": "POST", "path": "/Users", "bulkId": "g", "data": { "schemas": [USER], "userName": "g", "title": ["x"] } });
        let extra = json!({ "method": "DELETE", "path": "/Users/nobody", "name": "x" });
        for atomic in ["false", "true"] {
            let reply = bulk(json!([extra, gone, bad]), atomic);
            assert_eq!((reply.status, named(&reply)), (200, vec![]), "{}", reply.text);
        }
        let reply = bulk(json!([gone, good, bad]), "true");
        assert_eq!(named(&reply), [""; 0], "nothing was done: {}", reply.text);
        let reply = bulk(json!([gone, good, bad]), "false");
        assert_eq!(named(&reply), ["single-from-array"], "{}", reply.text);
        assert_eq!(count(&server, "patch-op-case"), 0);
    }

    /// Rows: LEN-12
    fn len_12_keys_inside_an_extension_are_names_too(server) {
        let user = server.user(json!({ "schemas": [USER, ENTERPRISE], "userName": "kim", ENTERPRISE: { "department": "Ops" } }));
        let path = format!("/Users/{}", id(&user));
        let operations = [
            json!({ "op": "replace", "value": { ENTERPRISE: { "manager.value": "boss" } } }),
            json!({ "op": "replace", "path": ENTERPRISE, "value": { "manager.value": "boss" } }),
        ];
        server.set_tenant("dotted-keys=off");
        for operation in &operations {
            server.patch(&path, json!([operation])).send().error(400, "invalidPath");
            assert_eq!(server.get(&path).send().expect(200), user);
        }
        server.set_tenant("dotted-keys=on");
        for operation in &operations {
            let reply = server.patch(&path, json!([operation])).send();
            assert_eq!(named(&reply), ["dotted-keys"]);
            assert_eq!(reply.body[ENTERPRISE]["manager"]["value"], "boss");
        }
    }

    /// Rows: LEN-12 EXT-01 ENTRA-14
    fn len_12_a_body_may_name_attributes_in_full(server) {
        let department = format!("{ENTERPRISE}:department");
        let bodies = [
            json!({ (format!("{USER}:active")): "False", (department.as_str()): "Ops" }),
            json!({ USER: { "active": false }, ENTERPRISE: { "department": "Ops" } }),
            json!({ (format!("{USER}:active").to_uppercase()): false, (department.to_uppercase()): "Ops" }),
        ];
        for (number, attributes) in bodies.iter().enumerate() {
            let name = format!("kim-{number}");
            let mut body = json!({ "schemas": [USER, ENTERPRISE], "userName": name });
            body.as_object_mut().unwrap().extend(attributes.as_object().unwrap().clone());
            let reply = server.post("/Users", body.clone()).send();
            assert!(named(&reply).contains(&"dotted-keys"), "{}", reply.text);
            let user = reply.expect(201);
            assert_eq!((&user["active"], &user[ENTERPRISE]["department"]), (&json!(false), &json!("Ops")), "{number}");
            let path = format!("/Users/{}", id(&user));
            server.patch(&path, json!([{ "op": "replace", "path": "active", "value": true }])).send().expect(200);
            assert_eq!(server.put(&path, body).send().expect(200)["active"], json!(false), "{number}");
        }
        // Common attributes may stand there too, and read-only ones are ignored under any name.
        let body = json!({ "schemas": [USER], USER: { "userName": "common", "externalId": "c-1", "groups": [] }, (format!("{USER}:id")): "x" });
        let user = server.post("/Users", body).send().expect(201);
        assert_eq!(user["externalId"], "c-1");
        let path = format!("/Users/{}", id(&user));
        let operation = json!([{ "op": "replace", "value": { USER: { "externalId": "c-2" } } }]);
        assert_eq!(server.patch(&path, operation).send().expect(200)["externalId"], "c-2");
        // Without the rule nothing that means something is passed over.
        server.set_tenant("dotted-keys=off");
        for attributes in &bodies {
            let mut body = json!({ "schemas": [USER, ENTERPRISE], "userName": "nobody" });
            body.as_object_mut().unwrap().extend(attributes.as_object().unwrap().clone());
            server.post("/Users", body).send().error(400, "invalidSyntax");
        }
        let body = json!({ "schemas": [USER], "userName": "read-only", (format!("{USER}:groups")): [], (format!("{USER}:id")): "x" });
        server.post("/Users", body).send().expect(201);
        server.set_tenant("dotted-keys=on");
        // Twice is a contradiction, whatever stands first.
        for (one, other) in [(json!(true), json!(false)), (json!(false), json!(true))] {
            let body = json!({ "schemas": [USER], "userName": "lee", "active": one, (format!("{USER}:active")): other });
            server.post("/Users", body).send().error(400, "invalidValue");
            let user = server.names("userName eq \"kim-0\"");
            assert_eq!(user.len(), 1);
            let path = format!("/Users/{}", id(&server.search("/Users", "userName eq \"kim-0\"")[0]));
            let before = server.get(&path).send().expect(200);
            let operations = [
                json!({ "op": "replace", "value": { "active": one, (format!("{USER}:active")): other } }),
                json!({ "op": "replace", "value": { "active": one, USER: { "active": other } } }),
                json!({ "op": "add", "value": { ENTERPRISE: { "department": "x" }, (department.as_str()): "y" } }),
            ];
            for operation in operations {
                server.patch(&path, json!([operation])).send().error(400, "invalidValue");
                assert_eq!(server.get(&path).send().expect(200), before);
            }
        }
        assert!(server.names("userName eq \"lee\"").is_empty());
    }

    /// Rows: LEN-9
    fn len_09_what_is_made_satisfies_the_filter(server) {
        let user = server.create_user("kim");
        let path = format!("/Users/{}", id(&user));
        for operation in [
            json!({ "op": "replace", "path": "emails[value eq \"q@x.test\"].value", "value": "y@x.test" }),
            json!({ "op": "add", "path": "emails[type eq \"work\"]", "value": { "value": "y@x.test", "type": "home" } }),
        ] {
            server.patch(&path, json!([operation])).send().error(400, "noTarget");
            assert_eq!(server.get(&path).send().expect(200), user);
        }
        // It is the filter that judges, not the spelling.
        let operations = json!([
            { "op": "add", "path": "emails[type eq \"work\"]", "value": { "value": "y@x.test", "type": "Work" } },
            { "op": "add", "path": "roles[primary eq \"True\"]", "value": { "value": "admin", "primary": true } },
        ]);
        let after = server.patch(&path, operations).send().expect(200);
        assert_eq!((&after["emails"][0]["value"], &after["roles"][0]["value"]), (&json!("y@x.test"), &json!("admin")));
    }

    /// Rows: LEN-13 LEN-25 PROFILE-02
    fn len_13_strangers_are_named_wherever_they_stand(server) {
        let user = server.create_user("kim");
        let group = json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Team",
            "members": [{ "value": id(&user), "displayName": "x" }] });
        let search = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "colour": "red" });
        let bulk = |more: Value, operation: Value| {
            let mut body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": [operation] });
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            body
        };
        let delete = json!({ "method": "DELETE", "path": "/Users/nobody" });
        let odd = json!({ "method": "POST", "path": "/Users", "bulkId": "a", "data": { "schemas": [USER], "userName": "b" }, "name": "x" });
        let requests = [
            ("/Groups", group, "ignore-strangers"), ("/Users/.search", search, "extra-keys"),
            ("/Bulk", bulk(json!({ "colour": "red" }), delete), "extra-keys"),
        ];
        for (path, body, rule) in requests {
            server.set_tenant(&format!("{rule}=off"));
            server.post(path, body.clone()).send().error(400, "invalidSyntax");
            server.set_tenant(&format!("{rule}=on"));
            let reply = server.post(path, body).send();
            assert_eq!((reply.status / 100, named(&reply)), (2, vec![rule]), "{}", reply.text);
        }
        server.set_tenant("extra-keys=off");
        let done = server.post("/Bulk", bulk(json!({}), odd.clone())).send().expect(200);
        assert_eq!(done["Operations"][0]["status"], "400", "{done}");
        server.set_tenant("extra-keys=on");
        let reply = server.post("/Bulk", bulk(json!({}), odd)).send();
        assert_eq!((&reply.body["Operations"][0]["status"], named(&reply)), (&json!("201"), vec!["extra-keys"]), "{}", reply.text);
    }

    /// Rows: OL-2
    fn ol_02_the_enterprise_extension_has_its_former_names(server) {
        for (number, version) in ["1.0", "2.0"].into_iter().enumerate() {
            let former = format!("urn:scim:schemas:extension:enterprise:{version}");
            let name = format!("kim-{number}");
            let body = json!({ "schemas": ["urn:scim:schemas:core:2.0", former], "userName": name, (former.as_str()): { "department": "Ops" } });
            let reply = server.post("/Users", body).send();
            assert_eq!(named(&reply), ["ignore-unknown-schemas", "former-urns"]);
            let user = reply.expect(201);
            assert_eq!((&user["schemas"], &user[ENTERPRISE]), (&json!([USER, ENTERPRISE]), &json!({ "department": "Ops" })));
            let path = format!("/Users/{}", id(&user));
            let put = json!({ "schemas": [USER], "userName": name, (former.to_uppercase()): { "division": "West" } });
            assert_eq!(server.put(&path, put).send().expect(200)[ENTERPRISE], json!({ "division": "West" }));
            let patch = json!([{ "op": "replace", "value": { (former.as_str()): { "division": "East" } } }]);
            assert_eq!(server.patch(&path, patch).send().expect(200)[ENTERPRISE], json!({ "division": "East" }));
            let clear = json!([{ "op": "replace", "value": { (former.as_str()): null } }]);
            assert_eq!(server.patch(&path, clear).send().expect(200).get(ENTERPRISE), None);
        }
    }

    /// Rows: LEN-11 LEN-10
    fn len_11_a_value_beside_a_removal_is_never_the_whole_extension(server) {
        let user = server.user(json!({ "schemas": [USER, ENTERPRISE], "userName": "kim", "title": "Chef", ENTERPRISE: { "department": "Ops" } }));
        let path = format!("/Users/{}", id(&user));
        let whole = json!([{ "op": "remove", "path": ENTERPRISE, "value": { "department": "Ops" } }]);
        server.patch(&path, whole).send().error(400, "invalidValue");
        assert_eq!(server.get(&path).send().expect(200), user);
        let reply = server.patch(&path, json!([{ "op": "remove", "path": "title", "value": "Chef" }])).send();
        assert_eq!((named(&reply), reply.body.get("title")), (vec!["ignore-remove-value"], None));
    }

    /// Rows: DEC-9 GEN-12
    fn dec_09_a_patch_of_a_group_answers_nothing_unless_the_letter_counts(server) {
        let group = server.create_group("team", &[]);
        let path = format!("/Groups/{}", id(&group));
        let rename = |name: &str| server.patch(&path, json!([{ "op": "replace", "path": "displayName", "value": name }]));
        for profile in ["default", "okta", "entra"] {
            server.set_tenant(&format!("profile={profile}"));
            let reply = rename(profile).send();
            assert_eq!((reply.status, reply.text.as_str()), (204, ""), "{profile}");
            let asked = rename(profile).query("attributes", "displayName").send().expect(200);
            assert_eq!(asked["displayName"], profile);
            rename(profile).query("excludedAttributes", "members").send().expect(200);
        }
        for profile in ["rfc", "interop"] {
            server.set_tenant(&format!("profile={profile}"));
            let reply = rename(profile).send().expect(200);
            assert_eq!((&reply["displayName"], &reply["members"]), (&json!(profile), &json!([])));
        }
        server.set_tenant("group-patch-no-content=on");
        rename("by rule").send().expect(204);
    }

    /// Rows: TENANT-01
    fn tenant_01_a_profile_is_one_tenants_own(server) {
        server.cli(&["tenant", "create", "acme"]).ok();
        server.cli(&["tenant", "set", "acme", "profile=rfc"]).ok();
        let token = server.cli(&["token", "create", "acme"]).ok();
        let token = token.lines().last().unwrap().trim().to_owned();
        let user = |name: &str| json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": name, "active": "False" });
        server.post("/Users", user("a")).token(&token).send().error(400, "invalidValue");
        assert_eq!(server.post("/Users", user("a")).send().expect(201)["active"], Value::Bool(false));
    }
}
