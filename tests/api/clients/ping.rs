//! `PingFederate` and `PingOne`.

use std::slice::from_ref;

use serde_json::{Value, json};

use super::shared::{members, set};
use crate::support::{GROUP, TestServer, USER, id, read, refuses_change, total};

fn kim(active: bool) -> Value {
    json!({
        "schemas": [USER], "userName": "kim", "active": active, "name": { "givenName": "Kim", "familyName": "Lee" },
        "emails": [{ "value": "kim@x", "type": "work", "primary": true }, { "value": "kim@home", "type": "home" }],
    })
}

/// What a filter finds, sent as Ping encodes it.
#[track_caller]
fn found(server: &TestServer, encoded: &str) -> Value {
    let list = read(server, &format!("/Users?filter={encoded}"));
    assert_eq!(
        list["totalResults"],
        list["Resources"].as_array().map_or(0, Vec::len)
    );
    list["Resources"].clone()
}

api_test! {
    /// Rows: PING-1 PING-2
    fn ping_01_users_are_matched_by_name_or_by_any_mail(server) {
        let kim = server.post("/Users", kim(true)).send().expect(201);
        server.user(json!({ "userName": "kim.decoy", "emails": [{ "value": "decoy@x", "display": "kim@x" }] }));
        assert_eq!(found(&server, "userName%20eq%20%22kim%22"), json!([kim]));
        assert_eq!(found(&server, "userName%20eq%20%22nobody%22"), json!([]));
        for mail in ["kim%40x", "kim@x", "kim%40home"] {
            assert_eq!(found(&server, &format!("emails%20eq%20%22{mail}%22")), json!([kim]), "{mail}");
        }
        for mail in ["kim", "kim%40x.test", "work"] {
            assert_eq!(found(&server, &format!("emails%20eq%20%22{mail}%22")), json!([]), "{mail}");
        }
    }

    /// Rows: PING-3 GEN-3 DEC-3 USER-13
    fn ping_03_users_come_disabled(server) {
        let made = server.post("/Users", kim(false)).send().expect(201);
        assert_eq!(made["active"], false);
        let path = format!("/Users/{}", id(&made));
        assert_eq!((read(&server, &path), found(&server, "userName%20eq%20%22kim%22")), (made.clone(), json!([made])));
        assert_eq!(server.search("/Users", "active eq false"), from_ref(&made));
        assert!(server.search("/Users", "active eq true").is_empty());
        server.post("/Users", kim(true)).send().error(409, "uniqueness");
        let mut update = kim(false);
        update.as_object_mut().unwrap().remove("active");
        update["title"] = "Dr".into();
        let after = server.put(&path, update).send().expect(200);
        assert_eq!((&after["active"], &after["title"]), (&json!(false), &json!("Dr")), "an update enables nobody");
        let on = server.put(&path, kim(true)).send().expect(200);
        assert_eq!((&on["active"], &on["id"]), (&json!(true), &made["id"]));
    }

    /// Rows: PING-4 OL-7
    fn ping_04_deprovisioning_disables_or_deletes(server) {
        let made = server.post("/Users", kim(true)).send().expect(201);
        let path = format!("/Users/{}", id(&made));
        let group = server.create_group("Team", &[id(&made)]);
        let off = server.put(&path, kim(false)).send().expect(200);
        assert_eq!((&off["active"], &off["emails"], &off["groups"][0]["value"]), (&json!(false), &made["emails"], &group["id"]));
        assert_eq!(found(&server, "userName%20eq%20%22kim%22"), json!([off]));
        server.put(&path, kim(true)).send().expect(200);
        let off = server.patch(&path, json!([{ "op": "replace", "path": "active", "value": false }])).send().expect(200);
        assert_eq!((&off["active"], &read(&server, &path)), (&json!(false), &off));
        server.delete(&path).send().expect(204);
        server.get(&path).send().error(404, "");
        assert_eq!((found(&server, "userName%20eq%20%22kim%22"), total(&server, "/Users")), (json!([]), 0));
        assert_eq!(members(&server, &format!("/Groups/{}", id(&group))), set([]));
    }

    /// Rows: PING-5 OKTA-25
    fn ping_05_without_patch_groups_are_put_whole(server) {
        let users = ["a", "b", "c"].map(|name| id(&server.create_user(name)).to_owned());
        let group = server.create_group("Team", &[]);
        let path = format!("/Groups/{}", id(&group));
        let whole = |name: &str, members: &[String]| json!({
            "schemas": [GROUP], "id": group["id"], "displayName": name,
            "members": members.iter().map(|user| json!({ "value": user })).collect::<Value>(),
        });
        for (name, range) in [("Team", 0..2), ("Team", 0..3), ("Crew", 0..3), ("Crew", 1..2), ("Crew", 0..0)] {
            let after = server.put(&path, whole(name, &users[range.clone()])).send().expect(200);
            assert_eq!((&after["id"], &after["displayName"]), (&group["id"], &json!(name)));
            assert_eq!(members(&server, &path), set(users[range].iter().map(String::as_str)));
        }
        let strange = [users[0].clone(), "nobody".to_owned()];
        refuses_change(&server, &path, server.put(&path, whole("Crew", &strange)), 400, "invalidValue");
    }

    /// Rows: PING-7 OKTA-26
    fn ping_07_a_group_is_matched_by_name_and_changed_by_id(server) {
        let users = ["a", "b"].map(|name| id(&server.create_user(name)).to_owned());
        let group = server.create_group("Team", &[&users[0]]);
        let path = format!("/Groups/{}", id(&group));
        let by_name = |name: &str| server.search("/Groups", &format!("displayName eq \"{name}\""));
        assert_eq!(by_name("Team"), from_ref(&group));
        server.patch(&path, json!([{ "op": "replace", "path": "displayName", "value": "Crew" }])).send().expect(204);
        assert_eq!((by_name("Team"), by_name("Crew").len()), (vec![], 1));
        assert_eq!(members(&server, &path), set([users[0].as_str()]));
        server.patch(&path, json!([{ "op": "add", "path": "members", "value": [{ "value": users[1] }] }])).send().expect(204);
        assert_eq!(members(&server, &path), set(users.iter().map(String::as_str)));
        let crew = &by_name("Crew")[0];
        assert_eq!((&crew["id"], crew["members"].as_array().map(Vec::len)), (&group["id"], Some(2)));
    }
}
