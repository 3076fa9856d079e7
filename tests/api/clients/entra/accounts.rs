//! Entra ID: what happens to one account over time.

use serde_json::{Value, json};

use crate::clients::cycle::{Cycle, group_lookup, lookup};
use crate::support::{ENTERPRISE, GROUP, USER};

fn kim() -> Value {
    json!({
        "schemas": [USER], "externalId": "Kim-7", "userName": "kim@t.test", "active": true, "displayName": "Kim",
        "emails": [{ "primary": true, "type": "work", "value": "kim@t.test" }],
        "name": { "formatted": "Kim Li", "familyName": "Li", "givenName": "Kim" },
    })
}

fn body(name: &str) -> Value {
    json!({ "schemas": [USER], "userName": name, "displayName": name })
}

fn group(name: &str, members: &[&str]) -> Value {
    let members: Vec<Value> = members.iter().map(|id| json!({ "value": id })).collect();
    json!({ "schemas": [GROUP], "displayName": name, "members": members })
}

fn set(path: &str, value: impl Into<Value>) -> Value {
    json!({ "op": "Replace", "path": path, "value": value.into() })
}

api_test! {
    /// Rows: ENTRA-24 ENTRA-14 ENTRA-28 ENTRA-29 GEN-3 GEN-15 OKTA-8 OKTA-9 OKTA-10
    fn entra_24_who_is_disabled_and_restored_is_still_in_all_groups(server) {
        let mut entra = Cycle::of(&server);
        let (user, other) = (entra.create("/Users", &kim()), entra.create("/Users", &body("other")));
        let groups = ["a", "b", "c"].map(|name| entra.create("/Groups", &group(name, &[&user, &other])));
        let late = entra.create("/Groups", &group("late", &[]));
        let path = format!("/Users/{user}");
        // Off and on as Entra does it without and with the flag, and twice, since Entra repeats itself.
        for (off, on) in [(json!("False"), json!("True")), (json!(false), json!(true)), (json!("false"), json!("true"))] {
            for (value, active) in [(&off, false), (&off, false), (&on, true), (&on, true)] {
                entra.change(&user, json!([set("active", value.clone())]), |user| user["active"] = active.into());
                entra.finds(&lookup("userName", "kim@t.test"), Some(&user));
                entra.compare();
            }
        }
        // Groups go on changing while a member is away.
        entra.change(&user, json!([{ "op": "replace", "value": { "active": false } }]), |user| user["active"] = false.into());
        entra.change_group(&late, json!([{ "op": "Add", "path": "members", "value": [{ "$ref": null, "value": user }] }]));
        entra.model.join(&late, &user);
        entra.change_group(&groups[0], json!([{ "op": "Remove", "path": "members", "value": [{ "$ref": null, "value": user }] }]));
        entra.model.leave(&groups[0], &user);
        entra.change_group(&groups[1], json!([set("displayName", "renamed")]));
        entra.model.edit(&groups[1])["displayName"] = "renamed".into();
        entra.delete(&format!("/Groups/{}", groups[2]));
        let mut restored = entra.read(&path);
        restored["active"] = true.into();
        let answer = entra.put(&path, &restored, 200);
        entra.model.put(&user, &restored);
        entra.model.shows(&answer);
        assert_eq!(entra.model.groups_of(&user).len(), 2, "one stayed, one came");
        entra.compare();
    }

    /// Rows: ENTRA-2 GEN-9 OKTA-3 OKTA-7
    fn entra_02_an_account_made_by_hand_is_linked_by_its_external_id_from_then_on(server) {
        let mut entra = Cycle::of(&server);
        let user = entra.create("/Users", &json!({ "schemas": [USER], "userName": "Kim@t.test", "title": "Boss" }));
        let decoy = entra.create("/Users", &json!({ "schemas": [USER], "userName": "decoy", "externalId": "kim-7" }));
        let by_external_id = lookup("externalId", "Kim-7");
        entra.finds(&by_external_id, None);
        entra.finds(&lookup("userName", "kim@t.test"), Some(&user));
        entra.change(&user, json!([{ "op": "Add", "path": "externalId", "value": "Kim-7" }]), |user| user["externalId"] = "Kim-7".into());
        entra.finds(&by_external_id, Some(&user));
        entra.finds(&lookup("externalId", "kim-7"), Some(&decoy));
        // The name may change now; the link holds.
        entra.change(&user, json!([set("userName", "kim.lind@t.test")]), |user| user["userName"] = "kim.lind@t.test".into());
        entra.finds(&by_external_id, Some(&user));
        entra.finds(&lookup("userName", "kim@t.test"), None);
        // A client that puts the whole user sends another id of its own: the old one leads nowhere.
        let mut edited = entra.read(&format!("/Users/{user}"));
        edited["externalId"] = "00u-Kim".into();
        entra.put(&format!("/Users/{user}"), &edited, 200);
        entra.model.put(&user, &edited);
        entra.finds(&by_external_id, None);
        entra.finds(&lookup("externalId", "00u-Kim"), Some(&user));
        // Groups are linked in the same way.
        let team = entra.create("/Groups", &group("Team", &[&user]));
        let by_id = "/Groups?excludedAttributes=members&filter=externalId+eq+%22g-1%22";
        entra.finds(by_id, None);
        entra.change_group(&team, json!([{ "op": "Add", "path": "externalId", "value": "g-1" }]));
        entra.model.edit(&team)["externalId"] = "g-1".into();
        entra.finds(by_id, Some(&team));
        entra.compare();
    }

    /// Rows: ENTRA-6 ENTRA-9 ENTRA-10 ENTRA-36 GEN-10
    fn entra_06_a_create_that_meets_an_account_adopts_it(server) {
        let mut entra = Cycle::of(&server);
        let user = entra.create("/Users", &json!({ "schemas": [USER], "userName": "KIM@t.test", "displayName": "Kim by hand" }));
        // The match is by externalId, which the account has not.
        entra.finds(&lookup("externalId", "Kim-7"), None);
        assert_eq!(entra.post("/Users", &kim(), 409)["scimType"], "uniqueness");
        entra.compare();
        entra.finds(&lookup("userName", "kim@t.test"), Some(&user));
        let operations = json!([
            { "op": "Add", "path": "externalId", "value": "Kim-7" }, set("displayName", "Kim"), set("name.formatted", "Kim Li"),
            set("name.familyName", "Li"), set("name.givenName", "Kim"), set("emails[type eq \"work\"].value", "kim@t.test"),
            set("emails[type eq \"work\"].primary", "True"), set("active", "True"),
        ]);
        entra.change(&user, operations, |user| {
            let name = user["userName"].clone();
            *user = kim();
            user.as_object_mut().unwrap().remove("schemas");
            user["userName"] = name;
        });
        entra.finds(&lookup("externalId", "Kim-7"), Some(&user));
        assert_eq!(entra.post("/Users", &kim(), 409)["scimType"], "uniqueness");
        let team = entra.create("/Groups", &group("team", &[&user]));
        assert_eq!(entra.post("/Groups", &group("Team", &[]), 409)["scimType"], "uniqueness");
        entra.finds(&group_lookup("Team"), Some(&team));
        entra.compare();
    }

    /// On-demand provisioning ignores the flag that the cycles obey, so one account gets both kinds of shapes.
    ///
    /// Rows: ENTRA-14 ENTRA-15 ENTRA-16 ENTRA-17 ENTRA-18 ENTRA-21 ENTRA-28 ENTRA-29 ENTRA-30 ENTRA-32 LEN-9 LEN-10 LEN-12
    fn entra_15_on_demand_provisioning_mixes_the_shapes_for_one_user(server) {
        let mut entra = Cycle::of(&server);
        let (user, boss) = (entra.create("/Users", &kim()), entra.create("/Users", &body("boss")));
        let others = ["x", "y"].map(|name| entra.create("/Users", &body(name)));
        let team = entra.create("/Groups", &group("Team", &[&others[0]]));
        let urn = |name: &str| format!("{ENTERPRISE}:{name}");
        for round in 0..2 {
            let text = |what: &str| format!("{what} {round}");
            // A cycle, with the flag.
            entra.change(&user, json!([
                { "op": "replace", "path": "emails[type eq \"work\"].value", "value": text("cycle") },
                { "op": "add", "path": "roles[primary eq true].value", "value": text("reader") },
                { "op": "replace", "value": { "active": false, "name.familyName": text("Cycle"), (urn("department")): text("Cycle"),
                    (urn("employeeNumber")): "7001" } },
            ]), |user| {
                user["active"] = false.into();
                user["emails"][0]["value"] = text("cycle").into();
                user["roles"] = json!([{ "primary": true, "value": text("reader") }]);
                user["name"]["familyName"] = text("Cycle").into();
                user[ENTERPRISE] = json!({ "department": text("Cycle"), "employeeNumber": "7001" });
            });
            // On demand, without it.
            entra.change(&user, json!([
                set("active", "True"), set("emails[type eq \"work\"].value", text("demand")), set("name.familyName", text("Demand")),
                { "op": "Add", "path": "roles[primary eq \"True\"].value", "value": text("writer") },
                { "op": "Add", "path": urn("department"), "value": text("Demand") },
                { "op": "Add", "path": urn("manager"), "value": boss },
            ]), |user| {
                user["active"] = true.into();
                user["emails"][0]["value"] = text("demand").into();
                user["roles"][0]["value"] = text("writer").into();
                user["name"]["familyName"] = text("Demand").into();
                user[ENTERPRISE]["department"] = text("Demand").into();
                user[ENTERPRISE]["manager"] = json!({ "value": boss });
            });
            // The cycle after it.
            entra.change(&user, json!([
                { "op": "replace", "path": "manager", "value": [{ "$ref": "https://x.test/Users/y", "value": others[1] }] },
                { "op": "replace", "value": { "displayName": text("Cycle"), "name": { "honorificPrefix": "Dr" } } },
            ]), |user| {
                user[ENTERPRISE]["manager"] = json!({ "value": others[1] });
                user["displayName"] = text("Cycle").into();
                user["name"]["honorificPrefix"] = "Dr".into();
            });
            entra.change(&user, json!([{ "op": "Remove", "path": urn("manager"), "value": others[1] }]), |user| {
                user[ENTERPRISE].as_object_mut().unwrap().remove("manager");
            });
            // The membership: in and out by either shape, and the other members never notice.
            let enters = [
                json!({ "op": "Add", "path": "members", "value": [{ "$ref": null, "value": user }] }),
                json!({ "op": "add", "path": "members", "value": [{ "value": user }] }),
            ];
            let leaves = [
                json!({ "op": "remove", "path": format!("members[value eq \"{user}\"]") }),
                json!({ "op": "Remove", "path": "members", "value": [{ "$ref": null, "value": user }] }),
            ];
            for (enter, leave) in enters.iter().zip(&leaves) {
                entra.change_group(&team, json!([enter]));
                entra.model.join(&team, &user);
                entra.refers("/Groups", &team, "members", &user, true);
                entra.compare();
                entra.change_group(&team, json!([leave]));
                entra.model.leave(&team, &user);
                entra.refers("/Groups", &team, "members", &user, false);
                entra.compare();
            }
        }
    }
}
