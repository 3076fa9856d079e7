//! The decisions for cases where clients and RFCs disagree (`DEC` rows).

use serde_json::{Value, json};

use crate::support::patch_table::{Stage, add, operation, replace, row};
use crate::support::{GROUP, USER, id, path_of};

api_test! {
    /// Rows: DEC-1 DEC-2 DEC-10
    fn dec_01_filters_without_match_and_listed_members(server) {
        let stage = Stage::new(&server);
        let listed = || operation("remove", "members", json!([{ "value": "{a}" }]));
        let typed = || replace("phoneNumbers[type eq 'fax'].value", "1");
        stage.users([row("made", [typed()]).gives(json!({ "phoneNumbers": [{ "type": "fax", "value": "1" }] }))]);
        stage.groups([row("listed", [listed()]).gives(json!({ "members": ["{b}"] }))]);
        server.rfc();
        stage.users([row("strict", [typed()]).refused("noTarget")]);
        stage.groups([row("strict", [listed()]).refused("*")]);
        server.cli(&["tenant", "set", "default", "profile=default"]).ok();
        stage.users([row("made again", [typed()]).gives(json!({ "phoneNumbers": [{ "type": "fax", "value": "1" }] }))]);
    }

    /// Rows: DEC-3 DEC-4
    fn dec_03_put_keeps_active_and_clears_the_rest(server) {
        let user = server.user(json!({
            "userName": "kim", "active": false, "title": "Chef", "externalId": "e", "emails": [{ "value": "k@x.test" }],
        }));
        let after = server.put(&path_of(&user), json!({ "schemas": [USER], "userName": "kim" })).send().expect(200);
        assert_eq!(after["active"], false);
        for gone in ["title", "externalId", "emails"] {
            assert_eq!(after.get(gone), None, "{after}");
        }
        let on = server.put(&path_of(&user), json!({ "schemas": [USER], "userName": "kim", "active": true })).send().expect(200);
        assert_eq!(on["active"], true);
        let kept = server.put(&path_of(&user), json!({ "schemas": [USER], "userName": "kim" })).send().expect(200);
        assert_eq!(kept["active"], true);
    }

    /// Rows: DEC-5 ENTRA-36 AK-3 GROUP-02
    fn dec_05_group_names_are_unique_unless_the_tenant_allows_otherwise(server) {
        let sales = server.create_group("Sales", &[]);
        let crew = server.create_group("Crew", &[]);
        let again = |name: &str| json!({ "schemas": [GROUP], "displayName": name });
        let uniqueness = || {
            let schema = server.get(&format!("/Schemas/{GROUP}")).send().expect(200);
            let attributes = schema["attributes"].as_array().unwrap();
            attributes.iter().find(|one| one["name"] == "displayName").unwrap()["uniqueness"].clone()
        };
        for name in ["Sales", "SALES", "sales"] {
            server.post("/Groups", again(name)).send().error(409, "uniqueness");
            server.put(&path_of(&crew), again(name)).send().error(409, "uniqueness");
            server.patch(&path_of(&crew), json!([replace("displayName", name)])).send().error(409, "uniqueness");
        }
        assert_eq!(server.get(&path_of(&crew)).send().expect(200), crew);
        assert_eq!(server.get("/Groups").send().expect(200)["totalResults"], 2);
        assert_eq!(uniqueness(), "server");
        server.put(&path_of(&sales), again("SALES")).send().expect(200);

        server.cli(&["tenant", "set", "default", "unique-group-names=false"]).ok();
        server.post("/Groups", again("Sales")).send().expect(201);
        server.patch(&path_of(&crew), json!([replace("displayName", "sales")])).send().expect(204);
        assert_eq!(server.search("/Groups", "displayName eq \"sales\"").len(), 3);
        assert_eq!(uniqueness(), "none");
    }

    /// Rows: DEC-6 GROUP-09
    fn dec_06_unknown_members_are_refused_by_name_unless_the_tenant_ignores_them(server) {
        let user = server.create_user("kim");
        let group = server.create_group("Team", &[id(&user)]);
        let path = path_of(&group);
        let members = || json!([{ "value": user["id"] }, { "value": "no-such-id" }]);
        let body = |name: &str| json!({ "schemas": [GROUP], "displayName": name, "members": members() });
        let refusals = || [
            server.post("/Groups", body("New")).send(), server.put(&path, body("Other")).send(),
            server.patch(&path, json!([add("members", members())])).send(),
            server.patch(&path, json!([replace("members", members())])).send(),
        ];
        for reply in refusals() {
            assert!(reply.error(400, "invalidValue").contains("no-such-id"));
        }
        assert_eq!(server.get(&path).send().expect(200), group);
        assert_eq!(server.get("/Groups").send().expect(200)["totalResults"], 1);
        server.cli(&["tenant", "set", "default", "ignore-unknown-members=on"]).ok();
        let created = server.post("/Groups", body("New")).send().expect(201);
        assert_eq!(created["members"], group["members"]);
        server.patch(&path, json!([add("members", "nobody")])).send().expect(204);
        assert_eq!(server.get(&path).send().expect(200), group);
    }

    /// Rows: DEC-7 DEC-11 OKTA-14 ENTRA-25
    fn dec_07_an_inactive_name_is_taken_and_a_deleted_one_is_free(server) {
        let body = json!({ "schemas": [USER], "userName": "kim", "externalId": "00u1" });
        let user = server.user(json!({ "userName": "kim", "externalId": "00u1", "active": false }));
        server.post("/Users", body.clone()).send().error(409, "uniqueness");
        assert_eq!(server.get(&path_of(&user)).send().expect(200), user);
        server.delete(&path_of(&user)).send().expect(204);
        server.get(&path_of(&user)).send().error(404, "");
        server.delete(&path_of(&user)).send().error(404, "");
        assert!(server.names("externalId eq \"00u1\"").is_empty());
        let again = server.post("/Users", body).send().expect(201);
        assert_ne!(again["id"], user["id"]);
    }

    /// Rows: DEC-8 GROUP-06 GROUP-10 USER-24
    fn dec_08_groups_nest_without_cycles(server) {
        let user = server.create_user("kim");
        let inner = server.create_group("Inner", &[id(&user)]);
        let middle = server.create_group("Middle", &[id(&inner)]);
        let outer = server.create_group("Outer", &[id(&middle)]);
        assert_eq!(outer["members"][0]["type"], "Group");
        let cycles = [(&inner, &outer), (&inner, &middle), (&inner, &inner), (&middle, &outer)];
        for (group, member) in cycles {
            let member = json!([{ "value": member["id"] }]);
            let body = json!({ "schemas": [GROUP], "displayName": group["displayName"], "members": member });
            server.patch(&path_of(group), json!([add("members", member.clone())])).send().error(400, "invalidValue");
            server.patch(&path_of(group), json!([replace("members", member)])).send().error(400, "invalidValue");
            server.put(&path_of(group), body).send().error(400, "invalidValue");
            assert_eq!(server.get(&path_of(group)).send().expect(200), *group);
        }
        let seen = server.get(&path_of(&user)).send().expect(200);
        let groups = seen["groups"].as_array().unwrap();
        let mut kinds: Vec<_> = groups.iter().map(|one| (one["display"].as_str(), one["type"].as_str())).collect();
        kinds.sort_unstable();
        assert_eq!(kinds, [(Some("Inner"), Some("direct")), (Some("Middle"), Some("indirect")), (Some("Outer"), Some("indirect"))]);
    }

    /// Rows: DEC-9 GEN-12 ETAG-01
    fn dec_09_users_are_answered_and_groups_are_not(server) {
        let user = server.create_user("kim");
        let group = server.create_group("Team", &[id(&user)]);
        let reply = server.patch(&path_of(&user), json!([replace("displayName", "Kim")])).send();
        assert_eq!(reply.header("location"), user["meta"]["location"].as_str());
        assert_eq!(reply.header("etag"), reply.body["meta"]["version"].as_str());
        assert_eq!(reply.expect(200)["displayName"], "Kim");
        let reply = server.patch(&path_of(&group), json!([replace("displayName", "Crew")])).send();
        assert_eq!((reply.status, &reply.body, reply.text.as_str()), (204, &Value::Null, ""));
        assert_eq!(reply.header("location"), group["meta"]["location"].as_str());
        assert_eq!(reply.header("etag"), server.get(&path_of(&group)).send().expect(200)["meta"]["version"].as_str());
        for (name, value) in [("attributes", "displayName,members"), ("excludedAttributes", "meta")] {
            let reply = server.patch(&path_of(&group), json!([replace("displayName", value)])).query(name, value).send();
            let answer = reply.expect(200);
            assert_eq!((&answer["displayName"], &answer["members"][0]["value"]), (&json!(value), &user["id"]));
        }
    }
}
