//! PATCH `replace` (RFC 7644 §3.5.2.3): every kind of target, and values that must stay.

use serde_json::{Value, json};

use crate::support::patch_table::{Row, Stage, ada, pathless, replace, row};
use crate::support::{ENTERPRISE, USER, id};

/// One replacement as a row of its own.
fn sets(path: &str, value: impl Into<Value>) -> Row {
    let value = value.into();
    row(&format!("{path} = {value}"), [replace(path, value)])
}

fn two_of_work() -> Value {
    json!({ "emails": [
        { "value": "1@x.test", "type": "work", "display": "One" }, { "value": "2@x.test", "type": "home" },
        { "value": "3@x.test", "type": "work" },
    ] })
}

api_test! {
    /// Rows: PATCH-60 PATCH-74 LEN-12 LEN-13
    fn patch_60_without_a_path_only_the_listed_attributes_change(server) {
        let stage = Stage::new(&server);
        let all = |value: Value| [pathless("replace", value)];
        let new = json!([{ "value": "new@x.test", "type": "other" }]);
        stage.users([
            row("S", all(json!({ "title": "Lady" }))).gives(json!({ "title": "Lady" })),
            row("MC", all(json!({ "emails": new }))).gives(json!({ "emails": new })),
            row("S and MC", all(json!({ "title": "Lady", "emails": new }))).gives(json!({ "title": "Lady", "emails": new })),
            row("C", all(json!({ "name": { "familyName": "Byron" } })))
                .gives(json!({ "name": { "givenName": "Ada", "familyName": "Byron", "formatted": "Ada King" } })),
            row("boolean", all(json!({ "active": false }))).gives(json!({ "active": false })),
            row("extension", all(json!({ "{E}": { "department": "Looms" } })))
                .gives(json!({ "{E}": { "department": "Looms", "employeeNumber": "7" } })),
            row("qualified and dotted keys", all(json!({ "{E}:department": "Looms", "name.givenName": "Augusta", "{U}:title": "Lady" })))
                .gives(json!({
                    "{E}": { "department": "Looms", "employeeNumber": "7" }, "title": "Lady",
                    "name": { "givenName": "Augusta", "familyName": "King", "formatted": "Ada King" },
                })),
            row("null and []", all(json!({ "title": null, "emails": [] }))).gives(json!({ "title": null, "emails": null })),
            row("nothing", all(json!({}))),
            row("the same", all(json!({ "title": "Countess", "emails": ada()["emails"], "name": ada()["name"] }))),
            row("read-only keys and strangers", all(json!({ "id": "x", "meta": {}, "groups": [], "schemas": ["x"], "bogus": 1 }))),
            row("a text", all(json!("Lady"))).refused("invalidValue|invalidSyntax"),
            row("an array", all(json!([{ "title": "Lady" }]))).refused("invalidValue|invalidSyntax"),
            row("two primaries", all(json!({ "title": "Lady", "emails": [
                { "value": "1", "primary": true }, { "value": "2", "primary": true },
            ] }))).refused("invalidValue"),
            row("a required one as null", all(json!({ "title": "Lady", "userName": null }))).refused("mutability|invalidValue"),
            row("a taken name", all(json!({ "title": "Lady", "userName": "MEMBER-A" }))).conflicts(),
        ]);
        stage.groups([
            row("a name", all(json!({ "displayName": "Crew" }))).gives(json!({ "displayName": "Crew" })),
            row("members", all(json!({ "members": [{ "value": "{c}" }] }))).gives(json!({ "members": ["{c}"] })),
            row("no members", all(json!({ "members": [] }))).gives(json!({ "members": [] })),
            row("the same members", all(json!({ "members": [{ "value": "{b}" }, { "value": "{a}" }] }))),
            row("an unknown member", all(json!({ "externalId": "x", "members": [{ "value": "nobody" }] }))).refused("invalidValue"),
        ]);
    }

    /// Rows: PATCH-61 PATCH-63 PATCH-71 PATCH-74
    fn patch_61_a_simple_value_is_replaced(server) {
        let stage = Stage::new(&server);
        let name = |part: &str, value: &str| {
            let mut name = ada()["name"].clone();
            name[part] = value.into();
            json!({ "name": name })
        };
        stage.users([
            sets("title", "Lady").gives(json!({ "title": "Lady" })),
            sets("title", "Countess"),
            sets("title", "countess").gives(json!({ "title": "countess" })),
            sets("nickName", "A").gives(json!({ "nickName": "A" })),
            sets("externalId", "e").gives(json!({ "externalId": "e" })),
            sets("active", false).gives(json!({ "active": false })),
            sets("active", true),
            sets("active", true).from(json!({ "active": false })).gives(json!({ "active": true })),
            sets("name.familyName", "Byron").gives(name("familyName", "Byron")),
            sets("name.familyName", "King"),
            sets("name.middleName", "Noel").gives(name("middleName", "Noel")),
            sets("name.givenName", "Grace").from(json!({})).gives(json!({ "name": { "givenName": "Grace" } })),
            sets("{E}:department", "Looms").gives(json!({ "{E}": { "department": "Looms", "employeeNumber": "7" } })),
            sets("{E}:department", "Looms").from(json!({})).gives(json!({ "{E}": { "department": "Looms" } })),
            sets("{E}:department", "Engines"),
            sets("{E}:manager.value", "{b}").from(json!({ "{E}": { "manager": { "value": "{a}" } } }))
                .gives(json!({ "{E}": { "manager": { "value": "{b}" } } })),
            sets("{E}:manager.value", "{a}").from(json!({ "{E}": { "manager": { "value": "{a}" } } })),
        ]);
        stage.groups([
            sets("displayName", "Crew").gives(json!({ "displayName": "Crew" })),
            sets("externalId", "team"),
        ]);
    }

    /// Rows: PATCH-62 PATCH-63 PATCH-71 PATCH-87
    fn patch_62_the_whole_set_is_replaced(server) {
        let stage = Stage::new(&server);
        let new = || json!([{ "value": "1@x.test", "primary": true }, { "value": "2@x.test", "type": "work" }]);
        stage.users([
            sets("emails", new()).gives(json!({ "emails": new() })),
            sets("emails", json!({ "value": "1@x.test" })).gives(json!({ "emails": [{ "value": "1@x.test" }] })),
            sets("emails", ada()["emails"].clone()),
            sets("emails", json!([{ "value": "home@x.test", "type": "home" }]))
                .gives(json!({ "emails": [{ "value": "home@x.test", "type": "home" }] })),
            sets("phoneNumbers", json!([{ "value": "1" }])).gives(json!({ "phoneNumbers": [{ "value": "1" }] })),
            sets("addresses", json!([{ "type": "home", "locality": "Ockham" }]))
                .gives(json!({ "addresses": [{ "type": "home", "locality": "Ockham" }] })),
            sets("emails", json!([{ "value": "1", "primary": true }, { "value": "2", "primary": true }])).refused("invalidValue"),
            sets("emails", json!([{ "type": "work" }])).gives(json!({ "emails": [{ "type": "work" }] })),
            sets("emails", json!([{ "value": "1@x.test" }, null])).refused("invalidValue"),
        ]);
        stage.groups([
            sets("members", json!([{ "value": "{c}" }])).gives(json!({ "members": ["{c}"] })),
            sets("members", json!([{ "value": "{b}" }, { "value": "{c}" }])).gives(json!({ "members": ["{b}", "{c}"] })),
            sets("members", json!([{ "value": "{b}" }, { "value": "{a}" }])),
            sets("members", json!([{ "value": "{c}" }, { "value": "{c}" }])).gives(json!({ "members": ["{c}"] })),
            sets("members", json!([{ "value": "{a}" }])).from(json!({})).gives(json!({ "members": ["{a}"] })),
            sets("members", json!([])).gives(json!({ "members": [] })),
            sets("members", json!([])).from(json!({})),
            sets("members", json!([{ "value": "{c}" }, { "value": "nobody" }])).refused("invalidValue"),
            sets("members", json!([{ "value": "{id}" }])).refused("invalidValue"),
        ]);
    }

    /// Rows: PATCH-64 PATCH-76
    fn patch_64_unlisted_parts_of_a_complex_value_stay(server) {
        let stage = Stage::new(&server);
        stage.users([
            sets("name", json!({ "familyName": "Byron" }))
                .gives(json!({ "name": { "givenName": "Ada", "familyName": "Byron", "formatted": "Ada King" } })),
            sets("name", json!({ "middleName": "Noel", "formatted": null }))
                .gives(json!({ "name": { "givenName": "Ada", "familyName": "King", "middleName": "Noel" } })),
            sets("name", json!({ "familyName": "King" })),
            sets("name", json!({ "givenName": "Grace" })).from(json!({})).gives(json!({ "name": { "givenName": "Grace" } })),
            sets("{E}", json!({ "department": "Looms" })).gives(json!({ "{E}": { "department": "Looms", "employeeNumber": "7" } })),
            sets("{E}:manager", json!({ "value": "{a}" }))
                .gives(json!({ "{E}": { "department": "Engines", "employeeNumber": "7", "manager": { "value": "{a}" } } })),
            sets("name", "x").refused("invalidValue"),
            sets("name", 7).refused("invalidValue"),
            sets("name", json!([{ "givenName": "x" }, { "givenName": "y" }])).refused("invalidValue"),
            sets("title", json!({ "value": "x" })).refused("invalidValue"),
            sets("title", json!(["x", "y"])).refused("invalidValue"),
            sets("{E}", "x").refused("invalidValue"),
        ]);
    }

    /// Rows: PATCH-65 PATCH-66 PATCH-70
    fn patch_65_every_match_is_replaced(server) {
        let stage = Stage::new(&server);
        stage.users([
            sets("addresses[type eq 'work']", json!({ "type": "work", "region": "Surrey" }))
                .gives(json!({ "addresses": [{ "type": "work", "region": "Surrey" }] })),
            sets("emails[type eq 'home']", json!({ "value": "new@x.test", "type": "other" })).gives(json!({ "emails": [
                { "value": "work@x.test", "type": "work", "primary": true }, { "value": "new@x.test", "type": "other" },
            ] })),
            sets("addresses[type eq 'work']", ada()["addresses"][0].clone()),
            sets("emails[type eq 'work'].display", "W").from(two_of_work()).gives(json!({ "emails": [
                { "value": "1@x.test", "type": "work", "display": "W" }, { "value": "2@x.test", "type": "home" },
                { "value": "3@x.test", "type": "work", "display": "W" },
            ] })),
            sets("emails[type eq 'home'].value", "new@x.test").from(two_of_work()).gives(json!({ "emails": [
                { "value": "1@x.test", "type": "work", "display": "One" }, { "value": "new@x.test", "type": "home" },
                { "value": "3@x.test", "type": "work" },
            ] })),
            sets("emails[type eq 'work'].value", "work@x.test"),
            sets("emails[type eq 'home'].primary", true).gives(json!({ "emails": [
                { "value": "work@x.test", "type": "work" }, { "value": "home@x.test", "type": "home", "primary": true },
            ] })),
            sets("emails[type eq 'work'].primary", true),
            sets("addresses[country eq 'GB'].locality", "Ockham")
                .gives(json!({ "addresses": [{ "type": "work", "locality": "Ockham", "country": "GB" }] })),
            sets("emails[type eq 'work']", 7).refused("invalidValue"),
            sets("emails[type eq 'work']", json!({ "display": true })).refused("invalidValue"),
            sets("emails[type eq 'work']", json!({ "type": "work" }))
                .gives(json!({ "emails": [{ "type": "work" }, { "value": "home@x.test", "type": "home" }] })),
            sets("emails[type eq 'work'].value", json!({ "x": 1 })).refused("invalidValue"),
        ]);
    }

    /// Rows: PATCH-67 PATCH-69 LEN-9 DEC-1
    fn patch_67_a_filter_without_match_has_no_target(server) {
        let stage = Stage::new(&server);
        let unclear = [
            "emails[type sw 'zzz'].value", "emails[type eq 'a' or type eq 'b'].value", "emails[not (type pr)].value",
            "emails[type eq 'a' and type eq 'b'].value", "emails[display pr].value", "ims[type sw 'xmpp'].value",
            "ims[type pr].value", "addresses[country ne 'GB'].locality",
        ];
        stage.users(unclear.map(|path| sets(path, "x@x.test").refused("noTarget")));
        stage.users([
            sets("emails[type eq 'zzz']", json!({ "value": "z@x.test", "type": "zzz" })).refused("noTarget"),
            sets("ims[type eq 'xmpp']", json!({ "value": "z" })).refused("noTarget"),
            sets("emails[type eq 'work' and value eq 'home@x.test']", json!({ "value": "z" })).refused("noTarget"),
            sets("ims[type eq 'xmpp'].value", "z").gives(json!({ "ims": [{ "type": "xmpp", "value": "z" }] })),
        ]);
        stage.groups([
            sets("members[value eq '{c}'].display", "x").refused("noTarget|mutability"),
            sets("members[value eq 'nobody'].value", "{c}").refused("noTarget|mutability"),
            sets("members[value eq '{c}']", json!({ "value": "{c}" })).refused("noTarget|mutability"),
        ]);
        // Profile `rfc` refuses a target that does not exist, even when the intent is clear.
        server.rfc();
        stage.users([
            sets("emails[type eq 'zzz'].value", "z@x.test").refused("noTarget"),
            sets("ims[type eq 'xmpp'].value", "z").refused("noTarget"),
        ]);
    }

    /// Rows: PATCH-68
    fn patch_68_a_value_is_required(server) {
        let stage = Stage::new(&server);
        let paths = [
            "title", "nickName", "name", "name.givenName", "emails", "emails[type eq 'work']", "emails[type eq 'work'].value",
            "{E}", "{E}:department", "active",
        ];
        stage.users(paths.map(|path| {
            let path = path.replace('\'', "\"");
            row(&path, [json!({ "op": "replace", "path": path })]).refused("invalidValue")
        }));
        stage.users([row("N", [json!({ "op": "replace" })]).refused("invalidValue")]);
        stage.groups(["members", "displayName"].map(|path| {
            row(path, [json!({ "op": "replace", "path": path })]).refused("invalidValue")
        }));
    }

    /// Rows: PATCH-72 USER-04 USER-05 GROUP-02 DEC-5 GEN-10
    fn patch_72_a_taken_name_is_a_conflict(server) {
        let stage = Stage::new(&server);
        stage.users([
            sets("userName", "member-a").conflicts(),
            sets("userName", "MEMBER-a").conflicts(),
            sets("{U}:USERNAME", "member-b").conflicts(),
            sets("userName", "free").gives(json!({ "userName": "free" })),
            sets("userName", "Own").from(json!({ "userName": "own" })).gives(json!({ "userName": "Own" })),
            sets("userName", "").refused("invalidValue|mutability"),
            sets("userName", "  ").refused("invalidValue|mutability"),
        ]);
        server.create_group("Sales", &[]);
        stage.groups([
            sets("displayName", "Sales").conflicts(),
            sets("displayName", "SALES").conflicts(),
            sets("displayName", "Crew").from(json!({ "displayName": "crew" })).gives(json!({ "displayName": "Crew" })),
        ]);
        assert_eq!(server.names("userName eq \"member-a\""), ["member-a"]);
        let detail = server.patch(&format!("/Users/{}", stage.id("{b}")), json!([replace("userName", "Member-A")]));
        assert!(detail.send().error(409, "uniqueness").contains("Member-A"));
    }

    /// Rows: PATCH-73 USER-14 GEN-20 OKTA-11
    fn patch_73_a_password_is_set_and_never_shown(server) {
        let user = server.user(json!({ "userName": "ada", "password": "0ld-Secret!" }));
        let path = format!("/Users/{}", id(&user));
        let operations = [
            replace("password", "N3w-Secret!"),
            pathless("replace", json!({ "password": "N3w-Secret!!" })),
            replace(&format!("{USER}:password"), "N3w-Secret!!!"),
        ];
        for operation in operations {
            let reply = server.patch(&path, json!([operation])).query("attributes", "password,userName").send();
            assert!(!reply.text.contains("ecret"), "{}", reply.text);
            assert_eq!(reply.expect(200).get("password"), None);
        }
        let reply = server.get(&path).send();
        assert!(!reply.text.contains("password") && !reply.text.contains("ecret"), "{}", reply.text);
        let reply = server.patch(&path, json!([replace("password", json!({ "S3cret": 1 }))])).send();
        assert!(!reply.text.contains("S3cret"), "{}", reply.text);
        reply.error(400, "invalidValue");
        server.patch(&path, json!([{ "op": "remove", "path": "password" }])).send().expect(200);
    }

    /// Rows: PATCH-75 PATCH-13 GROUP-05
    fn patch_75_parts_of_a_member_do_not_change(server) {
        let stage = Stage::new(&server);
        let cases = [
            ("members[value eq '{a}'].value", "{c}"), ("members[value eq '{a}'].type", "Group"),
            ("members[value eq '{a}'].$ref", "https://x.test/Users/1"), ("members[value eq '{a}'].display", "x"),
            ("members.value", "{c}"), ("members.type", "Group"), ("members.display", "x"),
        ];
        stage.groups(cases.map(|(path, value)| sets(path, value).refused("mutability")));
    }

    /// Rows: PATCH-77 NULL-03 NULL-05
    fn patch_77_nothing_as_a_value_removes(server) {
        let stage = Stage::new(&server);
        stage.users([
            sets("title", Value::Null).gives(json!({ "title": null })),
            sets("title", json!([])).gives(json!({ "title": null })),
            sets("nickName", Value::Null),
            sets("name", Value::Null).gives(json!({ "name": null })),
            sets("name.formatted", Value::Null).gives(json!({ "name": { "givenName": "Ada", "familyName": "King" } })),
            sets("emails", json!([])).gives(json!({ "emails": null })),
            sets("emails", Value::Null).gives(json!({ "emails": null })),
            sets("phoneNumbers", json!([])),
            sets("emails[type eq 'work'].primary", Value::Null).gives(json!({ "emails": [
                { "value": "work@x.test", "type": "work" }, { "value": "home@x.test", "type": "home" },
            ] })),
            sets("{E}:department", Value::Null).gives(json!({ "{E}": { "employeeNumber": "7" } })),
            sets("userName", Value::Null).refused("mutability|invalidValue"),
            sets("userName", json!([])).refused("mutability|invalidValue"),
        ]);
        stage.groups([
            sets("members", Value::Null).gives(json!({ "members": [] })),
            sets("displayName", Value::Null).refused("mutability|invalidValue"),
        ]);
        let user = server.user(json!({ "userName": "grace", ENTERPRISE: { "manager": { "value": stage.id("{a}") } } }));
        let path = format!("/Users/{}", id(&user));
        let operation = replace(&format!("{ENTERPRISE}:manager"), Value::Null);
        let after = server.patch(&path, json!([operation])).send().expect(200);
        assert_eq!(after.get(ENTERPRISE), None);
    }
}
