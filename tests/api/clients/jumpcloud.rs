//! `JumpCloud`.

use serde_json::{Value, json};

use super::cycle::{Cycle, account, add, lookup, put};
use super::shared::{members, set};
use crate::support::{GROUP, TestServer, USER, id, read, total};

const MAIL: &str = "scim.test@x.test";

fn person() -> Value {
    json!({
        "schemas": [USER], "userName": MAIL, "displayName": "Scim Test", "active": true, "externalId": "5f1e",
        "name": { "givenName": "Scim", "familyName": "Test" }, "emails": [{ "value": MAIL, "type": "work", "primary": true }],
    })
}

/// All that an activation does before it deletes the user again; the user's id.
#[track_caller]
fn activation(server: &TestServer) -> String {
    let lookup = "/Users?filter=userName%20eq%20%22scim.test%40x.test%22";
    assert_eq!(read(server, lookup)["totalResults"], 0);
    let user = server.post("/Users", person()).send().expect(201);
    let path = format!("/Users/{}", id(&user));
    assert_eq!(read(server, &path), user);
    assert_eq!(read(server, lookup)["Resources"], json!([user]));
    let mut update = person();
    update["name"]["familyName"] = "Tested".into();
    let updated = server.put(&path, update).send().expect(200);
    assert_eq!(updated["name"]["familyName"], "Tested");
    let body = json!({ "schemas": [GROUP], "displayName": "scim test group", "members": [] });
    let group = server.post("/Groups", body).send().expect(201);
    let group_path = format!("/Groups/{}", id(&group));
    let add = json!([{ "op": "add", "path": "members", "value": [{ "value": user["id"] }] }]);
    server.patch(&group_path, add).send().expect(204);
    assert_eq!(members(server, &group_path), set([id(&user)]));
    let remove = json!([{ "op": "remove", "path": "members", "value": [{ "value": user["id"] }] }]);
    server.patch(&group_path, remove).send().expect(204);
    assert_eq!(members(server, &group_path), set([]));
    server.delete(&group_path).send().expect(204);
    server.get(&group_path).send().error(404, "");
    assert_eq!(read(server, &path), updated, "the user outlives the group");
    id(&user).to_owned()
}

api_test! {
    /// Rows: JC-1 JC-2 GEN-15
    fn jc_01_an_activation_succeeds_again_and_again(server) {
        let mut ids = Vec::new();
        for _ in 0..3 {
            let user = activation(&server);
            server.delete(&format!("/Users/{user}")).send().expect(204);
            server.get(&format!("/Users/{user}")).send().error(404, "");
            ids.push(user);
        }
        ids.dedup();
        assert_eq!(ids.len(), 3, "an id is not used twice: {ids:?}");
        assert_eq!((total(&server, "/Users"), total(&server, "/Groups")), (0, 0));
    }

    /// Rows: JC-1 GEN-3 DEC-7
    fn jc_01_a_user_may_be_switched_off_instead(server) {
        let user = activation(&server);
        let path = format!("/Users/{user}");
        let off = server.patch(&path, json!([{ "op": "replace", "path": "active", "value": false }])).send().expect(200);
        assert_eq!((&off["active"], read(&server, &path)), (&json!(false), off.clone()));
        let found = server.search("/Users", &format!("userName eq \"{MAIL}\""));
        assert_eq!(found, [off], "the next activation finds this one");
        server.post("/Users", person()).send().error(409, "uniqueness");
    }

    /// Rows: JC-4 LEN-15
    fn jc_04_core_attributes_are_enough(server) {
        let user = server.post("/Users", person()).send().expect(201);
        assert_eq!(user["schemas"], json!([USER]), "no extension is invented");
        assert!(user.as_object().unwrap().keys().all(|key| !key.contains(':')), "{user}");
        // The URN of SCIM 1.1 on a 2.0 endpoint.
        let old = json!({ "schemas": ["urn:scim:schemas:core:1.0"], "userName": "old@x.test", "name": { "givenName": "Old" } });
        let old = server.post("/Users", old).send().expect(201);
        assert_eq!((&old["schemas"], &old["name"]["givenName"]), (&json!([USER]), &json!("Old")));
        assert_eq!(read(&server, &format!("/Users/{}", id(&old))), old);
        let wrong = server.request("GET", "/Users").token("another").send();
        wrong.error(401, "");
    }

    /// Rows: JC-1 JC-2 JC-3 GEN-4 GEN-15
    fn jc_01_an_activation_can_be_repeated_with_the_same_mail(server) {
        let mut jumpcloud = Cycle::of(&server);
        let neighbour = jumpcloud.create("/Users", &account("neighbour@t.test"));
        let mut ids = vec![neighbour.clone()];
        for round in 0..3 {
            jumpcloud.finds(&lookup("userName", "test@t.test"), None);
            let mut body = account("test@t.test");
            let user = jumpcloud.create("/Users", &body);
            let path = format!("/Users/{user}");
            jumpcloud.read(&path);
            body["name"]["familyName"] = format!("Changed {round}").into();
            put(&mut jumpcloud, &user, &body);
            let group = jumpcloud.create("/Groups", &json!({ "schemas": [GROUP], "displayName": "Test group" }));
            // The same member is added again and again.
            for _ in 0..3 {
                jumpcloud.change_group(&group, json!([add(&user)]));
                jumpcloud.model.join(&group, &user);
                jumpcloud.read(&format!("/Groups/{group}"));
            }
            jumpcloud.change_group(&group, json!([add(&neighbour)]));
            jumpcloud.model.join(&group, &neighbour);
            jumpcloud.change_group(&group, json!([{ "op": "remove", "path": "members", "value": [{ "value": user }] }]));
            jumpcloud.model.leave(&group, &user);
            jumpcloud.compare();
            jumpcloud.change(&user, json!([{ "op": "replace", "path": "active", "value": false }]), |user| user["active"] = false.into());
            // Either may go first.
            let (first, second) = if round == 1 { (path, format!("/Groups/{group}")) } else { (format!("/Groups/{group}"), path) };
            jumpcloud.delete(&first);
            jumpcloud.compare();
            jumpcloud.delete(&second);
            jumpcloud.compare();
            ids.extend([user, group]);
        }
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 7, "no id came twice: {ids:?}");
    }
}
