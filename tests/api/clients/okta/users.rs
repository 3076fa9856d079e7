//! Okta: users.

use serde_json::{Value, json};

use super::requests::{okta, okta_patch};
use crate::support::{TestServer, USER, id, read};

const LOOKUP: &str = "/Users?filter=userName%20eq%20%22kim%40x.test%22&startIndex=1&count=100";

fn kim() -> Value {
    json!({
        "schemas": [USER], "userName": "kim@x.test", "name": { "givenName": "Kim", "familyName": "Lee" },
        "emails": [{ "primary": true, "value": "kim@x.test", "type": "work" }], "displayName": "Kim Lee", "locale": "en-US",
        "externalId": "00uAb12", "groups": [], "password": "q7w2e9", "active": true,
    })
}

/// Creates Kim as Okta does, in a group; answers the user and its path.
fn assigned(server: &TestServer) -> (Value, String) {
    let user = okta(server.post("/Users", kim())).send().expect(201);
    server.create_group("Team", &[id(&user)]);
    let path = format!("/Users/{}", id(&user));
    (read(server, &path), path)
}

api_test! {
    /// Rows: OKTA-1 OKTA-2 OKTA-3 OKTA-4 OKTA-5 OKTA-6 OKTA-33
    fn okta_03_an_assignment_looks_up_then_creates(server) {
        for probe in ["/Users?startIndex=1&count=2", "/Groups?startIndex=1&count=100", LOOKUP] {
            let list = okta(server.get(probe)).send().expect(200);
            assert_eq!((&list["totalResults"], &list["Resources"]), (&json!(0), &json!([])));
        }
        let created = okta(server.post("/Users", kim())).send().expect(201);
        for key in ["userName", "name", "emails", "displayName", "locale", "externalId", "active"] {
            assert_eq!(created[key], kim()[key], "{key}");
        }
        assert!(!id(&created).is_empty());
        assert_eq!((created.get("password"), created.get("groups")), (None, None));
        let list = okta(server.get(LOOKUP)).send().expect(200);
        assert_eq!((&list["totalResults"], &list["Resources"]), (&json!(1), &json!([created])));
        let upper = "/Users?filter=userName%20eq%20%22KIM%40X.TEST%22&startIndex=1&count=100";
        assert_eq!(okta(server.get(upper)).send().expect(200)["Resources"], json!([created]));
        assert!(okta(server.post("/Users", kim())).send().error(409, "uniqueness").contains("kim@x.test"));
    }

    /// Rows: OKTA-7 OKTA-10 OKTA-35 GEN-21
    fn okta_07_a_profile_update_puts_the_edited_answer_back(server) {
        let (user, path) = assigned(&server);
        let mut edited = user.clone();
        edited["name"] = json!({ "givenName": "Kim", "middleName": "", "familyName": "Li" });
        edited["title"] = "".into();
        edited["groups"] = json!([]);
        let after = okta(server.put(&path, edited.clone())).send().expect(200);
        assert_eq!((&after["id"], &after["groups"], &after["name"]["familyName"]), (&user["id"], &user["groups"], &json!("Li")));
        assert_eq!(after["meta"]["created"], user["meta"]["created"]);
        assert_eq!(okta(server.put(&path, edited.clone())).send().expect(200)["groups"], user["groups"]);
        edited["groups"] = json!([{ "value": "stale", "display": "Stale" }]);
        edited["id"] = "another".into();
        edited["meta"] = json!({ "resourceType": "User", "version": "W/\"99\"", "location": "https://x.test/Users/1" });
        edited["active"] = false.into();
        let off = okta(server.put(&path, edited.clone())).send().expect(200);
        assert_eq!((&off["id"], &off["groups"], &off["active"]), (&user["id"], &user["groups"], &json!(false)));
        edited.as_object_mut().unwrap().remove("displayName");
        edited["active"] = true.into();
        let on = okta(server.put(&path, edited)).send().expect(200);
        assert_eq!((on.get("displayName"), &on["active"], &on["groups"]), (None, &json!(true), &user["groups"]));
    }

    /// Rows: OKTA-8 OKTA-9 OKTA-12 OKTA-13 OKTA-37
    fn okta_08_deactivation_touches_nothing_else(server) {
        let (user, path) = assigned(&server);
        let mut expected = user.clone();
        let switches = [
            (json!([{ "op": "replace", "value": { "active": false } }]), false),
            (json!([{ "op": "replace", "value": { "active": true } }]), true),
            (json!([{ "op": "replace", "path": "active", "value": [false] }]), false),
            (json!([{ "op": "replace", "path": "active", "value": true }]), true),
            (json!([{ "op": "replace", "path": "active", "value": "False" }]), false),
        ];
        for (operations, active) in switches {
            let after = okta_patch(&server, &path, operations).expect(200);
            expected["active"] = active.into();
            expected["meta"] = after["meta"].clone();
            assert_eq!(after, expected);
            assert_eq!(okta(server.get(LOOKUP)).send().expect(200)["Resources"], json!([expected]));
        }
        let again = okta_patch(&server, &path, json!([{ "op": "replace", "value": { "active": true } }])).expect(200);
        assert_eq!((&again["id"], &again["groups"]), (&user["id"], &user["groups"]));
        okta_patch(&server, &path, json!([{ "op": "replace", "value": { "active": "off" } }])).error(400, "invalidValue");
        assert_eq!(read(&server, &path), again);
    }

    /// Rows: OKTA-11 GEN-20
    fn okta_11_password_sync_echoes_nothing(server) {
        let (user, path) = assigned(&server);
        let reply = okta_patch(&server, &path, json!([{ "op": "replace", "value": { "password": "N3w-One" } }]));
        assert!(!reply.text.contains("N3w-One"), "{}", reply.text);
        let mut expected = user;
        expected["meta"] = reply.body["meta"].clone();
        assert_eq!(reply.expect(200), expected);
        let config = read(&server, "/ServiceProviderConfig");
        assert_eq!(config["changePassword"]["supported"], true);
    }

    /// Rows: OKTA-30 OKTA-31 OKTA-32 OKTA-34
    fn okta_31_what_the_certification_suite_asks(server) {
        let request = server.request("POST", "/Users").raw(Some("application/json"), kim().to_string());
        let request = request.header("Accept", "application/scim+json; charset=utf-8");
        let created = request.clone().send();
        assert!(created.header("content-type").unwrap().starts_with("application/scim+json"));
        assert_eq!(created.expect(201)["emails"], kim()["emails"]);
        request.send().error(409, "uniqueness");
        let first = okta(server.get("/Users?count=1&startIndex=1")).send().expect(200)["Resources"][0].clone();
        for pointer in ["/id", "/userName", "/name/givenName", "/name/familyName", "/emails/0/value"] {
            let text = first.pointer(pointer).unwrap_or(&Value::Null);
            assert!(text.as_str().is_some_and(|text| !text.is_empty()), "{first}");
        }
        assert!(first["active"].is_boolean(), "{first}");
        for unknown in ["/Users/010101001010101011001010101011", "/Users/00919288221112222"] {
            okta(server.get(unknown)).send().error(404, "");
        }
        for guarded in ["/Users", "/Groups", "/Users/1", "/ServiceProviderConfig"] {
            okta(server.get(guarded)).header("Authorization", "non-token").send().error(401, "");
        }
    }

    /// Rows: OKTA-36 LEN-9
    fn okta_36_the_primary_mail_is_changed_or_made(server) {
        let (_, path) = assigned(&server);
        let operations = json!([{ "op": "replace", "path": "emails[primary eq true].value", "value": "k@x.test" }]);
        let after = okta_patch(&server, &path, operations.clone()).expect(200);
        assert_eq!(after["emails"], json!([{ "primary": true, "value": "k@x.test", "type": "work" }]));
        let bare = server.create_user("lee");
        let after = okta_patch(&server, &format!("/Users/{}", id(&bare)), operations).expect(200);
        assert_eq!(after["emails"], json!([{ "primary": true, "value": "k@x.test" }]));
    }
}
