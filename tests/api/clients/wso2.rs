//! WSO2 Identity Server.

use serde_json::{Value, json};

use super::shared::{members, set};
use crate::support::{GROUP, USER, id, read, refuses_change, total};

api_test! {
    /// Rows: WSO-1 LEN-20 OKTA-24
    fn wso_01_members_are_added_without_a_path(server) {
        let users = ["a", "b", "c"].map(|name| id(&server.create_user(name)).to_owned());
        let group = server.create_group("Team", &[&users[0]]);
        let path = format!("/Groups/{}", id(&group));
        let add = |user: &str| {
            let member = json!({ "display": "x", "$ref": format!("https://wso2.test/scim2/Users/{user}"), "value": user });
            json!([{ "op": "add", "value": { "members": [member] } }])
        };
        for (count, user) in [(2, &users[1]), (3, &users[2])] {
            server.patch(&path, add(user)).send().expect(204);
            assert_eq!(members(&server, &path), set(users[..count].iter().map(String::as_str)));
        }
        let before = read(&server, &path);
        assert_eq!(before["displayName"], "Team");
        let reference = format!("{}/Users/{}", server.base(), users[1]);
        assert!(before["members"].as_array().unwrap().iter().any(|member| member["$ref"] == reference), "our own address: {before}");
        server.patch(&path, add(&users[1])).send().expect(204);
        assert_eq!(read(&server, &path), before, "repeated, it is no change");
        refuses_change(&server, &path, server.patch(&path, add("nobody")), 400, "invalidValue");
    }

    /// Rows: WSO-2 LEN-7
    fn wso_02_mails_are_strings_and_objects_in_one_list(server) {
        let mails = json!([{ "value": "a@x" }, { "type": "work", "value": "b@x" }]);
        let body = json!({ "schemas": [USER], "userName": "kim", "emails": ["a@x", { "type": "work", "value": "b@x" }] });
        let user = server.post("/Users", body.clone()).send().expect(201);
        assert_eq!(user["emails"], mails);
        let path = format!("/Users/{}", id(&user));
        let put = server.put(&path, body.clone()).send().expect(200);
        assert_eq!(put, user, "the same again is no change");
        let patch = json!([{ "op": "replace", "path": "emails", "value": ["c@x", { "type": "work", "value": "b@x" }] }]);
        let after = server.patch(&path, patch).send().expect(200);
        assert_eq!(after["emails"], json!([{ "value": "c@x" }, { "type": "work", "value": "b@x" }]));
        assert_eq!((server.names("emails eq \"c@x\""), server.names("emails.value eq \"a@x\"").len()), (vec!["kim".to_owned()], 0));
        for wrong in [json!(["a@x", 7, true]), json!(["a@x", ["b@x"]]), json!(["a@x", null])] {
            let mut bad = body.clone();
            bad["emails"] = wrong;
            refuses_change(&server, &path, server.put(&path, bad), 400, "invalidValue");
        }
    }

    /// Rows: WSO-3
    fn wso_03_post_put_and_delete_are_enough(server) {
        let person = |title: &str| json!({ "schemas": [USER], "userName": "kim", "name": { "givenName": "Kim" }, "title": title });
        let user = server.post("/Users", person("Dr")).send().expect(201);
        let path = format!("/Users/{}", id(&user));
        let team = |name: &str, ids: &[&str]| json!({
            "schemas": [GROUP], "displayName": name, "members": ids.iter().map(|id| json!({ "value": id, "display": "kim" })).collect::<Value>(),
        });
        let group = server.post("/Groups", team("Team", &[])).send().expect(201);
        let group_path = format!("/Groups/{}", id(&group));
        for (name, ids) in [("Team", &[id(&user)][..]), ("Crew", &[id(&user)]), ("Crew", &[])] {
            let after = server.put(&group_path, team(name, ids)).send().expect(200);
            assert_eq!((after["displayName"].as_str(), members(&server, &group_path)), (Some(name), set(ids.iter().copied())));
        }
        let after = server.put(&path, person("Prof")).send().expect(200);
        assert_eq!((&after["id"], &after["title"]), (&user["id"], &json!("Prof")));
        server.put(&group_path, team("Crew", &[id(&user)])).send().expect(200);
        server.delete(&path).send().expect(204);
        assert_eq!(members(&server, &group_path), set([]));
        server.delete(&group_path).send().expect(204);
        assert_eq!((total(&server, "/Users"), total(&server, "/Groups")), (0, 0));
    }
}
