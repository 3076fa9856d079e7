//! Okta: group push.

use serde_json::{Value, json};

use super::requests::{okta, okta_patch};
use crate::clients::shared::members_in_order;
use crate::support::{GROUP, TestServer, id, read};

const LOOKUP: &str = "/Groups?filter=displayName%20eq%20%22Sales%22&startIndex=1&count=100";

/// Three users, the group Sales with the first of them, and its path.
fn sales(server: &TestServer) -> ([String; 3], Value, String) {
    let users = ["u1", "u2", "u3"].map(|name| id(&server.create_user(name)).to_owned());
    let body = json!({ "schemas": [GROUP], "displayName": "Sales", "members": [{ "value": users[0], "display": "u1" }] });
    let group = okta(server.post("/Groups", body)).send().expect(201);
    let path = format!("/Groups/{}", id(&group));
    (users, group, path)
}

api_test! {
    /// Rows: OKTA-18 OKTA-21 OKTA-28 OKTA-29 GROUP-04
    fn okta_18_a_group_is_looked_up_created_and_deleted(server) {
        assert_eq!(okta(server.get(LOOKUP)).send().expect(200)["totalResults"], 0);
        let body = json!({ "schemas": [GROUP], "displayName": "Sales", "members": [] });
        let group = okta(server.post("/Groups", body)).send().expect(201);
        assert_eq!((&group["displayName"], &group["members"]), (&json!("Sales"), &json!([])));
        assert_eq!(okta(server.get(LOOKUP)).send().expect(200)["Resources"], json!([group]));
        okta(server.delete(&format!("/Groups/{}", id(&group)))).send().expect(204);
        let (users, group, path) = sales(&server);
        let member = &group["members"][0];
        assert_eq!((&member["value"], &member["type"]), (&json!(users[0]), &json!("User")));
        assert_eq!(member["$ref"], format!("{}/Users/{}", server.base(), users[0]));
        okta(server.delete(&path)).send().expect(204);
        okta(server.get(&path)).send().error(404, "");
        assert_eq!(read(&server, &format!("/Users/{}", users[0])).get("groups"), None);
    }

    /// Rows: OKTA-19 OKTA-26 OKTA-27 AK-5
    fn okta_19_reconciling_leaves_members_alone(server) {
        let (users, group, path) = sales(&server);
        let reconcile = |name: &str| json!([{ "op": "replace", "value": { "id": group["id"], "displayName": name } }]);
        let reply = okta_patch(&server, &path, reconcile("Sales"));
        assert_eq!(reply.status, 204);
        assert_eq!(read(&server, &path), group);
        okta_patch(&server, &path, reconcile("Sellers")).expect(204);
        assert_eq!(read(&server, &path)["displayName"], "Sellers");
        assert_eq!(members_in_order(&server, &path), [users[0].clone()]);
        // The old name is free at once.
        let other = server.create_group("Sales", &[]);
        assert_eq!(okta(server.get(LOOKUP)).send().expect(200)["Resources"], json!([other]));
        let whole = json!([{ "op": "replace", "value": {
            "schemas": [GROUP], "id": "another", "externalId": "e", "displayName": "Crew",
        } }]);
        okta_patch(&server, &path, whole).expect(204);
        let crew = read(&server, &path);
        assert_eq!((&crew["id"], &crew["externalId"], &crew["members"]), (&group["id"], &json!("e"), &group["members"]));
        let before = read(&server, &path);
        okta_patch(&server, &path, reconcile("Sales")).error(409, "uniqueness");
        assert_eq!(read(&server, &path), before);
    }

    /// Rows: OKTA-20 OKTA-21 GEN-13
    fn okta_20_a_membership_delta_is_applied_whole(server) {
        let (users, _, path) = sales(&server);
        let delta = |gone: &str, come: &str| json!([
            { "op": "remove", "path": format!("members[value eq \"{gone}\"]") },
            { "op": "add", "path": "members", "value": [{ "value": come, "display": "kim@x.test" }] },
        ]);
        okta_patch(&server, &path, delta(&users[0], &users[1])).expect(204);
        assert_eq!(members_in_order(&server, &path), [users[1].clone()]);
        assert_eq!(read(&server, &format!("/Users/{}", users[0])).get("groups"), None);
        let before = read(&server, &path);
        okta_patch(&server, &path, delta(&users[0], &users[1])).expect(204);
        assert_eq!(read(&server, &path), before);
        okta_patch(&server, &path, delta(&users[1], "nobody")).error(400, "invalidValue");
        assert_eq!(read(&server, &path), before);
    }

    /// Rows: OKTA-22 OKTA-23 OKTA-24
    fn okta_22_a_full_push_leaves_exactly_the_list(server) {
        let (users, _, path) = sales(&server);
        let list = |users: &[&String]| users.iter().map(|user| json!({ "value": user, "display": "x" })).collect::<Value>();
        let with_path = |value: Value| json!([{ "op": "replace", "path": "members", "value": value }]);
        let without_path = |value: Value| json!([{ "op": "replace", "value": { "members": value } }]);
        okta_patch(&server, &path, with_path(list(&[&users[1], &users[2]]))).expect(204);
        assert_eq!(members_in_order(&server, &path), users[1..]);
        okta_patch(&server, &path, without_path(list(&[&users[0]]))).expect(204);
        assert_eq!((members_in_order(&server, &path), read(&server, &path)["displayName"].clone()), (vec![users[0].clone()], json!("Sales")));
        let before = read(&server, &path);
        okta_patch(&server, &path, with_path(list(&[&users[0]]))).expect(204);
        assert_eq!(read(&server, &path), before);
        okta_patch(&server, &path, with_path(json!([]))).expect(204);
        assert!(members_in_order(&server, &path).is_empty());
        okta_patch(&server, &path, with_path(json!([]))).expect(204);
        okta_patch(&server, &path, with_path(list(&[&users[2]]))).expect(204);
        okta_patch(&server, &path, without_path(json!([]))).expect(204);
        assert!(members_in_order(&server, &path).is_empty());
    }

    /// Rows: OKTA-25 PING-5
    fn okta_25_a_group_may_be_put_again_and_again(server) {
        let (users, group, path) = sales(&server);
        let body = |users: &[String]| json!({
            "schemas": [GROUP], "id": group["id"], "displayName": "Sales",
            "members": users.iter().map(|user| json!({ "value": user, "display": "x" })).collect::<Value>(),
        });
        for range in [0..2, 1..3, 1..3, 0..0, 0..3] {
            let after = okta(server.put(&path, body(&users[range.clone()]))).send().expect(200);
            assert_eq!(after, read(&server, &path));
            assert_eq!(members_in_order(&server, &path), users[range]);
        }
        let before = read(&server, &path);
        okta(server.put(&path, body(&["nobody".to_owned()]))).send().error(400, "invalidValue");
        assert_eq!(read(&server, &path), before);
    }
}
