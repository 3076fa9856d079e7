//! PATCH `remove` (RFC 7644 §3.5.2.2): every kind of target, and values that must survive.

use serde_json::{Value, json};

use crate::support::patch_table::{Row, Stage, ada, operation, pathless, remove, row};
use crate::support::{TestServer, id};

fn home() -> Value {
    json!({ "emails": [{ "value": "home@x.test", "type": "home" }] })
}

fn work() -> Value {
    json!({ "emails": [{ "value": "work@x.test", "type": "work", "primary": true }] })
}

/// One removal as a row of its own.
fn removes(path: &str) -> Row {
    row(path, [remove(path)])
}

/// How many users or groups a filter finds.
#[track_caller]
fn found(server: &TestServer, endpoint: &str, filter: &str) -> usize {
    server.search(endpoint, filter).len()
}

api_test! {
    /// Rows: PATCH-40
    fn patch_40_without_a_path_nothing_is_removed(server) {
        let stage = Stage::new(&server);
        let forms = || [
            json!({ "op": "remove" }), pathless("remove", json!({ "title": "Countess" })),
            pathless("remove", json!(["title"])), json!({ "op": "Remove", "path": null }),
        ];
        stage.users(forms().map(|one| row(&one.to_string(), [one.clone()]).refused("noTarget")));
        stage.groups(forms().map(|one| row(&one.to_string(), [one.clone()]).refused("noTarget")));
        stage.groups([
            row("members in the value", [pathless("remove", json!({ "members": [{ "value": "{a}" }] }))]).refused("noTarget"),
        ]);
    }

    /// Rows: PATCH-41 PATCH-49 PATCH-71
    fn patch_41_a_single_value_is_unassigned(server) {
        let stage = Stage::new(&server);
        stage.users([
            removes("title").gives(json!({ "title": null })),
            removes("TITLE").gives(json!({ "title": null })),
            removes("name").gives(json!({ "name": null })),
            removes("active").gives(json!({ "active": null })),
            removes("externalId").from(json!({ "externalId": "e" })).gives(json!({ "externalId": null })),
            removes("nickName"),
            removes("name").from(json!({})),
            removes("externalId"),
            removes("profileUrl"),
            row("twice", [remove("title"), remove("title")]).gives(json!({ "title": null })),
        ]);
        stage.groups([removes("externalId").gives(json!({ "externalId": null }))]);
        let user = server.user(json!({ "userName": "grace", "title": "Admiral", "name": { "givenName": "Grace" } }));
        let path = format!("/Users/{}", id(&user));
        server.patch(&path, json!([remove("title"), remove("name")])).send().expect(200);
        assert_eq!(found(&server, "/Users", "userName eq \"grace\" and (title pr or name pr)"), 0);
    }

    /// Rows: PATCH-42 PATCH-44
    fn patch_42_without_a_filter_all_values_go(server) {
        let stage = Stage::new(&server);
        stage.users([
            removes("emails").gives(json!({ "emails": null })),
            removes("addresses").gives(json!({ "addresses": null })),
            removes("{U}:emails").gives(json!({ "emails": null })),
            removes("phoneNumbers"),
        ]);
        stage.groups([
            removes("members").gives(json!({ "members": [] })),
            removes("{G}:MEMBERS").gives(json!({ "members": [] })),
            removes("members").from(json!({})),
        ]);
        let group = server.create_group("Team", &[&stage.id("{a}")]);
        let user_path = format!("/Users/{}", stage.id("{a}"));
        assert_eq!(server.get(&user_path).send().expect(200)["groups"][0]["value"], group["id"]);
        server.patch(&format!("/Groups/{}", id(&group)), json!([remove("members")])).send().expect(204);
        assert_eq!(server.get(&user_path).send().expect(200).get("groups"), None);
        assert_eq!(found(&server, "/Groups", "displayName eq \"Team\" and members pr"), 0);
    }

    /// Rows: PATCH-43 PATCH-44 PATCH-82
    fn patch_43_a_filter_picks_the_values_that_go(server) {
        let stage = Stage::new(&server);
        let both = ada()["emails"].clone();
        stage.users([
            removes("emails[type eq 'work']").gives(home()),
            removes("EMAILS[TYPE EQ 'WORK']").gives(home()),
            removes("emails[primary eq true]").gives(home()),
            removes("emails[value sw 'home']").gives(work()),
            removes("emails[not (type eq 'home')]").gives(home()),
            removes("emails[type eq 'work' or type eq 'home']").gives(json!({ "emails": null })),
            removes("emails[type eq 'work' and value eq 'home@x.test']"),
            removes("emails[type pr]").gives(json!({ "emails": null })),
            removes("addresses[country eq 'gb']").gives(json!({ "addresses": null })),
            row("one after the other", [remove("emails[type eq 'work']"), remove("emails[type eq 'home']")])
                .gives(json!({ "emails": null })),
            row("several elements at once", [remove("emails[type eq 'work']")])
                .from(json!({ "emails": [both[0].clone(), both[1].clone(), { "value": "w2@x.test", "type": "work" }] }))
                .gives(home()),
        ]);
        stage.groups([
            removes("members[value eq '{a}']").gives(json!({ "members": ["{b}"] })),
            removes("members[value eq '{a}' or value eq '{b}']").gives(json!({ "members": [] })),
            removes("members[type eq 'User']").gives(json!({ "members": [] })),
            removes("members[not (value eq '{a}')]").gives(json!({ "members": ["{a}"] })),
            row("both, one by one", [remove("members[value eq '{b}']"), remove("members[value eq '{a}']")])
                .gives(json!({ "members": [] })),
        ]);
        let user = server.user(json!({ "userName": "grace", "emails": [{ "value": "g@x.test", "type": "work" }] }));
        server.patch(&format!("/Users/{}", id(&user)), json!([remove("emails[type eq 'work']")])).send().expect(200);
        assert_eq!(found(&server, "/Users", "emails.value eq \"g@x.test\""), 0);
        assert_eq!(found(&server, "/Users", "userName eq \"grace\" and emails pr"), 0);
    }

    /// Rows: PATCH-45 PATCH-46 PATCH-91
    fn patch_45_required_and_read_only_attributes_stay(server) {
        let stage = Stage::new(&server);
        let of_users = ["userName", "USERNAME", "{U}:userName", "id", "meta", "meta.created", "groups", "groups[display pr]"];
        stage.users(of_users.map(|path| removes(path).refused("mutability")));
        stage.groups(["displayName", "{G}:displayName", "id", "meta"].map(|path| removes(path).refused("mutability")));
        stage.groups(["value", "type", "$ref"].map(|sub| {
            removes(&format!("members[value eq '{{a}}'].{sub}")).refused("mutability")
        }));
    }

    /// Rows: PATCH-47 PATCH-49 GEN-15
    fn patch_47_removing_what_is_not_there_changes_nothing(server) {
        let stage = Stage::new(&server);
        stage.users([
            removes("emails[type eq 'zzz']"),
            removes("emails[type eq 'zzz'].value"),
            removes("emails[type eq 'work'].display"),
            removes("phoneNumbers[type eq 'mobile']"),
            removes("phoneNumbers[type eq 'mobile'].value"),
            removes("phoneNumbers.type"),
            removes("name.middleName"),
            removes("name.givenName").from(json!({})),
            removes("{E}:costCenter"),
            removes("{E}:manager"),
            removes("{E}:manager.value"),
            removes("{E}").from(json!({})),
            removes("{E}:department").from(json!({})),
        ]);
        stage.groups([
            removes("members[value eq '{c}']"),
            removes("members[value eq 'nobody']"),
            removes("members[value eq '{a}']").from(json!({})),
            row("one there, one not", [remove("members[value eq '{a}']"), remove("members[value eq '{c}']")])
                .gives(json!({ "members": ["{b}"] })),
            row("the same twice", [remove("members[value eq '{a}']"), remove("members[value eq '{a}']")])
                .gives(json!({ "members": ["{b}"] })),
        ]);
    }

    /// Rows: PATCH-48 LEN-11 ENTRA-47
    fn patch_48_a_sub_attribute_of_the_matches_goes(server) {
        let stage = Stage::new(&server);
        let start = || json!({ "emails": [
            { "value": "1@x.test", "type": "work", "display": "One" }, { "value": "2@x.test", "type": "home", "display": "Two" },
            { "value": "3@x.test", "type": "work", "display": "Three" },
        ] });
        let undisplayed = json!({ "emails": [
            { "value": "1@x.test", "type": "work" }, { "value": "2@x.test", "type": "home", "display": "Two" },
            { "value": "3@x.test", "type": "work" },
        ] });
        let only_home = json!({ "emails": [{ "value": "2@x.test", "type": "home", "display": "Two" }] });
        let path = "emails[type eq 'work'].display";
        stage.users([
            removes(path).from(start()).gives(undisplayed.clone()),
            row("a value is ignored", [operation("remove", path, "x")]).from(start()).gives(undisplayed),
            removes("emails[type eq 'work'].value").from(start()).gives(only_home.clone()),
            row("a value is not written", [operation("remove", "emails[type eq 'work'].value", "z@x.test")]).from(start())
                .gives(only_home),
            removes("emails[type eq 'work'].primary").gives(json!({ "emails": [
                { "value": "work@x.test", "type": "work" }, { "value": "home@x.test", "type": "home" },
            ] })),
            removes("emails[type eq 'work'].value").from(work()).gives(json!({ "emails": null })),
            removes("addresses[type eq 'work'].locality")
                .gives(json!({ "addresses": [{ "type": "work", "country": "GB" }] })),
            row("nothing is left of it", [remove("addresses[locality eq 'x'].locality")])
                .from(json!({ "addresses": [{ "locality": "x" }] })).gives(json!({ "addresses": null })),
            removes("emails.display").from(start()).gives(json!({ "emails": [
                { "value": "1@x.test", "type": "work" }, { "value": "2@x.test", "type": "home" },
                { "value": "3@x.test", "type": "work" },
            ] })),
            removes("emails.value").gives(json!({ "emails": null })),
        ]);
    }

    /// Rows: PATCH-50 LEN-10 DEC-2 ENTRA-29
    fn patch_50_a_list_of_values_removes_only_these(server) {
        let stage = Stage::new(&server);
        let listed = |path: &str, value: Value| [operation("remove", path, value)];
        stage.groups([
            row("one", listed("members", json!([{ "value": "{a}" }]))).gives(json!({ "members": ["{b}"] })),
            row("one, the other way", listed("members", json!([{ "$ref": null, "value": "{b}" }]))).gives(json!({ "members": ["{a}"] })),
            row("all", listed("members", json!([{ "value": "{a}" }, { "value": "{b}" }]))).gives(json!({ "members": [] })),
            row("one object", listed("members", json!({ "value": "{a}" }))).gives(json!({ "members": ["{b}"] })),
            row("absent", listed("members", json!([{ "value": "{c}" }]))),
            row("unknown", listed("members", json!([{ "value": "nobody" }]))),
            row("absent and present", listed("members", json!([{ "value": "{c}" }, { "value": "{a}" }])))
                .gives(json!({ "members": ["{b}"] })),
            row("an empty list", listed("members", json!([]))),
            row("null is no list", listed("members", Value::Null)).gives(json!({ "members": [] })),
            row("elements without a value", listed("members", json!([{ "display": "x" }]))).refused("invalidValue"),
            row("a number", listed("members", json!(7))).refused("invalidValue"),
        ]);
        stage.users([
            row("emails", listed("emails", json!([{ "value": "work@x.test" }]))).gives(home()),
            row("emails, another type", listed("emails", json!([{ "value": "work@x.test", "type": "other" }]))).gives(home()),
            row("emails, absent", listed("emails", json!([{ "value": "z@x.test" }]))),
            row("emails, an empty list", listed("emails", json!([]))),
            row("emails, null", listed("emails", Value::Null)).gives(json!({ "emails": null })),
            row("with a filter the value is ignored", listed("emails[type eq 'work']", json!([{ "value": "home@x.test" }]))).gives(home()),
        ]);
    }

    /// Rows: PATCH-51 PATCH-52 PATCH-53 ENT-05 EXT-12
    fn patch_51_a_container_goes_with_its_last_part(server) {
        let stage = Stage::new(&server);
        stage.users([
            removes("{E}:department").gives(json!({ "{E}": { "employeeNumber": "7" } })),
            row("both", [remove("{E}:department"), remove("{E}:employeeNumber")]).gives(json!({ "{E}": null })),
            removes("{E}:department").from(json!({ "{E}": { "department": "Looms" } })).gives(json!({ "{E}": null })),
            removes("{E}").gives(json!({ "{E}": null })),
            removes("{E}:manager").from(json!({ "{E}": { "manager": { "value": "{a}" } } })).gives(json!({ "{E}": null })),
            removes("{E}:manager.value").from(json!({ "{E}": { "manager": { "value": "{a}" }, "division": "d" } }))
                .gives(json!({ "{E}": { "division": "d" } })),
            removes("name.formatted").gives(json!({ "name": { "givenName": "Ada", "familyName": "King" } })),
            removes("NAME.GIVENNAME").gives(json!({ "name": { "familyName": "King", "formatted": "Ada King" } })),
            row("all parts of a name", [remove("name.formatted"), remove("name.givenName"), remove("name.familyName")])
                .gives(json!({ "name": null })),
            removes("name.givenName").from(json!({ "name": { "givenName": "Ada" } })).gives(json!({ "name": null })),
            row("gone and back", [remove("{E}"), pathless("add", json!({ "{E}": { "department": "Looms" } }))])
                .gives(json!({ "{E}": { "department": "Looms" } })),
        ]);
    }
}
