//! PATCH paths (RFC 7644 §3.5.2, §3.10), and how operations affect one another.

use std::collections::BTreeSet;
use std::thread;

use serde_json::{Value, json};

use crate::support::patch_table::{Stage, add, pathless, remove, replace, row, shown};
use crate::support::{ENTERPRISE, GROUP, USER, id};

/// The usual e-mails with another one of type work.
fn work_is(value: &str) -> Value {
    json!({ "emails": [
        { "value": value, "type": "work", "primary": true }, { "value": "home@x.test", "type": "home" },
    ] })
}

api_test! {
    /// Rows: PATCH-80 PATCH-81 EXT-01 EXT-02 EXT-04 LEN-2
    fn patch_80_paths_may_be_qualified_and_ignore_case(server) {
        let stage = Stage::new(&server);
        let paths = [
            "name.givenName", "NAME.GIVENNAME", "{U}:name.givenName", "{U}:NAME.givenname",
            "URN:IETF:PARAMS:SCIM:SCHEMAS:CORE:2.0:USER:Name.GivenName", "urn:ietf:params:scim:schemas:core:2.0:user:name.givenName",
        ];
        for path in paths {
            let name = |given: &str| json!({ "name": { "givenName": given, "familyName": "King", "formatted": "Ada King" } });
            stage.users([
                row(path, [add(path, "Grace")]).gives(name("Grace")),
                row(path, [replace(path, "Grace")]).gives(name("Grace")),
                row(path, [remove(path)]).gives(json!({ "name": { "familyName": "King", "formatted": "Ada King" } })),
            ]);
        }
        let paths = [
            "emails[type eq 'work'].value", "EMAILS[TYPE eq 'work'].VALUE", "Emails[Type EQ 'WORK'].Value",
            "{U}:emails[type eq 'work'].value", "{U}:Emails[tYPE eq 'Work'].vALUE",
        ];
        stage.users(paths.map(|path| row(path, [replace(path, "new@x.test")]).gives(work_is("new@x.test"))));
        let upper = ENTERPRISE.to_uppercase();
        let paths = ["{E}:department", "{E}:DEPARTMENT", &format!("{upper}:department")];
        stage.users(paths.map(|path| {
            row(path, [replace(path, "Looms")]).gives(json!({ "{E}": { "department": "Looms", "employeeNumber": "7" } }))
        }));
        let manager = json!({ "{E}": { "department": "Engines", "employeeNumber": "7", "manager": { "value": "{a}" } } });
        let paths = ["{E}:manager.value", "{E}:Manager.VALUE", &format!("{upper}:manager.value")];
        stage.users(paths.map(|path| row(path, [add(path, "{a}")]).gives(manager.clone())));
        stage.groups([("displayName", "Crew"), ("DISPLAYNAME", "Band"), ("{G}:displayName", "Gang")].map(|(path, name)| {
            row(path, [replace(path, name)]).gives(json!({ "displayName": name }))
        }));
        stage.groups(["{G}:members[value eq '{a}']", "MEMBERS[VALUE eq '{a}']"].map(|path| {
            row(path, [remove(path)]).gives(json!({ "members": ["{b}"] }))
        }));
    }

    /// Rows: PATCH-82 FILTER-30 FILTER-33 FILTER-34
    fn patch_82_filters_in_paths_are_filters(server) {
        let stage = Stage::new(&server);
        let work = [
            "type eq 'WORK' and not (value ew '.org')", "not(type eq 'home')", "primary eq true", "type eq'work'",
            "(type eq 'work')", "value co 'ORK@'", "value sw 'work' or type eq 'zzz'", "type ne 'home'",
            "type eq 'home' and type eq 'zzz' or primary eq true", "type eq 'work' and (value sw 'zzz' or value ew '.test')",
            "primary ne false", "value gt 'm'", "not (primary eq false)",
        ];
        stage.users(work.map(|filter| {
            let path = format!("emails[{filter}].value");
            row(&path, [replace(&path, "new@x.test")]).gives(work_is("new@x.test"))
        }));
        // Identifiers are compared by case, words of a language are not.
        let group = server.create_group("Team", &[&stage.id("{a}")]);
        let path = format!("/Groups/{}", id(&group));
        let upper = stage.id("{a}").to_uppercase();
        if upper != stage.id("{a}") {
            let operation = remove(&format!("members[value eq '{upper}']"));
            server.patch(&path, json!([operation])).send().expect(204);
            assert_eq!(server.get(&path).send().expect(200), group);
        }
        stage.users([
            row("quotes inside", [replace(r"addresses[locality eq 'Lon\u0064on'].region", "x")]).gives(json!({ "addresses": [
                { "type": "work", "locality": "London", "country": "GB", "region": "x" },
            ] })),
            row("brackets and dots inside", [remove("emails[value eq 'a].b@x.test']")])
                .from(json!({ "emails": [{ "value": "a].b@x.test" }, { "value": "c@x.test" }] }))
                .gives(json!({ "emails": [{ "value": "c@x.test" }] })),
        ]);
    }

    /// Rows: PATCH-83 PATCH-84 FILTER-37
    fn patch_83_a_bad_filter_in_a_path_is_refused(server) {
        let stage = Stage::new(&server);
        let filters = [
            "type zz 'a'", "type eq", "type", "eq 'a'", "type eq 'a' and", "type eq a", "(type eq 'a'", "type eq 'a')",
            "bogus eq 'a'", "primary gt true", "type eq 1", "not type eq 'a'", "emails[type eq 'a']", "type eq 'a' xor type eq 'b'",
        ];
        for filter in filters {
            let (path, sub) = (format!("emails[{filter}]"), format!("emails[{filter}].value"));
            stage.users([
                row(&path, [remove(&path)]).refused("invalidFilter|invalidPath"),
                row(&sub, [replace(&sub, "x@x.test")]).refused("invalidFilter|invalidPath"),
                row(&sub, [add(&sub, "x@x.test")]).refused("invalidFilter|invalidPath"),
            ]);
        }
        let single = ["userName[value eq 'a']", "name[givenName eq 'Ada']", "name[givenName eq 'Ada'].familyName", "active[value eq true]"];
        for path in single {
            stage.users([
                row(path, [replace(path, "x")]).refused("invalidPath"), row(path, [add(path, "x")]).refused("invalidPath"),
                row(path, [remove(path)]).refused("invalidPath"),
            ]);
        }
    }

    /// Rows: PATCH-85 PATCH-89
    fn patch_85_schemas_follow_the_data(server) {
        let stage = Stage::new(&server);
        stage.users([
            row("add the extension it has", [add("schemas", json!(["{E}"]))]),
            row("add the extension it has, as text", [add("schemas", "{E}")]),
            row("add an extension without data", [add("schemas", json!(["{E}"]))]).from(json!({})),
            row("add the base", [add("schemas", json!(["{U}"]))]),
            row("remove the extension", [remove("schemas[value eq '{E}']")]).gives(json!({ "{E}": null })),
            row("remove an extension without data", [remove("schemas[value eq '{E}']")]).from(json!({})),
            row("remove the base", [remove("schemas[value eq '{U}']")]).refused("mutability"),
            row("remove all", [remove("schemas")]).refused("mutability"),
            row("in a value", [pathless("replace", json!({ "schemas": ["{U}"], "title": "Lady" }))])
                .gives(json!({ "title": "Lady" })),
        ]);
        let plain = server.create_user("grace");
        assert_eq!(plain["schemas"], json!([USER]));
        let operation = add(&format!("{ENTERPRISE}:division"), "d");
        let after = server.patch(&format!("/Users/{}", id(&plain)), json!([operation])).send().expect(200);
        assert_eq!(after["schemas"], json!([USER, ENTERPRISE]));
    }

    /// Rows: PATCH-86 PATCH-87 GEN-27
    fn patch_86_the_later_primary_wins(server) {
        let stage = Stage::new(&server);
        let primary = |value: &str| json!([{ "value": value, "primary": true }]);
        let phones = |first: bool, second: bool| json!({ "phoneNumbers": [
            { "value": "1", "primary": first }, { "value": "2", "primary": second },
        ] });
        stage.users([
            row("two adds", [add("phoneNumbers", primary("1")), add("phoneNumbers", primary("2"))]).gives(phones(false, true)),
            row("one of two values", [add("phoneNumbers", json!([{ "value": "1" }, { "value": "2", "primary": true }]))])
                .gives(phones(false, true)),
            row("a filter that meets both", [replace("phoneNumbers[value pr].primary", false)])
                .from(phones(true, false)).gives(phones(false, false)),
            row("the earlier again", [
                add("phoneNumbers", primary("2")), replace("phoneNumbers[value eq '1'].primary", true),
            ]).from(json!({ "phoneNumbers": [{ "value": "1" }] })).gives(phones(true, false)),
            row("add two at once", [add("phoneNumbers", json!([
                { "value": "1", "primary": true }, { "value": "2", "primary": true },
            ]))]).refused("invalidValue"),
            row("replace with two at once", [replace("emails", json!([
                { "value": "1@x.test", "primary": true }, { "value": "2@x.test", "primary": "true" },
            ]))]).refused("invalidValue"),
            row("two at once without a path", [pathless("replace", json!({ "emails": [
                { "value": "1@x.test", "primary": true }, { "value": "2@x.test", "primary": true },
            ] }))]).refused("invalidValue"),
        ]);
    }

    /// Rows: PATCH-88 ETAG-01 ETAG-02 ETAG-11 COMMON-15 COMMON-16
    fn patch_88_the_answer_names_version_and_place(server) {
        let user = server.create_user("ada");
        let group = server.create_group("Team", &[]);
        for (resource, endpoint, status) in [(&user, "/Users", 200), (&group, "/Groups", 204)] {
            let path = format!("{endpoint}/{}", id(resource));
            let mut tags = BTreeSet::from([resource["meta"]["version"].as_str().unwrap().to_owned()]);
            for name in ["One", "Two", "Three"] {
                let reply = server.patch(&path, json!([replace("displayName", name)])).send();
                assert_eq!(reply.status, status, "{}", reply.text);
                let meta = server.get(&path).send().expect(200)["meta"].clone();
                assert_eq!(reply.header("etag"), meta["version"].as_str());
                assert_eq!(reply.header("location"), meta["location"].as_str());
                assert_eq!(meta["location"], format!("{}{path}", server.base()));
                assert!(tags.insert(meta["version"].as_str().unwrap().to_owned()), "{meta} has been seen before");
            }
            let reply = server.patch(&path, json!([replace("displayName", "Three")])).send();
            assert!(tags.contains(reply.header("etag").unwrap()));
        }
    }

    /// Rows: PATCH-90
    fn patch_90_operations_are_limited(server) {
        let user = server.user(json!({ "userName": "ada", "title": "Countess" }));
        let path = format!("/Users/{}", id(&user));
        let many = |count: usize| (0..count).map(|n| replace("title", format!("t{n}"))).collect::<Vec<_>>();
        for count in [1_001, 20_000] {
            server.patch(&path, many(count).into()).send().error(413, "");
        }
        assert_eq!(server.get(&path).send().expect(200), user);
        let after = server.patch(&path, many(1_000).into()).send().expect(200);
        assert_eq!(after["title"], "t999");
    }

    /// Rows: PATCH-93
    fn patch_93_without_a_filter_a_sub_attribute_means_all_values(server) {
        let stage = Stage::new(&server);
        let typed = |work: &str, home: &str| json!({ "emails": [
            { "value": "work@x.test", "type": work, "primary": true }, { "value": "home@x.test", "type": home },
        ] });
        let untyped = || json!({ "emails": [{ "value": "1@x.test" }, { "value": "2@x.test", "display": "Two" }] });
        stage.users([
            row("replace", [replace("emails.type", "home")]).gives(typed("home", "home")),
            row("replace, same", [replace("emails.type", "work")]).from(json!({ "emails": [{ "value": "1@x.test", "type": "work" }] })),
            row("remove", [remove("emails.type")]).gives(json!({ "emails": [
                { "value": "work@x.test", "primary": true }, { "value": "home@x.test" },
            ] })),
            row("add", [add("emails.type", "other")]).from(untyped()).gives(json!({ "emails": [
                { "value": "1@x.test", "type": "other" }, { "value": "2@x.test", "display": "Two", "type": "other" },
            ] })),
            row("in an address", [replace("addresses.country", "FR")])
                .gives(json!({ "addresses": [{ "type": "work", "locality": "London", "country": "FR" }] })),
            row("replace of nothing", [replace("ims.type", "xmpp")]).refused("noTarget"),
            row("wrong type", [replace("emails.type", true)]).refused("invalidValue"),
        ]);
    }

    /// Rows: PATCH-94 GEN-14
    fn patch_94_concurrent_patches_are_all_seen(server) {
        let users: Vec<Value> = (0..8).map(|n| server.create_user(&format!("user-{n}"))).collect();
        let group = server.create_group("Team", &[id(&users[0])]);
        let group_path = format!("/Groups/{}", id(&group));
        let user_path = format!("/Users/{}", id(&users[0]));
        let attributes = ["title", "nickName", "displayName", "userType", "locale", "timezone", "externalId"];
        thread::scope(|scope| {
            for (user, attribute) in users[1..].iter().zip(attributes) {
                let member = server.patch(&group_path, json!([add("members", json!([{ "value": user["id"] }]))]));
                let part = server.patch(&user_path, json!([replace(attribute, attribute)]));
                scope.spawn(move || member.send().expect(204));
                scope.spawn(move || part.send().expect(200));
            }
        });
        let ids: Vec<&Value> = users.iter().map(|user| &user["id"]).collect();
        let members = shown(&server.get(&group_path).send().expect(200));
        assert_eq!(members["members"], json!(ids));
        assert_eq!(members["schemas"], json!([GROUP]));
        let user = server.get(&user_path).send().expect(200);
        for attribute in attributes {
            assert_eq!(user[attribute], attribute, "{user}");
        }
    }
}
