//! Entra ID: users.

use serde_json::{Value, json};

use super::requests::entra_patch;
use crate::support::{ENTERPRISE, TestServer, USER, id, read};

fn kim() -> Value {
    json!({
        "schemas": [USER, ENTERPRISE], "externalId": "kim", "userName": "kim@t.test", "active": true, "displayName": "Kim",
        "emails": [{ "primary": true, "type": "work", "value": "kim@t.test" }], "meta": { "resourceType": "User" },
        "name": { "formatted": "Kim Li", "familyName": "Li", "givenName": "Kim" }, "roles": [],
    })
}

fn created(server: &TestServer) -> (Value, String) {
    let user = server
        .request("POST", "/Users")
        .raw(Some("application/json"), kim().to_string())
        .send()
        .expect(201);
    let path = format!("/Users/{}", id(&user));
    (user, path)
}

/// Applies operations that must succeed; answers the user.
#[track_caller]
fn patched(server: &TestServer, path: &str, operations: Value) -> Value {
    let after = entra_patch(server, path, &operations).expect(200);
    assert_eq!(after, read(server, path));
    after
}

api_test! {
    /// Rows: ENTRA-1 ENTRA-2 ENTRA-3 ENTRA-6 ENTRA-7
    fn entra_01_probes_and_matches_find_what_is_there(server) {
        let probes = [
            "/Users?filter=userName+eq+%220e2b1f1c-0000-4000-8000-5e1f00000000%22",
            "/Groups?excludedAttributes=members&filter=displayName+eq+%220e2b1f1c-0000-4000-8000-5e1f00000000%22",
        ];
        for probe in probes {
            let list = server.get(probe).header("Accept", "*/*").send().expect(200);
            assert_eq!((&list["totalResults"], &list["Resources"]), (&json!(0), &json!([])));
        }
        let (user, path) = created(&server);
        server.user(json!({ "userName": "decoy", "emails": [
            { "type": "home", "value": "kim@t.test" }, { "type": "work", "value": "decoy@t.test" },
        ] }));
        let filters = [
            "userName eq \"KIM@t.test\"", "externalId eq \"kim\"", "emails[type eq \"work\"].value eq \"kim@t.test\"",
            "emails[type eq \"work\"].value sw \"kim@\"", "emails[type eq \"work\"].value co \"im@t\"",
            "userName eq \"kim@t.test\" and active eq true", "emails[type eq \"work\" and value eq \"kim@t.test\"]",
        ];
        for filter in filters {
            let list = server.get("/Users").query("filter", filter).send().expect(200);
            assert_eq!(list["Resources"], json!([user]), "{filter}");
        }
        assert!(server.names("emails[type eq \"other\"].value eq \"kim@t.test\"").is_empty());
        server.post("/Users", kim()).send().error(409, "uniqueness");
        assert_eq!(read(&server, &path), user);
        server.get("/Users/hard-deleted").send().error(404, "");
    }

    /// Rows: ENTRA-4 ENTRA-5 ENTRA-16 ENTRA-23
    fn entra_04_creates_carry_nulls_and_strays(server) {
        let (user, _) = created(&server);
        assert_eq!((&user["schemas"], user.get("roles"), user.get(ENTERPRISE)), (&json!([USER]), None, None));
        let mut stray = kim();
        stray["userName"] = "stray@t.test".into();
        stray["schemas"] = json!([USER, "urn:ietf:params:scim:schemas:extension:enterprise:2.0User"]);
        for name in ["addresses", "title", "department", "manager"] {
            stray[name] = Value::Null;
        }
        let user = server.post("/Users", stray).send().expect(201);
        assert_eq!(user["schemas"], json!([USER]));
        assert!(["addresses", "title", "department", "manager"].iter().all(|name| user.get(name).is_none()), "{user}");
        let path = format!("/Users/{}", id(&user));
        let number = json!([{ "op": "Add", "path": format!("{ENTERPRISE}:employeeNumber"), "value": "701984" }]);
        let after = patched(&server, &path, number);
        assert_eq!((&after["schemas"], &after[ENTERPRISE]["employeeNumber"]), (&json!([USER, ENTERPRISE]), &json!("701984")));
        // A dot after the URN names another schema.
        let dot = json!([{ "op": "Add", "path": format!("{ENTERPRISE}.department"), "value": "Ops" }]);
        entra_patch(&server, &path, &dot).error(400, "invalidPath");
        assert_eq!(read(&server, &path), after);
        let unknown = patched(&server, &path, json!([{ "op": "Add", "path": format!("{ENTERPRISE}:manager"), "value": "not-here-yet" }]));
        assert_eq!(unknown[ENTERPRISE]["manager"]["value"], "not-here-yet");
    }

    /// Rows: ENTRA-8 ENTRA-9 GEN-13
    fn entra_09_several_replaces_at_once(server) {
        let (_, path) = created(&server);
        let operations = json!([
            { "op": "Replace", "path": "displayName", "value": "Kim L" },
            { "op": "Replace", "path": "emails[type eq \"work\"].value", "value": "k@t.test" },
            { "op": "Replace", "path": "name.familyName", "value": "Lind" },
            { "op": "Add", "path": "title", "value": "Lead" },
        ]);
        let after = patched(&server, &path, operations.clone());
        assert_eq!((&after["displayName"], &after["title"]), (&json!("Kim L"), &json!("Lead")));
        assert_eq!(after["name"], json!({ "formatted": "Kim Li", "familyName": "Lind", "givenName": "Kim" }));
        assert_eq!(after["emails"], json!([{ "primary": true, "type": "work", "value": "k@t.test" }]));
        assert_eq!(patched(&server, &path, operations), after);
        let bad = json!([
            { "op": "Replace", "path": "displayName", "value": "Other" }, { "op": "Replace", "path": "active", "value": "Maybe" },
        ]);
        entra_patch(&server, &path, &bad).error(400, "invalidValue");
        assert_eq!(read(&server, &path), after);
        assert_eq!(patched(&server, &path, json!([{ "op": "Remove", "path": "title" }])).get("title"), None);
    }

    /// Rows: ENTRA-10 ENTRA-11 ENTRA-12 ENTRA-13 ENTRA-40
    fn entra_10_typed_elements_are_made_and_changed(server) {
        let user = server.create_user("bare");
        let path = format!("/Users/{}", id(&user));
        let set = |op: &str, path: &str, value: &str| json!({ "op": op, "path": path, "value": value });
        let operations = || json!([
            set("Replace", "emails[type eq \"work\"].value", "w@t.test"), set("Add", "emails[type eq \"other\"].Value", "o@t.test"),
            set("Add", "addresses[type eq \"work\"].streetAddress", "1 Road"), set("Add", "addresses[type eq \"work\"].locality", "Oslo"),
            set("Replace", "addresses[type eq \"work\"].postalCode", "0150"), set("Replace", "addresses[type eq \"work\"].country", "NO"),
            set("Add", "addresses[type eq \"other\"].Formatted", "2 Lane"), set("Add", "phoneNumbers[type eq \"mobile\"].value", "1"),
            set("Add", "phoneNumbers[type eq \"work\"].value", "2"), set("Replace", "phoneNumbers[type eq \"fax\"].value", "3"),
        ]);
        let after = patched(&server, &path, operations());
        assert_eq!(after["emails"], json!([{ "type": "work", "value": "w@t.test" }, { "type": "other", "value": "o@t.test" }]));
        assert_eq!(after["addresses"], json!([
            { "type": "work", "streetAddress": "1 Road", "locality": "Oslo", "postalCode": "0150", "country": "NO" },
            { "type": "other", "formatted": "2 Lane" },
        ]));
        assert_eq!(after["phoneNumbers"], json!([
            { "type": "mobile", "value": "1" }, { "type": "work", "value": "2" }, { "type": "fax", "value": "3" },
        ]));
        assert_eq!(patched(&server, &path, operations()), after);
        let double = server.user(json!({ "userName": "double", "emails": [
            { "type": "work", "value": "1@t.test" }, { "type": "work", "value": "2@t.test" },
        ] }));
        let path = format!("/Users/{}", id(&double));
        let after = patched(&server, &path, json!([set("Replace", "emails[type eq \"work\"].display", "W")]));
        assert!(after["emails"].as_array().unwrap().iter().all(|email| email["display"] == "W"), "{after}");
    }

    /// Rows: ENTRA-14 ENTRA-24 ENTRA-25
    fn entra_14_a_leaver_does_not_stay_active(server) {
        let (user, path) = created(&server);
        let group = server.create_group("Team", &[id(&user)]);
        let set = |value: Value| json!([{ "op": "Replace", "path": "active", "value": value }]);
        for (value, active) in [(json!("False"), false), (json!("True"), true), (json!(false), false), (json!("true"), true)] {
            let after = patched(&server, &path, set(value));
            assert_eq!((&after["active"], &after["groups"][0]["value"]), (&json!(active), &group["id"]));
        }
        let before = read(&server, &path);
        for wrong in [json!("No"), json!("disabled"), json!(0), json!("")] {
            entra_patch(&server, &path, &set(wrong)).error(400, "invalidValue");
            assert_eq!(read(&server, &path), before);
        }
        server.delete(&path).send().expect(204);
        server.get(&path).send().error(404, "");
        assert_ne!(created(&server).0["id"], user["id"]);
    }

    /// Rows: ENTRA-15 LEN-12
    fn entra_15_with_the_flag_keys_are_paths(server) {
        let (_, path) = created(&server);
        let division = json!([{ "op": "add", "path": format!("{ENTERPRISE}:division"), "value": "d" }]);
        patched(&server, &path, division);
        let department = format!("{ENTERPRISE}:department");
        let after = patched(&server, &path, json!([
            { "op": "replace", "path": "emails[type eq \"work\"].value", "value": "k@t.test" },
            { "op": "replace", "value": { "displayName": "Kim", "name.givenName": "Kimi", (department): "Ops" } },
        ]));
        assert_eq!(after["name"], json!({ "formatted": "Kim Li", "familyName": "Li", "givenName": "Kimi" }));
        assert_eq!(after[ENTERPRISE], json!({ "division": "d", "department": "Ops" }));
        assert!(after.as_object().unwrap().keys().all(|key| !key.contains('.') || key == ENTERPRISE), "{after}");
    }

    /// Rows: ENTRA-17 ENTRA-18 ENTRA-19 ENTRA-20 ENTRA-21 ENTRA-22 ENT-03
    fn entra_17_a_manager_comes_in_four_shapes(server) {
        let boss = server.user(json!({ "userName": "boss", "displayName": "The Boss" }));
        let (user, path) = created(&server);
        let manager = format!("{ENTERPRISE}:manager");
        let shapes = [
            json!({ "op": "Add", "path": manager, "value": boss["id"] }),
            json!({ "op": "Add", "path": "manager", "value": [{ "$ref": "https://x.test/Users/u9", "value": boss["id"] }] }),
            json!({ "op": "Replace", "path": manager, "value": { "value": boss["id"] } }),
            json!({ "op": "Add", "path": format!("{manager}.value"), "value": boss["id"] }),
        ];
        let removals = [
            json!({ "op": "Remove", "path": manager }), json!({ "op": "Remove", "path": manager, "value": boss["id"] }),
            json!({ "op": "Remove", "path": manager, "value": [{ "value": "another" }] }), json!({ "op": "Remove", "path": "manager" }),
        ];
        for (shape, removal) in shapes.into_iter().zip(removals) {
            let answer = patched(&server, &path, json!([shape]))[ENTERPRISE]["manager"].clone();
            assert_eq!((&answer["value"], &answer["displayName"]), (&boss["id"], &json!("The Boss")));
            assert!(answer["$ref"].as_str().unwrap().ends_with(&format!("/Users/{}", id(&boss))), "{answer}");
            let filter = format!("id eq \"{}\" and manager eq \"{}\"", id(&user), id(&boss));
            let found = server.get("/Users").query("filter", &filter).query("attributes", "id").send().expect(200);
            assert_eq!(found["Resources"], json!([{ "schemas": [USER, ENTERPRISE], "id": user["id"] }]));
            assert_eq!(patched(&server, &path, json!([removal])).get(ENTERPRISE), None);
            assert!(server.names(&filter).is_empty());
        }
        let mut body = kim();
        body["userName"] = "posted".into();
        body[ENTERPRISE] = json!({ "manager": boss["id"] });
        assert_eq!(server.post("/Users", body).send().expect(201)[ENTERPRISE]["manager"]["value"], boss["id"]);
        let before = read(&server, &path);
        let two = json!([{ "op": "Add", "path": manager, "value": [{ "value": "a" }, { "value": "b" }] }]);
        entra_patch(&server, &path, &two).error(400, "invalidValue");
        assert_eq!(read(&server, &path), before);
    }

    /// Rows: ENTRA-31 ENTRA-32 ENTRA-33 LEN-4 LEN-9
    fn entra_31_app_roles_come_in_three_shapes(server) {
        let (_, path) = created(&server);
        let text = r#"{"id":"7","value":"Admin","displayName":"Admin"}"#;
        let complex = patched(&server, &path, json!([{ "op": "Add", "path": "roles", "value": [{ "value": text }] }]));
        assert_eq!(complex["roles"], json!([{ "value": text }]));
        let list = json!([{ "value": "a", "display": "A" }, { "value": "b", "type": "t", "primary": true }]);
        let exact = patched(&server, &path, json!([{ "op": "replace", "path": "roles", "value": list }]));
        assert_eq!(exact["roles"], list);
        patched(&server, &path, json!([{ "op": "Remove", "path": "roles" }]));
        let single = |sub: &str, value: &str| json!([{ "op": "Add", "path": format!("roles[primary eq \"True\"].{sub}"), "value": value }]);
        patched(&server, &path, single("value", "Reader"));
        patched(&server, &path, single("display", "Reads"));
        patched(&server, &path, single("type", "app"));
        let role = patched(&server, &path, single("value", "Writer"))["roles"].clone();
        assert_eq!(role, json!([{ "primary": true, "value": "Writer", "display": "Reads", "type": "app" }]));
    }

    /// Rows: ENTRA-38 GEN-25
    fn entra_38_guests_are_found(server) {
        let names = ["a_b.test#EXT#@t.test", "o'neil@t.test", "a+b@t.test"];
        for name in names {
            server.create_user(name);
        }
        let queries = ["a_b.test%23EXT%23%40t.test", "o%27neil%40t.test", "a%2Bb%40t.test"];
        for (query, name) in queries.into_iter().zip(names) {
            let list = server.get(&format!("/Users?filter=userName+eq+%22{query}%22")).send().expect(200);
            assert_eq!((&list["totalResults"], &list["Resources"][0]["userName"]), (&json!(1), &json!(name)));
        }
        assert_eq!(server.get("/Users?filter=userName+eq+%22o'neil@t.test%22").send().expect(200)["totalResults"], 1);
    }

    /// Rows: ENTRA-44 ENTRA-47 GEN-27
    fn entra_44_the_validator_makes_three_mails_with_one_primary(server) {
        let user = server.create_user("val");
        let path = format!("/Users/{}", id(&user));
        let mut operations = Vec::new();
        for (kind, primary) in [("work", true), ("home", false), ("other", false)] {
            for (sub, value) in [("value", json!(format!("{kind}@t.test"))), ("display", json!(kind)), ("primary", json!(primary))] {
                operations.push(json!({ "op": "replace", "path": format!("emails[type eq \"{kind}\"].{sub}"), "value": value }));
            }
        }
        let after = patched(&server, &path, operations.into());
        let emails = after["emails"].as_array().unwrap();
        let parts = |email: &Value| (email["type"].clone(), email["value"].clone(), email["primary"] == true);
        let kinds: Vec<_> = emails.iter().map(parts).collect();
        assert_eq!(kinds, [
            (json!("work"), json!("work@t.test"), true), (json!("home"), json!("home@t.test"), false),
            (json!("other"), json!("other@t.test"), false),
        ]);
        let removal = json!([{ "op": "Remove", "path": "emails[type eq \"work\"].value", "value": "z@t.test" }]);
        let left = patched(&server, &path, removal);
        assert_eq!(left["emails"], json!(emails[1..]));
    }

    /// Rows: ENTRA-45 ENTRA-48
    fn entra_45_what_the_reference_suite_asks(server) {
        let body = json!({
            "schemas": [USER], "UserName": "suite", "active": "True", "DisplayName": "Bob",
            "emails": [{ "Primary": true, "type": "work", "value": "bob@t.test" }],
        });
        let user = server.post("/Users", body.clone()).send().expect(201);
        let path = format!("/Users/{}", id(&user));
        assert_eq!((&user["active"], &user["emails"][0]["primary"]), (&json!(true), &json!(true)));
        let list = server.get("/Users/?filter=DisplayName+eq+%22bob%22").send().expect(200);
        assert_eq!(list["Resources"], json!([user]));
        let list = server.get("/Users?attributes=emails%5Btype+eq+%22work%22%5D&aadOptscim062020").send().expect(200);
        assert_eq!(list["Resources"][0]["id"], user["id"]);
        server.post("/Users", body).send().error(409, "uniqueness");
        server.post("/Users", json!({ "schemas": [USER], "displayName": "Bob" })).send().error(400, "invalidValue");
        server.request("POST", "/Users").raw(Some("application/json"), "{\"userName\":").send().error(400, "invalidSyntax");
        server.put(&path, json!({ "schemas": [USER], "displayName": "Bob" })).send().error(400, "invalidValue");
        assert_eq!(read(&server, &path), user);
        let put = server.put(&path, json!({ "schemas": [USER], "userName": "suite", "bogus": 1 })).send().expect(200);
        assert_eq!(put.get("bogus"), None);
        let renamed = patched(&server, &path, json!([
            { "op": "replace", "path": "userName", "value": "suite2" }, { "op": "replace", "path": "active", "value": false },
        ]));
        assert_eq!((&renamed["userName"], &renamed["active"]), (&json!("suite2"), &json!(false)));
    }
}
