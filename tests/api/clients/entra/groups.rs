//! Entra ID: groups.

use serde_json::{Value, json};

use super::requests::entra_patch;
use crate::clients::shared::members_in_order;
use crate::support::{GROUP, TestServer, id, read};

/// Three users, the group Team with the first two of them, and its path.
fn team(server: &TestServer) -> ([String; 3], String) {
    let users = ["u1", "u2", "u3"].map(|name| id(&server.create_user(name)).to_owned());
    let group = server.create_group("Team", &[&users[0], &users[1]]);
    (users, format!("/Groups/{}", id(&group)))
}

/// Applies operations that must succeed.
#[track_caller]
fn patched(server: &TestServer, path: &str, operations: &Value) {
    entra_patch(server, path, operations).expect(204);
}

api_test! {
    /// Rows: ENTRA-26 ENTRA-27 LEN-15
    fn entra_26_groups_are_created_empty_and_read_without_members(server) {
        let old = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group";
        let bodies = [
            json!({ "schemas": [GROUP, old], "externalId": "g-1", "displayName": "Team", "meta": { "resourceType": "Group" } }),
            json!({ "schemas": [GROUP], "externalId": "g-2", "displayName": "Crew", "members": [] }),
        ];
        for body in bodies {
            let group = server.post("/Groups", body.clone()).send().expect(201);
            assert_eq!((&group["schemas"], &group["members"]), (&json!([GROUP]), &json!([])));
            assert_eq!((&group["externalId"], &group["displayName"]), (&body["externalId"], &body["displayName"]));
        }
        let user = server.create_user("u1");
        let big = server.create_group("Big", &[id(&user)]);
        let mut expected = big.clone();
        expected.as_object_mut().unwrap().remove("members");
        let path = format!("/Groups/{}?excludedAttributes=members", id(&big));
        assert_eq!(read(&server, &path), expected);
        let list = read(&server, "/Groups?excludedAttributes=members&filter=displayName+eq+%22Big%22");
        assert_eq!(list["Resources"], json!([expected]));
    }

    /// Rows: ENTRA-28 ENTRA-45 ENTRA-46
    fn entra_28_members_are_added_in_every_shape(server) {
        let (users, path) = team(&server);
        let shapes = [
            json!([{ "op": "Add", "path": "members", "value": [{ "$ref": null, "value": users[2] }] }]),
            json!([{ "op": "add", "path": "members", "value": users[2] }]),
            json!([{ "name": "addMember", "op": "add", "path": "members", "value": [{ "displayName": "x", "value": users[2] }] }]),
            json!([{ "op": "add", "value": { "members": [{ "display": "x", "$ref": "https://x.test/Users/1", "value": users[2] }] } }]),
        ];
        for shape in shapes {
            patched(&server, &path, &shape);
            assert_eq!(members_in_order(&server, &path), users, "{shape}");
            let before = read(&server, &path);
            patched(&server, &path, &shape);
            assert_eq!(read(&server, &path), before);
            patched(&server, &path, &json!([{ "op": "Remove", "path": "members", "value": [{ "value": users[2] }] }]));
        }
        let before = read(&server, &path);
        let one_gone = json!([{ "$ref": null, "value": users[2] }, { "$ref": null, "value": "gone" }]);
        let unknown = json!([{ "op": "Add", "path": "members", "value": one_gone }]);
        assert!(entra_patch(&server, &path, &unknown).error(400, "invalidValue").contains("gone"));
        assert_eq!(read(&server, &path), before);
    }

    /// Rows: ENTRA-29 ENTRA-30 LEN-10
    fn entra_29_removing_one_member_keeps_the_others(server) {
        let (users, path) = team(&server);
        let shapes = [
            json!([{ "op": "Remove", "path": "members", "value": [{ "$ref": null, "value": users[0] }] }]),
            json!([{ "op": "remove", "path": format!("members[value eq \"{}\"]", users[0]) }]),
        ];
        for shape in shapes {
            patched(&server, &path, &shape);
            assert_eq!(members_in_order(&server, &path), [users[1].clone()]);
            let before = read(&server, &path);
            patched(&server, &path, &shape);
            assert_eq!(read(&server, &path), before);
            patched(&server, &path, &json!([{ "op": "Add", "path": "members", "value": [{ "value": users[0] }] }]));
        }
        assert_eq!(members_in_order(&server, &path), users[..2]);
    }

    /// Rows: ENTRA-34 ENTRA-35
    fn entra_34_a_rename_keeps_members_and_references_are_checked(server) {
        let (users, path) = team(&server);
        let count = |group: &str, user: &str| {
            let filter = format!("id eq \"{group}\" and members eq \"{user}\"");
            let list = server.get("/Groups").query("filter", &filter).query("attributes", "id").send().expect(200);
            list["totalResults"].as_u64()
        };
        patched(&server, &path, &json!([{ "op": "Replace", "path": "displayName", "value": "Crew" }]));
        assert_eq!(read(&server, &path)["displayName"], "Crew");
        assert_eq!(members_in_order(&server, &path), users[..2]);
        let group = read(&server, &path);
        assert_eq!(count(id(&group), &users[0]), Some(1));
        assert_eq!(count(id(&group), &users[2]), Some(0));
        assert_eq!(count("none", &users[0]), Some(0));
        let raw = format!("/Groups?filter=id+eq+%22{}%22+and+members+eq+%22{}%22&attributes=id", id(&group), users[1]);
        assert_eq!(read(&server, &raw)["Resources"], json!([{ "schemas": [GROUP], "id": group["id"] }]));
    }
}
