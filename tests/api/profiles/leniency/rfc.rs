//! The same inputs in profile `rfc`: the errors of the RFCs, and inputs that the RFCs themselves allow.

use serde_json::{Value, json};

use super::posts::{accepted, refused};
use crate::support::patch_table::{Stage, add, operation, pathless, remove, replace, row};
use crate::support::{ENTERPRISE, PATCH_OP, USER, id};

api_test! {
    /// Rows: LEN-3 LEN-4 LEN-5 LEN-6 LEN-7 LEN-8 DEC-10
    fn len_03_by_the_letter_values_have_the_type_of_their_attribute(server) {
        accepted(&server, "on", &json!({ "emails": [{ "value": "on@x.test", "primary": true }] }));
        let stage = Stage::new(&server).rfc();
        let wrong = [
            json!({ "active": "False" }), json!({ "active": "true" }), json!({ "emails": [{ "value": "a", "primary": "True" }] }),
            json!({ ENTERPRISE: { "manager": stage.id("{a}") } }), json!({ "title": ["Lady"] }), json!({ "active": [false] }),
            json!({ "emails": { "value": "a@x.test" } }), json!({ "emails": "a@x.test" }), json!({ "emails": ["a@x.test"] }),
            json!({ ENTERPRISE: { "employeeNumber": 7001 } }), json!({ "externalId": 1 }),
            json!({ "addresses": [{ "postalCode": 91608 }] }),
        ];
        for mut attributes in wrong {
            attributes["schemas"] = json!([USER, ENTERPRISE]);
            refused(&server, "wrong", &attributes, "invalidValue");
        }
        stage.users([
            row("LEN-3", [replace("active", "False")]).refused("invalidValue"),
            row("LEN-3 N", [pathless("replace", json!({ "active": "False" }))]).refused("invalidValue"),
            row("LEN-4", [replace("emails[primary eq 'True'].value", "x@x.test")]).refused("invalidFilter|invalidPath"),
            row("LEN-5", [add("{E}:manager", "{a}")]).refused("invalidValue"),
            row("LEN-6", [replace("active", json!([false]))]).refused("invalidValue"),
            row("LEN-6 C", [add("{E}:manager", json!([{ "value": "{a}" }]))]).refused("invalidValue"),
            row("LEN-7 text", [add("emails", "a@x.test")]).refused("invalidValue"),
            row("LEN-7 texts", [add("emails", json!(["a@x.test"]))]).refused("invalidValue"),
            row("LEN-8", [add("{E}:employeeNumber", 7001)]).refused("invalidValue"),
            row("the right types", [
                replace("active", false), replace("emails[primary eq true].value", "x@x.test"),
                add("{E}:manager", json!({ "value": "{a}" })), add("{E}:employeeNumber", "7001"),
            ]).gives(json!({
                "active": false, "{E}": { "department": "Engines", "employeeNumber": "7001", "manager": { "value": "{a}" } },
                "emails": [{ "value": "x@x.test", "type": "work", "primary": true }, { "value": "home@x.test", "type": "home" }],
            })),
        ]);
        stage.groups([row("LEN-7 member", [add("members", "{c}")]).refused("invalidValue")]);
        for filter in ["active eq \"True\"", "emails[primary eq \"True\"]"] {
            server.get("/Users").query("filter", filter).send().error(400, "invalidFilter");
        }
        assert_eq!(server.names("emails[primary eq true] and userName eq \"on\""), ["on"]);
    }

    /// Rows: LEN-9 LEN-10 LEN-12 LEN-17 DEC-1 DEC-2 DEC-10 EXT-05
    fn len_09_by_the_letter_operations_mean_what_the_rfc_says(server) {
        let stage = Stage::new(&server).rfc();
        stage.users([
            row("LEN-9 replace", [replace("emails[type eq 'other'].value", "x@x.test")]).refused("noTarget"),
            row("LEN-9 replace on nothing", [replace("ims[type eq 'xmpp'].value", "x")]).refused("noTarget"),
            row("LEN-9 add", [add("emails[type eq 'other'].value", "x@x.test")]).refused("noTarget"),
            row("LEN-10", [operation("remove", "emails", json!([{ "value": "work@x.test" }]))]).refused("*"),
            row("LEN-17", [replace("department", "Looms")]).refused("invalidPath"),
            row("LEN-17 C.sub", [add("manager.value", "{a}")]).refused("invalidPath"),
            row("LEN-17 with its URN", [replace("{E}:department", "Looms")])
                .gives(json!({ "{E}": { "department": "Looms", "employeeNumber": "7" } })),
            row("remove without value", [remove("emails[type eq 'work']")])
                .gives(json!({ "emails": [{ "value": "home@x.test", "type": "home" }] })),
        ]);
        stage.groups([
            row("LEN-10", [operation("remove", "members", json!([{ "value": "{a}" }]))]).refused("*"),
            row("remove all", [remove("members")]).gives(json!({ "members": [] })),
        ]);
        server.get("/Users").query("filter", "department eq \"Looms\"").send().error(400, "invalidFilter");

        // A key is a name here, and a strange one. Whether that is an error or ignored, it is no path.
        let user = server.user(json!({ "schemas": [USER, ENTERPRISE], "userName": "kim", ENTERPRISE: { "department": "Ops" } }));
        let path = format!("/Users/{}", id(&user));
        let department = format!("{ENTERPRISE}:department");
        for value in [json!({ "name.givenName": "Kim" }), json!({ department: "Looms" })] {
            let reply = server.patch(&path, json!([pathless("replace", value)])).send();
            assert!(matches!(reply.status, 200 | 400), "{}", reply.text);
            assert_eq!(server.get(&path).send().expect(200), user);
        }
    }

    /// Rows: LEN-15 DEC-10 COMMON-01 EXT-06 PATCH-01
    fn len_15_by_the_letter_schemas_are_required_and_known(server) {
        server.rfc();
        let cases = [
            (Value::Null, "invalidSyntax"), (json!([]), "invalidSyntax"), (json!(["urn:bogus"]), "invalidValue"),
            (json!([USER, "urn:bogus"]), "invalidValue"), (json!([ENTERPRISE]), "invalidValue"),
        ];
        for (schemas, scim_type) in cases {
            refused(&server, "wrong", &json!({ "schemas": schemas }), scim_type);
        }
        server.post("/Users", json!({ "userName": "wrong" })).send().error(400, "invalidSyntax");
        let user = accepted(&server, "kim", &json!({ "schemas": [ENTERPRISE, USER.to_uppercase()] }));
        let path = format!("/Users/{}", id(&user));
        let patch = |body: Value| server.request("PATCH", &path).raw(Some("application/scim+json"), body.to_string()).send();
        for schemas in [Value::Null, json!([]), json!([USER]), json!(["urn:bogus"])] {
            patch(json!({ "schemas": schemas, "Operations": [replace("title", "Chef")] })).error(400, "invalidSyntax");
        }
        patch(json!({ "Operations": [replace("title", "Chef")] })).error(400, "invalidSyntax");
        assert_eq!(server.get(&path).send().expect(200), user);
        patch(json!({ "schemas": [PATCH_OP], "Operations": [replace("title", "Chef")] })).expect(200);
        assert_eq!(server.get("/Users").send().expect(200)["totalResults"], 1);
    }

    /// Rows: LEN-1 LEN-2 LEN-13 LEN-18 LEN-19 LEN-20 LEN-21 LEN-25 DEC-10
    fn len_01_profile_rfc_keeps_what_no_rfc_forbids(server) {
        let stage = Stage::new(&server).rfc();
        stage.users([
            row("LEN-1", [operation("Replace", "title", "Lady")]).gives(json!({ "title": "Lady" })),
            row("LEN-2", [replace("TITLE", "Lady")]).gives(json!({ "title": "Lady" })),
            row("LEN-13", [pathless("replace", json!({ "id": "x", "title": "Lady" }))]).gives(json!({ "title": "Lady" })),
            row("LEN-18", [replace("title", Value::Null)]).gives(json!({ "title": null })),
            row("LEN-20", [add("title", "Countess")]),
            row("LEN-25", [json!({ "op": "add", "path": "title", "value": "Lady", "name": "x" })]).gives(json!({ "title": "Lady" })),
            row("nested keys", [pathless("add", json!({ "{E}": { "department": "Looms" } }))])
                .gives(json!({ "{E}": { "department": "Looms", "employeeNumber": "7" } })),
        ]);
        stage.groups([row("LEN-20", [add("members", json!([{ "value": "{a}" }]))])]);
        let user = accepted(&server, "kim", &json!({ "title": "", "nickName": null, "emails": [], "meta": {}, "groups": [] }));
        assert_eq!((user.get("nickName"), user.get("emails")), (None, None));
        assert_eq!(server.get(&format!("/Users/{}/?", id(&user))).send().expect(200), user);
    }
}
