//! Values and paths that only a lenient server understands.

use serde_json::{Value, json};

use super::posts::{accepted, refused};
use crate::support::ENTERPRISE;
use crate::support::patch_table::{Stage, add, operation, pathless, remove, replace, row};

api_test! {
    /// Rows: LEN-1
    fn len_01_op_in_any_letter_case(server) {
        let stage = Stage::new(&server);
        stage.users([
            row("Add", [operation("Add", "nickName", "A")]).gives(json!({ "nickName": "A" })),
            row("REPLACE", [operation("REPLACE", "title", "Lady")]).gives(json!({ "title": "Lady" })),
            row("rEMOVE", [json!({ "op": "rEMOVE", "path": "title" })]).gives(json!({ "title": null })),
            row("Adds", [operation("Adds", "nickName", "A")]).refused("invalidSyntax"),
            row("Update", [operation("Update", "title", "Lady")]).refused("invalidSyntax"),
        ]);
    }

    /// Rows: LEN-2 SCHEMA-01
    fn len_02_names_in_any_letter_case(server) {
        let upper = ENTERPRISE.to_uppercase();
        let user = server.post("/Users", json!({
            "SCHEMAS": ["URN:IETF:PARAMS:SCIM:SCHEMAS:CORE:2.0:USER"], "USERNAME": "Ada", "Name": { "GIVENNAME": "Ada" },
            "EMAILS": [{ "Value": "ada@x.test", "TYPE": "work", "Primary": true }], (upper.clone()): { "DEPARTMENT": "Engines" },
        })).send().expect(201);
        assert_eq!(user["userName"], "Ada");
        assert_eq!(user["name"], json!({ "givenName": "Ada" }));
        assert_eq!(user["emails"], json!([{ "value": "ada@x.test", "type": "work", "primary": true }]));
        assert_eq!(user[ENTERPRISE], json!({ "department": "Engines" }));
        assert_eq!(server.names("NAME.GIVENNAME eq \"ada\""), ["Ada"]);
        assert_eq!(server.names("Emails[TYPE eq \"work\"].VALUE eq \"ada@x.test\""), ["Ada"]);
        assert_eq!(server.names(&format!("{upper}:Department eq \"engines\"")), ["Ada"]);
        let path = format!("/Users/{}", user["id"].as_str().unwrap());
        let cut = server.get(&path).query("attributes", "NAME.givenname,USERNAME").send().expect(200);
        assert_eq!(cut, json!({ "schemas": user["schemas"], "id": user["id"], "userName": "Ada", "name": { "givenName": "Ada" } }));
        // A letter less is another name.
        server.get("/Users").query("filter", "userNam eq \"ada\"").send().error(400, "invalidFilter");
        server.patch(&path, json!([replace("nam.givenName", "x")])).send().error(400, "invalidPath");
        assert_eq!(server.get(&path).send().expect(200), user);
    }

    /// Rows: LEN-3 ENTRA-14 ENTRA-45
    fn len_03_booleans_as_text(server) {
        let stage = Stage::new(&server);
        let inactive = || json!({ "active": false });
        for text in ["False", "false", "FALSE"] {
            stage.users([
                row(text, [replace("active", text)]).gives(inactive()),
                row(text, [pathless("replace", json!({ "active": text }))]).gives(inactive()),
                row(text, [add("emails[type eq 'work'].primary", text)]).gives(json!({ "emails": [
                    { "value": "work@x.test", "type": "work" }, { "value": "home@x.test", "type": "home" },
                ] })),
            ]);
        }
        stage.users([row("True", [replace("active", "True")]).from(inactive()).gives(json!({ "active": true }))]);
        stage.users([row("True is true", [replace("active", "True")])]);
        for wrong in [json!("yes"), json!("no"), json!(1), json!(0), json!(""), json!("T"), json!(" true"), json!({})] {
            stage.users([
                row(&wrong.to_string(), [replace("active", wrong.clone())]).refused("invalidValue"),
                row(&wrong.to_string(), [pathless("replace", json!({ "active": wrong }))]).refused("invalidValue"),
            ]);
            refused(&server, "wrong", &json!({ "active": wrong }), "invalidValue");
        }
        let user = accepted(&server, "posted", &json!({ "active": "False", "emails": [{ "value": "a", "primary": "TRUE" }] }));
        assert_eq!((&user["active"], &user["emails"][0]["primary"]), (&json!(false), &json!(true)));
        // Only where the schema says boolean: a title may be "True".
        let user = accepted(&server, "titled", &json!({ "title": "True" }));
        assert_eq!(user["title"], "True");
    }

    /// Rows: LEN-4 ENTRA-32
    fn len_04_booleans_as_text_in_filters(server) {
        let stage = Stage::new(&server);
        accepted(&server, "on", &json!({ "emails": [{ "value": "on@x.test", "primary": true }] }));
        accepted(&server, "off", &json!({ "active": false, "emails": [{ "value": "off@x.test" }] }));
        for text in ["True", "true", "TRUE"] {
            assert_eq!(server.names(&format!("emails[primary eq \"{text}\"]")), ["on"]);
        }
        assert_eq!(server.names("active eq \"False\""), ["off"]);
        let new = json!({ "emails": [
            { "value": "new@x.test", "type": "work", "primary": true }, { "value": "home@x.test", "type": "home" },
        ] });
        stage.users([row("path", [replace("emails[primary eq 'True'].value", "new@x.test")]).gives(new)]);
        for filter in ["active eq \"yes\"", "active eq \"\"", "active eq 1", "active co \"True\"", "active gt \"True\""] {
            server.get("/Users").query("filter", filter).send().error(400, "invalidFilter");
        }
        stage.users([
            row("yes", [replace("emails[primary eq 'yes'].value", "x")]).refused("invalidFilter|invalidPath"),
            row("1", [remove("emails[primary eq 1]")]).refused("invalidFilter|invalidPath"),
        ]);
    }

    /// Rows: LEN-5 ENT-03 ENT-07 ENTRA-17 ENTRA-20
    fn len_05_a_complex_value_as_text(server) {
        let stage = Stage::new(&server);
        let managed = || json!({ "{E}": { "manager": { "value": "{a}" } } });
        stage.users([
            row("path", [add("{E}:manager", "{a}")]).from(json!({})).gives(managed()),
            row("replace", [replace("{E}:manager", "{a}")]).from(json!({ "{E}": { "manager": { "value": "{b}" } } })).gives(managed()),
            row("N", [pathless("add", json!({ "{E}": { "manager": "{a}" } }))]).from(json!({})).gives(managed()),
            row("same", [replace("{E}:manager", "{a}")]).from(managed()),
            row("no value sub-attribute", [replace("name", "Ada King")]).refused("invalidValue"),
            row("a number is no text", [replace("{E}:manager", 7)]).refused("invalidValue"),
            row("a boolean is no text", [add("{E}:manager", true)]).refused("invalidValue"),
        ]);
        let user = accepted(&server, "posted", &json!({ ENTERPRISE: { "manager": stage.id("{a}") } }));
        let manager = &user[ENTERPRISE]["manager"];
        assert_eq!(manager["value"], stage.id("{a}"));
        assert!(manager["$ref"].as_str().unwrap().ends_with(&format!("/Users/{}", stage.id("{a}"))), "{manager}");
        refused(&server, "wrong", &json!({ "name": "Ada King" }), "invalidValue");
    }

    /// Rows: LEN-6 ENTRA-18 OKTA-37
    fn len_06_a_list_of_one_for_a_single_value(server) {
        let stage = Stage::new(&server);
        stage.users([
            row("boolean", [replace("active", json!([false]))]).gives(json!({ "active": false })),
            row("text", [replace("title", json!(["Lady"]))]).gives(json!({ "title": "Lady" })),
            row("C", [add("{E}:manager", json!([{ "value": "{a}" }]))]).from(json!({}))
                .gives(json!({ "{E}": { "manager": { "value": "{a}" } } })),
            row("C.sub", [replace("name.givenName", json!(["Augusta"]))])
                .gives(json!({ "name": { "givenName": "Augusta", "familyName": "King", "formatted": "Ada King" } })),
            row("N", [pathless("replace", json!({ "active": [false], "title": ["Lady"] }))])
                .gives(json!({ "active": false, "title": "Lady" })),
            row("two", [replace("active", json!([false, false]))]).refused("invalidValue"),
            row("two texts", [replace("title", json!(["Lady", "Dame"]))]).refused("invalidValue"),
            row("two objects", [add("{E}:manager", json!([{ "value": "{a}" }, { "value": "{b}" }]))]).refused("invalidValue"),
            row("one of the wrong type", [replace("active", json!(["maybe"]))]).refused("invalidValue"),
        ]);
        assert_eq!(accepted(&server, "posted", &json!({ "title": ["Lady"] }))["title"], "Lady");
        refused(&server, "wrong", &json!({ "title": ["Lady", "Dame"] }), "invalidValue");
    }

    /// Rows: LEN-7 ENTRA-46 WSO-2 PATCH-25
    fn len_07_one_value_for_a_list(server) {
        let stage = Stage::new(&server);
        let phones = || json!({ "phoneNumbers": [{ "value": "1" }] });
        stage.users([
            row("object", [add("phoneNumbers", json!({ "value": "1" }))]).gives(phones()),
            row("text", [add("phoneNumbers", "1")]).gives(phones()),
            row("texts", [replace("phoneNumbers", json!(["1"]))]).gives(phones()),
            row("N", [pathless("replace", json!({ "phoneNumbers": { "value": "1" } }))]).gives(phones()),
            row("no value sub-attribute", [add("addresses", "London")]).refused("invalidValue"),
            row("a boolean", [add("phoneNumbers", true)]).refused("invalidValue"),
            row("an object without a value", [add("phoneNumbers", json!({ "type": "work" }))]).gives(json!({ "phoneNumbers": [{ "type": "work" }] })),
        ]);
        stage.groups([
            row("text", [add("members", "{c}")]).gives(json!({ "members": ["{a}", "{b}", "{c}"] })),
            row("object", [replace("members", json!({ "value": "{c}" }))]).gives(json!({ "members": ["{c}"] })),
        ]);
        let user = accepted(&server, "posted", &json!({ "emails": ["a@x.test", { "type": "work", "value": "b@x.test" }] }));
        assert_eq!(user["emails"], json!([{ "value": "a@x.test" }, { "type": "work", "value": "b@x.test" }]));
        let user = accepted(&server, "object", &json!({ "emails": { "value": "a@x.test" } }));
        assert_eq!(user["emails"], json!([{ "value": "a@x.test" }]));
        refused(&server, "wrong", &json!({ "addresses": "London" }), "invalidValue");
        refused(&server, "wrong", &json!({ "emails": true }), "invalidValue");
    }

    /// Rows: LEN-8 OKTA-41
    fn len_08_numbers_for_text(server) {
        let stage = Stage::new(&server);
        stage.users([
            row("path", [add("{E}:employeeNumber", 7001)]).gives(json!({ "{E}": { "department": "Engines", "employeeNumber": "7001" } })),
            row("same as text", [add("{E}:employeeNumber", 7)]),
            row("VS", [add("addresses[type eq 'work'].postalCode", 91608)]).gives(json!({ "addresses": [
                { "type": "work", "locality": "London", "country": "GB", "postalCode": "91608" },
            ] })),
            row("N", [pathless("replace", json!({ "title": 1.5 }))]).gives(json!({ "title": "1.5" })),
            row("a boolean is no text", [replace("title", true)]).refused("invalidValue"),
            row("a number is no boolean", [replace("active", 1)]).refused("invalidValue"),
        ]);
        let user = accepted(&server, "posted", &json!({ "externalId": 12345, "addresses": [{ "postalCode": 1234 }] }));
        assert_eq!((&user["externalId"], &user["addresses"][0]["postalCode"]), (&json!("12345"), &json!("1234")));
        assert_eq!(server.names("externalId eq \"12345\""), ["posted"]);
        refused(&server, "wrong", &json!({ "title": false }), "invalidValue");
    }

    /// Rows: LEN-9 ENTRA-10 ENTRA-11 ENTRA-12 ENTRA-13 OKTA-36
    fn len_09_a_typed_element_is_made(server) {
        let stage = Stage::new(&server);
        let work = |value: &str| json!({ "emails": [{ "type": "work", "value": value }] });
        stage.users([
            row("replace", [replace("emails[type eq 'work'].value", "k@x.test")]).from(json!({})).gives(work("k@x.test")),
            row("add", [add("emails[type eq 'work'].value", "k@x.test")]).from(json!({})).gives(work("k@x.test")),
            row("then it is there", [
                add("emails[type eq 'work'].value", "k@x.test"), replace("emails[type eq 'work'].value", "l@x.test"),
            ]).from(json!({})).gives(work("l@x.test")),
            row("capitals", [replace("emails[Type eq 'work'].Value", "k@x.test")]).from(json!({})).gives(work("k@x.test")),
            row("primary", [replace("emails[primary eq true].value", "k@x.test")]).from(json!({}))
                .gives(json!({ "emails": [{ "primary": true, "value": "k@x.test" }] })),
            row("and", [replace("emails[type eq 'work' and primary eq true].value", "k@x.test")]).from(json!({}))
                .gives(json!({ "emails": [{ "type": "work", "primary": true, "value": "k@x.test" }] })),
            row("a new primary", [replace("emails[type eq 'other' and primary eq true].value", "k@x.test")]).gives(json!({ "emails": [
                { "value": "work@x.test", "type": "work" }, { "value": "home@x.test", "type": "home" },
                { "type": "other", "primary": true, "value": "k@x.test" },
            ] })),
            row("one element, not four", [
                replace("addresses[type eq 'home'].streetAddress", "1 Road"), replace("addresses[type eq 'home'].locality", "Ockham"),
                replace("addresses[type eq 'home'].postalCode", "GU23"), replace("addresses[type eq 'home'].country", "GB"),
            ]).gives(json!({ "addresses": [
                { "type": "work", "locality": "London", "country": "GB" },
                { "type": "home", "streetAddress": "1 Road", "locality": "Ockham", "postalCode": "GU23", "country": "GB" },
            ] })),
        ]);
        let unclear = [
            "type sw 'o'", "type eq 'x' or type eq 'y'", "not (type eq 'work' or type eq 'home')",
            "type ne 'work' and type ne 'home'",
        ];
        for filter in unclear {
            let path = format!("emails[{filter}].value");
            stage.users([
                row(&path, [replace(&path, "x")]).refused("noTarget"), row(&path, [add(&path, "x")]).refused("noTarget"),
            ]);
        }
        stage.groups([row("members", [replace("members[value eq '{c}'].type", "User")]).refused("noTarget|mutability")]);
    }

    /// Rows: LEN-10 LEN-11 JC-2 ENTRA-21 ENTRA-29 ENTRA-47
    fn len_10_remove_with_a_value(server) {
        let stage = Stage::new(&server);
        stage.groups([
            row("listed", [operation("remove", "members", json!([{ "value": "{a}" }]))]).gives(json!({ "members": ["{b}"] })),
            row("absent", [operation("remove", "members", json!([{ "value": "{c}" }]))]),
            row("none", [operation("remove", "members", json!([]))]),
            row("null", [operation("remove", "members", Value::Null)]).gives(json!({ "members": [] })),
            row("no list at all", [operation("remove", "members", json!(true))]).refused("invalidValue"),
            row("by filter, with a value", [operation("remove", "members[value eq '{a}']", json!([{ "value": "{b}" }]))])
                .gives(json!({ "members": ["{b}"] })),
        ]);
        let rest = json!({ "emails": [{ "value": "home@x.test", "type": "home" }] });
        stage.users([
            row("VS", [operation("remove", "emails[type eq 'work'].value", "z@x.test")]).gives(rest.clone()),
            row("V", [operation("remove", "emails[type eq 'work']", "z@x.test")]).gives(rest),
            row("C.sub", [operation("remove", "name.formatted", "z")])
                .gives(json!({ "name": { "givenName": "Ada", "familyName": "King" } })),
            row("C", [operation("remove", "{E}:manager", json!({ "value": "{b}" }))])
                .from(json!({ "{E}": { "manager": { "value": "{a}" } } }))
                .gives(json!({ "{E}": null })),
            row("a value does not make a path", [pathless("remove", json!({ "title": "Countess" }))]).refused("noTarget"),
        ]);
    }

    /// Rows: LEN-12 PATCH-33 PATCH-34 ENTRA-15
    fn len_12_keys_may_be_paths(server) {
        let stage = Stage::new(&server);
        let changed = json!({
            "displayName": "Kim", "name": { "givenName": "Kimi", "familyName": "King", "formatted": "Ada King" },
            "{E}": { "department": "Ops", "employeeNumber": "7" },
        });
        for op in ["add", "replace"] {
            let dotted = json!({ "displayName": "Kim", "name.givenName": "Kimi", "{E}:department": "Ops" });
            let nested = json!({ "displayName": "Kim", "name": { "givenName": "Kimi" }, "{E}": { "department": "Ops" } });
            stage.users([
                row(op, [pathless(op, dotted)]).gives(changed.clone()),
                row(op, [pathless(op, nested)]).gives(changed.clone()),
                row(op, [pathless(op, json!({ "name.givenName": { "x": 1 } }))]).refused("invalidValue"),
                row(op, [pathless(op, json!({ "title": "Lady", "{E}:department": true }))]).refused("invalidValue"),
            ]);
        }
        // In the body of a POST a key is a name.
        let user = accepted(&server, "posted", &json!({ "name.givenName": "Kimi" }));
        assert_eq!((user.get("name.givenName"), user.get("name")), (None, None));
    }
}
