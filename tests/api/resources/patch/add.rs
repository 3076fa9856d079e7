//! PATCH `add` (RFC 7644 §3.5.2.1): every kind of target, and targets that must not be written.

use serde_json::{Value, json};

use crate::support::patch_table::{Stage, ada, add, pathless, row};
use crate::support::{ENTERPRISE, id};

/// The usual e-mails with one more.
fn emails_and(more: Value) -> Value {
    let mut emails = ada()["emails"].clone();
    emails.as_array_mut().unwrap().push(more);
    json!({ "emails": emails })
}

/// The usual name with one more part, or another one.
fn name_with(part: &str, value: &str) -> Value {
    let mut name = ada()["name"].clone();
    name[part] = value.into();
    json!({ "name": name })
}

api_test! {
    /// Rows: PATCH-20 PATCH-30 PATCH-32 LEN-13 LEN-16
    fn patch_20_without_a_path_each_attribute_is_added_by_its_kind(server) {
        let stage = Stage::new(&server);
        let other = json!({ "value": "other@x.test", "type": "other" });
        let all = |value: Value| [pathless("add", value)];
        stage.users([
            row("S", all(json!({ "nickName": "A" }))).gives(json!({ "nickName": "A" })),
            row("S in another case", all(json!({ "NICKNAME": "A" }))).gives(json!({ "nickName": "A" })),
            row("S with a value", all(json!({ "title": "Lady" }))).gives(json!({ "title": "Lady" })),
            row("C", all(json!({ "name": { "middleName": "Byron" } }))).gives(name_with("middleName", "Byron")),
            row("MC", all(json!({ "emails": [other.clone()] }))).gives(emails_and(other.clone())),
            row("several", all(json!({ "nickName": "A", "emails": [other.clone()], "name": { "givenName": "Augusta" } })))
                .gives(json!({
                    "nickName": "A", "emails": emails_and(other)["emails"].clone(),
                    "name": name_with("givenName", "Augusta")["name"].clone(),
                })),
            row("extension", all(json!({ "{E}": { "costCenter": "1" } })))
                .gives(json!({ "{E}": { "department": "Engines", "employeeNumber": "7", "costCenter": "1" } })),
            row("first of an extension", all(json!({ "{E}": { "costCenter": "1" } }))).from(json!({}))
                .gives(json!({ "{E}": { "costCenter": "1" } })),
            row("nothing", all(json!({}))),
            row("the same", all(json!({ "title": "Countess", "name": { "givenName": "Ada" } }))),
            row("a stranger", all(json!({ "bogus": 1 }))),
            row("a strange extension", all(json!({ "urn:bogus:2.0:User": { "title": "x" } }))),
            row("a stranger in company", all(json!({ "bogus": 1, "nickName": "A" }))).gives(json!({ "nickName": "A" })),
            row("read-only keys", all(json!({ "id": "x", "meta": { "version": "x" }, "groups": [{ "value": "x" }], "nickName": "A" })))
                .gives(json!({ "nickName": "A" })),
            row("a text", all(json!("Lady"))).refused("invalidValue|invalidSyntax"),
            row("an array", all(json!([{ "title": "Lady" }]))).refused("invalidValue|invalidSyntax"),
            row("a number", all(json!(7))).refused("invalidValue|invalidSyntax"),
            row("one part does not fit", all(json!({ "nickName": "A", "active": "maybe" }))).refused("invalidValue"),
        ]);
        stage.groups([
            row("members", all(json!({ "members": [{ "value": "{c}" }] }))).gives(json!({ "members": ["{a}", "{b}", "{c}"] })),
            row("one of no use", all(json!({ "members": [{ "value": "{c}" }, { "value": "nobody" }] }))).refused("invalidValue"),
        ]);
    }

    /// Rows: PATCH-21
    fn patch_21_a_value_is_required(server) {
        let stage = Stage::new(&server);
        let paths = [
            "title", "name", "name.givenName", "emails", "emails[type eq 'work']", "emails[type eq 'work'].value",
            "{E}:department", "{E}",
        ];
        stage.users(paths.map(|path| {
            let mut one = add(path, "");
            one.as_object_mut().unwrap().remove("value");
            row(path, [one]).refused("invalidValue")
        }));
        stage.users([row("N", [json!({ "op": "add" })]).refused("invalidValue")]);
        stage.groups([row("members", [json!({ "op": "add", "path": "members" })]).refused("invalidValue")]);
    }

    /// Rows: PATCH-22 PATCH-16 NULL-03
    fn patch_22_a_simple_value_is_set(server) {
        let stage = Stage::new(&server);
        stage.users([
            row("missing", [add("nickName", "A")]).gives(json!({ "nickName": "A" })),
            row("present", [add("title", "Lady")]).gives(json!({ "title": "Lady" })),
            row("same", [add("title", "Countess")]),
            row("same in another case is a change", [add("title", "COUNTESS")]).gives(json!({ "title": "COUNTESS" })),
            row("boolean", [add("active", false)]).gives(json!({ "active": false })),
            row("boolean, same", [add("active", true)]),
            row("common attribute", [add("externalId", "e-1")]).gives(json!({ "externalId": "e-1" })),
            row("reference", [add("profileUrl", "https://x.test/ada")]).gives(json!({ "profileUrl": "https://x.test/ada" })),
            row("required", [add("userName", "ada-22")]).gives(json!({ "userName": "ada-22" })),
            row("null", [add("title", Value::Null)]).gives(json!({ "title": null })),
            row("null for nothing", [add("nickName", Value::Null)]),
            row("an object", [add("title", json!({ "value": "Lady" }))]).refused("invalidValue"),
            row("two values", [add("title", json!(["Lady", "Dame"]))]).refused("invalidValue"),
        ]);
    }

    /// Rows: PATCH-23 PATCH-27
    fn patch_23_parts_of_a_complex_value_are_merged(server) {
        let stage = Stage::new(&server);
        let grace = json!({ "name": { "givenName": "Grace" } });
        let manager = json!({ "{E}": { "manager": { "value": "{a}" } } });
        stage.users([
            row("C new part", [add("name", json!({ "middleName": "Byron" }))]).gives(name_with("middleName", "Byron")),
            row("C other part", [add("name", json!({ "givenName": "Augusta" }))]).gives(name_with("givenName", "Augusta")),
            row("C same part", [add("name", json!({ "givenName": "Ada" }))]),
            row("C of nothing", [add("name", json!({}))]),
            row("C unassigned", [add("name", json!({ "givenName": "Grace" }))]).from(json!({})).gives(grace.clone()),
            row("C.sub new", [add("name.middleName", "Byron")]).gives(name_with("middleName", "Byron")),
            row("C.sub other", [add("name.givenName", "Augusta")]).gives(name_with("givenName", "Augusta")),
            row("C.sub same", [add("name.givenName", "Ada")]),
            row("C.sub unassigned parent", [add("name.givenName", "Grace")]).from(json!({})).gives(grace),
            row("C of an extension", [add("{E}:manager", json!({ "value": "{a}" }))]).from(json!({})).gives(manager.clone()),
            row("C.sub of an extension", [add("{E}:manager.value", "{a}")]).from(json!({})).gives(manager),
            row("C scalar", [add("name", 7)]).refused("invalidValue"),
            row("C text", [add("name", "Ada")]).refused("invalidValue"),
            row("C part of the wrong type", [add("name", json!({ "givenName": true }))]).refused("invalidValue"),
            row("C.sub object", [add("name.givenName", json!({ "x": 1 }))]).refused("invalidValue"),
        ]);
    }

    /// Rows: PATCH-24 PATCH-25 PATCH-26 PATCH-87 LEN-20 NULL-08 USER-17
    fn patch_24_elements_are_appended_once(server) {
        let stage = Stage::new(&server);
        let other = || json!({ "value": "other@x.test", "type": "other" });
        let work = || json!({ "value": "work@x.test", "type": "work", "primary": true });
        let phone = json!({ "phoneNumbers": [{ "value": "1" }] });
        stage.users([
            row("a list", [add("emails", json!([other()]))]).gives(emails_and(other())),
            row("one object", [add("emails", other())]).gives(emails_and(other())),
            row("one text", [add("emails", "other@x.test")]).gives(emails_and(json!({ "value": "other@x.test" }))),
            row("the first", [add("phoneNumbers", json!([{ "value": "1" }]))]).gives(phone.clone()),
            row("the first, as an object", [add("phoneNumbers", json!({ "value": "1" }))]).gives(phone),
            row("the same type again", [add("emails", json!([{ "value": "w2@x.test", "type": "work" }]))])
                .gives(emails_and(json!({ "value": "w2@x.test", "type": "work" }))),
            row("no value sub-attribute", [add("addresses", json!([{ "type": "home", "locality": "Ockham" }]))])
                .gives(json!({ "addresses": [
                    { "type": "work", "locality": "London", "country": "GB" }, { "type": "home", "locality": "Ockham" },
                ] })),
            row("there already", [add("emails", json!([work()]))]),
            row("there already, as an object", [add("emails", work())]),
            row("there already, all of them", [add("emails", ada()["emails"].clone())]),
            row("there already, by the part that was sent", [add("emails", json!([{ "value": "home@x.test" }]))]),
            row("there already, without value", [add("addresses", ada()["addresses"].clone())]),
            row("one there, one new", [add("emails", json!([work(), other()]))]).gives(emails_and(other())),
            row("twice in one list", [add("emails", json!([other(), other()]))]).gives(emails_and(other())),
            row("twice in one request", [add("emails", json!([other()])), add("emails", other())]).gives(emails_and(other())),
            row("two primaries", [add("emails", json!([
                { "value": "1@x.test", "primary": true }, { "value": "2@x.test", "primary": true },
            ]))]).refused("invalidValue"),
            row("no value", [add("emails", json!([{ "type": "other" }]))]).gives(emails_and(json!({ "type": "other" }))),
            row("null", [add("emails", json!([null]))]).refused("invalidValue"),
            row("good and bad", [add("emails", json!([other(), { "value": true }]))]).refused("invalidValue"),
        ]);
    }

    /// Rows: PATCH-24 PATCH-25 PATCH-26 PATCH-35 GROUP-06 GROUP-07 GROUP-08 GROUP-09 DEC-6 DEC-8
    fn patch_35_members_are_added_once(server) {
        let stage = Stage::new(&server);
        let all = json!({ "members": ["{a}", "{b}", "{c}"] });
        stage.groups([
            row("a list", [add("members", json!([{ "value": "{c}" }]))]).gives(all.clone()),
            row("one object", [add("members", json!({ "value": "{c}" }))]).gives(all.clone()),
            row("one text", [add("members", "{c}")]).gives(all.clone()),
            row("with what is derived", [add("members", json!([{ "value": "{c}", "type": "User", "display": "x", "$ref": null }]))])
                .gives(all.clone()),
            row("the first", [add("members", json!([{ "value": "{c}" }]))]).from(json!({})).gives(json!({ "members": ["{c}"] })),
            row("there already", [add("members", json!([{ "value": "{a}" }]))]),
            row("there already, with another display", [add("members", json!([{ "value": "{a}", "display": "x" }]))]),
            row("there already, both", [add("members", json!([{ "value": "{b}" }, { "value": "{a}" }]))]),
            row("one there, one new", [add("members", json!([{ "value": "{a}" }, { "value": "{c}" }]))]).gives(all.clone()),
            row("twice in one list", [add("members", json!([{ "value": "{c}" }, { "value": "{c}" }]))]).gives(all.clone()),
            row("twice in one request", [add("members", "{c}"), add("members", "{c}")]).gives(all),
            row("unknown", [add("members", json!([{ "value": "nobody" }]))]).refused("invalidValue"),
            row("itself", [add("members", json!([{ "value": "{id}" }]))]).refused("invalidValue"),
        ]);
        let inner = server.create_group("Inner", &[&stage.id("{a}")]);
        let outer = server.create_group("Outer", &[]);
        let (inner_path, outer_path) = (format!("/Groups/{}", id(&inner)), format!("/Groups/{}", id(&outer)));
        server.patch(&outer_path, json!([add("members", json!([{ "value": inner["id"] }]))])).send().expect(204);
        let members = server.get(&outer_path).send().expect(200)["members"].clone();
        assert_eq!((&members[0]["value"], &members[0]["type"]), (&inner["id"], &json!("Group")));
        let before = server.get(&inner_path).send().expect(200);
        let cycle = server.patch(&inner_path, json!([add("members", json!([{ "value": outer["id"] }]))]));
        cycle.send().error(400, "invalidValue");
        assert_eq!(server.get(&inner_path).send().expect(200), before);
        let unknown = server.patch(&outer_path, json!([add("members", json!([{ "value": "no-such-id" }]))]));
        assert!(unknown.send().error(400, "invalidValue").contains("no-such-id"));
    }

    /// Rows: PATCH-28
    fn patch_28_a_value_filter_adds_to_every_match(server) {
        let stage = Stage::new(&server);
        let two = json!({ "emails": [
            { "value": "1@x.test", "type": "work" }, { "value": "2@x.test", "type": "home" }, { "value": "3@x.test", "type": "work" },
        ] });
        let displayed = json!({ "emails": [
            { "value": "1@x.test", "type": "work", "display": "W" }, { "value": "2@x.test", "type": "home" },
            { "value": "3@x.test", "type": "work", "display": "W" },
        ] });
        stage.users([
            row("VS", [add("emails[type eq 'work'].display", "W")]).from(two.clone()).gives(displayed.clone()),
            row("V", [add("emails[type eq 'work']", json!({ "display": "W" }))]).from(two.clone()).gives(displayed.clone()),
            row("VS same", [add("emails[type eq 'work'].display", "W")]).from(displayed.clone()),
            row("V same", [add("emails[type eq 'work']", json!({ "display": "W" }))]).from(displayed),
            row("VS over a value", [add("emails[type eq 'home'].value", "new@x.test")]).from(two.clone()).gives(json!({ "emails": [
                { "value": "1@x.test", "type": "work" }, { "value": "new@x.test", "type": "home" },
                { "value": "3@x.test", "type": "work" },
            ] })),
            row("V keeps the rest", [add("addresses[type eq 'work']", json!({ "postalCode": "W1" }))])
                .gives(json!({ "addresses": [{ "type": "work", "locality": "London", "country": "GB", "postalCode": "W1" }] })),
            row("VS wrong type", [add("emails[type eq 'work'].display", true)]).from(two.clone()).refused("invalidValue"),
            row("V wrong type", [add("emails[type eq 'work']", json!({ "display": true }))]).from(two).refused("invalidValue"),
        ]);
    }

    /// Rows: PATCH-29 LEN-9 DEC-1
    fn patch_29_a_filter_of_eq_without_match_makes_an_element(server) {
        let stage = Stage::new(&server);
        let mobile = json!({ "phoneNumbers": [{ "type": "mobile", "value": "1" }] });
        stage.users([
            row("VS first of all", [add("phoneNumbers[type eq 'mobile'].value", "1")]).gives(mobile.clone()),
            row("V first of all", [add("phoneNumbers[type eq 'mobile']", json!({ "value": "1" }))]).gives(mobile),
            row("VS one more", [add("emails[type eq 'other'].value", "o@x.test")])
                .gives(emails_and(json!({ "type": "other", "value": "o@x.test" }))),
            row("VS and", [add("emails[type eq 'work' and primary eq false].value", "o@x.test")])
                .gives(emails_and(json!({ "type": "work", "value": "o@x.test" }))),
            row("VS without value", [add("addresses[type eq 'home'].locality", "Ockham")]).gives(json!({ "addresses": [
                { "type": "work", "locality": "London", "country": "GB" }, { "type": "home", "locality": "Ockham" },
            ] })),
        ]);
        let unclear = [
            "type sw 'oth'", "type ne 'work' and type ne 'home'", "type eq 'a' or type eq 'b'", "not (type pr)",
            "type eq 'a' and type eq 'b'", "type eq 'a' and not (value eq 'b')", "display pr", "value co 'zzz'",
        ];
        stage.users(unclear.map(|filter| {
            let path = format!("emails[{filter}].value");
            row(&path, [add(&path, "o@x.test")]).refused("noTarget")
        }));
        stage.users([row("a lone display", [add("emails[type eq 'other'].display", "O")])
            .gives(emails_and(json!({ "type": "other", "display": "O" })))]);
        stage.groups([
            row("never a member", [add("members[value eq '{c}'].display", "x")]).refused("noTarget|mutability"),
            row("never an unknown one", [add("members[value eq 'nobody'].type", "User")]).refused("noTarget|mutability"),
        ]);
    }

    /// Rows: PATCH-31 PATCH-32 PATCH-33 PATCH-34 EXT-09 LEN-12 ENT-02
    fn patch_31_extension_attributes_bring_their_schema(server) {
        let stage = Stage::new(&server);
        let bare = || json!({ "name": { "givenName": "Ada" } });
        let department = || json!({ "{E}": { "department": "Looms" } });
        stage.users([
            row("path", [add("{E}:department", "Looms")]).from(bare()).gives(department()),
            row("container as path", [add("{E}", json!({ "department": "Looms" }))]).from(bare()).gives(department()),
            row("container", [pathless("add", json!({ "{E}": { "department": "Looms" } }))]).from(bare()).gives(department()),
            row("qualified key", [pathless("add", json!({ "{E}:department": "Looms" }))]).from(bare()).gives(department()),
            row("qualified key with a sub-attribute", [pathless("add", json!({ "{E}:manager.value": "{b}" }))]).from(bare())
                .gives(json!({ "{E}": { "manager": { "value": "{b}" } } })),
            row("dotted key", [pathless("add", json!({ "name.familyName": "King" }))]).from(bare())
                .gives(json!({ "name": { "givenName": "Ada", "familyName": "King" } })),
            row("qualified dotted key", [pathless("add", json!({ "{U}:name.familyName": "King" }))]).from(bare())
                .gives(json!({ "name": { "givenName": "Ada", "familyName": "King" } })),
            row("dotted key, same", [pathless("add", json!({ "name.givenName": "Ada" }))]).from(bare()),
            row("the others stay", [add("{E}:department", "Looms")])
                .gives(json!({ "{E}": { "department": "Looms", "employeeNumber": "7" } })),
            row("dotted key of the wrong type", [pathless("add", json!({ "name.givenName": { "x": 1 } }))]).refused("invalidValue"),
            row("container with a wrong type", [add("{E}", json!({ "department": true }))]).refused("invalidValue"),
        ]);
        let user = server.user(json!({ "userName": "grace" }));
        let path = format!("/Users/{}", id(&user));
        let parts = ["employeeNumber", "costCenter", "organization", "division", "department"];
        for part in parts {
            server.patch(&path, json!([add(&format!("{ENTERPRISE}:{part}"), part)])).send().expect(200);
        }
        let inside = server.get(&path).send().expect(200)[ENTERPRISE].clone();
        assert_eq!(inside, parts.iter().map(|part| ((*part).to_owned(), Value::from(*part))).collect::<Value>());
    }
}
