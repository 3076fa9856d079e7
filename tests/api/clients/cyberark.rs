//! The `CyberArk` Identity directory.

use serde_json::json;

use super::shared::{members, set};
use crate::support::{ENTERPRISE, GROUP, USER, id, read, total};

api_test! {
    /// Rows: CYB-1 PING-1
    fn cyb_01_every_documented_call_is_answered(server) {
        let none = server.get("/Users?count=1").send().expect(200);
        assert_eq!((&none["totalResults"], &none["Resources"]), (&json!(0), &json!([])));
        let body = json!({ "schemas": [USER], "userName": "cy@x.test", "active": true, "name": { "givenName": "Cy", "familyName": "Berg" } });
        let user = server.post("/Users", body).send().expect(201);
        server.create_user("decoy@x.test");
        let path = format!("/Users/{}", id(&user));
        let one = server.get("/Users?count=1").send().expect(200);
        assert_eq!((&one["totalResults"], &one["itemsPerPage"]), (&json!(2), &json!(1)));
        assert_eq!(one["Resources"], json!([user]));
        for filter in ["userName eq \"cy@x.test\"", "userName%20eq%20%22cy%40x.test%22", "userName+eq+%22CY%40x.test%22"] {
            let found = server.get(&format!("/Users?filter={filter}")).send().expect(200);
            assert_eq!((&found["totalResults"], &found["Resources"]), (&json!(1), &json!([user])), "{filter}");
        }
        assert_eq!(read(&server, &path), user);
        assert_eq!(server.put(&path, user.clone()).send().expect(200), user);
        let group = server.post("/Groups", json!({ "schemas": [GROUP], "displayName": "Vault" })).send().expect(201);
        let group_path = format!("/Groups/{}", id(&group));
        assert_eq!(read(&server, "/Groups")["Resources"], json!([group]));
        assert_eq!(read(&server, &group_path), group);
        server.patch(&group_path, json!([{ "op": "add", "path": "members", "value": [{ "value": user["id"] }] }])).send().expect(204);
        assert_eq!(members(&server, &group_path), set([id(&user)]));
        assert_eq!(read(&server, "/ServiceProviderConfig")["patch"]["supported"], true);
        for (name, schema) in [("User", USER), ("Group", GROUP)] {
            let kind = read(&server, &format!("/ResourceTypes/{name}"));
            assert_eq!((&kind["id"], &kind["schema"], &kind["endpoint"]), (&json!(name), &json!(schema), &json!(format!("/{name}s"))));
        }
    }

    /// Rows: CYB-1
    fn cyb_01_a_schema_is_found_by_its_urn_in_either_spelling(server) {
        for urn in [USER, GROUP, ENTERPRISE] {
            let spelt = [urn.to_owned(), urn.replace(':', "%3A"), urn.replace(':', "%3a"), urn.replacen(':', "%3A", 2)];
            for spelling in spelt {
                let schema = read(&server, &format!("/Schemas/{spelling}"));
                assert_eq!(schema["id"], urn, "{spelling}");
                assert!(!schema["attributes"].as_array().expect("attributes").is_empty(), "{spelling}");
            }
            server.get(&format!("/Schemas/{urn}s")).send().error(404, "");
            server.get(&format!("/Schemas/{}", urn.replace(':', "%253A"))).send().error(404, "");
        }
    }

    /// Rows: CYB-2 GEN-21
    fn cyb_02_users_are_put_and_groups_are_patched(server) {
        let user = server.user(json!({ "userName": "cy@x.test", "title": "Agent", "name": { "givenName": "Cy", "familyName": "Berg" } }));
        let other = server.create_user("other@x.test");
        let group = server.create_group("Vault", &[id(&user)]);
        let (path, group_path) = (format!("/Users/{}", id(&user)), format!("/Groups/{}", id(&group)));
        let mut edited = read(&server, &path);
        edited["name"]["familyName"] = "Berger".into();
        edited["active"] = false.into();
        edited.as_object_mut().unwrap().remove("title");
        let after = server.put(&path, edited).send().expect(200);
        assert_eq!((&after["name"]["familyName"], &after["active"], after.get("title")), (&json!("Berger"), &json!(false), None));
        assert_eq!((read(&server, &path), total(&server, "/Users")), (after.clone(), 2));
        assert_eq!(after["groups"][0]["value"], group["id"], "a PUT of the user moves nobody");
        server.patch(&group_path, json!([
            { "op": "replace", "path": "displayName", "value": "Safe" },
            { "op": "remove", "path": format!("members[value eq \"{}\"]", id(&user)) },
            { "op": "add", "path": "members", "value": [{ "value": other["id"] }] },
        ])).send().expect(204);
        assert_eq!((read(&server, &group_path)["displayName"].as_str(), members(&server, &group_path)), (Some("Safe"), set([id(&other)])));
        assert_eq!(read(&server, &path).get("groups"), None);
    }
}
