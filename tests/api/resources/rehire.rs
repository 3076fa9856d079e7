//! A POST of a user who left earlier: the `rehire` policy of the tenant.

use std::thread;

use serde_json::{Value, json};

use crate::support::{ENTERPRISE, Reply, TestServer, USER, id};

fn kim(external_id: Option<&str>) -> Value {
    let mut body = json!({
        "schemas": [USER, ENTERPRISE], "userName": "kim@x.test", "displayName": "Kim", "title": "Chef",
        ENTERPRISE: { "department": "Kitchen" },
    });
    if let Some(external_id) = external_id {
        body["externalId"] = external_id.into();
    }
    body
}

/// Kim, who has left, and a group with Kim as a member.
fn leaver(server: &TestServer, external_id: Option<&str>) -> (Value, Value) {
    let user = server.post("/Users", kim(external_id)).send().expect(201);
    let group = server.create_group("Cooks", &[id(&user)]);
    let path = format!("/Users/{}", id(&user));
    let gone = server
        .patch(
            &path,
            json!([{ "op": "replace", "path": "active", "value": false }]),
        )
        .send()
        .expect(200);
    (gone, group)
}

/// A POST of Kim with a new title and no department.
fn rehire(server: &TestServer, external_id: Option<&str>) -> Reply {
    let mut body = json!({ "schemas": [USER], "userName": "KIM@x.test", "displayName": "Kim L", "title": "Head chef" });
    if let Some(external_id) = external_id {
        body["externalId"] = external_id.into();
    }
    server.post("/Users", body).send()
}

fn read(server: &TestServer, user: &Value) -> Value {
    server
        .get(&format!("/Users/{}", id(user)))
        .send()
        .expect(200)
}

api_test! {
    /// Rows: DEC-7 OKTA-14 RIP-3
    fn dec_07_a_leaver_is_a_conflict_by_default(server) {
        let (gone, _) = leaver(&server, Some("hr-1"));
        for external_id in [Some("hr-1"), Some("hr-2"), None] {
            let detail = rehire(&server, external_id).error(409, "uniqueness");
            assert!(detail.contains("userName") && detail.contains("KIM@x.test"), "{detail}");
        }
        assert_eq!(read(&server, &gone), gone);
    }

    /// Rows: DEC-7 OKTA-14 OKTA-44
    fn dec_07_a_leaver_comes_back_where_the_tenant_wants_it(server) {
        let (gone, group) = leaver(&server, Some("hr-1"));
        server.set_tenant("rehire=reactivate");
        let reply = rehire(&server, Some("hr-1"));
        assert_eq!(reply.header("location"), gone["meta"]["location"].as_str());
        let back = reply.expect(201);
        assert_eq!((id(&back), &back["active"]), (id(&gone), &json!(true)));
        assert_eq!((&back["title"], &back["userName"], &back["externalId"]), (&json!("Head chef"), &json!("KIM@x.test"), &json!("hr-1")));
        assert_eq!(back.get(ENTERPRISE), None, "the new hire is described anew");
        assert_eq!(back["meta"]["created"], gone["meta"]["created"]);
        assert_ne!(back["meta"]["version"], gone["meta"]["version"]);
        assert_eq!(back["groups"][0]["value"], group["id"]);
        assert_eq!(read(&server, &gone), back);
        assert_eq!(server.names("active eq true"), ["KIM@x.test"]);
        // An active account is never taken over.
        for external_id in [Some("hr-1"), None] {
            rehire(&server, external_id).error(409, "uniqueness");
        }
        assert_eq!(read(&server, &gone), back);
    }

    /// Rows: DEC-7
    fn dec_07_only_the_same_person_comes_back(server) {
        let (gone, _) = leaver(&server, Some("hr-1"));
        server.set_tenant("rehire=reactivate");
        rehire(&server, Some("hr-2")).error(409, "uniqueness");
        for other in [json!({ USER: { "userName": "kim@x.test", "externalId": "hr-2" } }), json!({ "userName": "kim@x.test", (format!("{USER}:externalId")): "hr-2" })] {
            let mut body = other;
            body["schemas"] = json!([USER]);
            server.post("/Users", body).send().error(409, "uniqueness");
        }
        assert_eq!(read(&server, &gone), gone);
        // A bad body is refused as it would be for a new user.
        let bad = json!({ "schemas": [USER], "userName": "kim@x.test", "active": "perhaps" });
        server.post("/Users", bad).send().error(400, "invalidValue");
        assert_eq!(read(&server, &gone), gone);
        // A POST of an inactive user brings no account back.
        for active in [json!(false), Value::Null, json!([]), json!("False")] {
            let off = json!({ "schemas": [USER], "userName": "kim@x.test", "externalId": "hr-1", "active": active });
            server.post("/Users", off).send().error(409, "uniqueness");
        }
        assert_eq!(read(&server, &gone), gone);
        // A missing externalId is no contradiction, and the stored one stays.
        for unknown in [None, Some("")] {
            let back = rehire(&server, unknown).expect(201);
            assert_eq!((id(&back), &back["externalId"]), (id(&gone), &json!("hr-1")));
            let path = format!("/Users/{}", id(&gone));
            server.patch(&path, json!([{ "op": "replace", "path": "active", "value": false }])).send().expect(200);
        }
        let path = format!("/Users/{}", id(&gone));
        server.patch(&path, json!([
            { "op": "replace", "path": "active", "value": false }, { "op": "remove", "path": "externalId" },
        ])).send().expect(200);
        let back = rehire(&server, Some("")).expect(201);
        assert_eq!(id(&back), id(&gone));
        server.patch(&path, json!([{ "op": "replace", "path": "active", "value": false }])).send().expect(200);
        let back = rehire(&server, Some("hr-3")).expect(201);
        assert_eq!((id(&back), &back["externalId"]), (id(&gone), &json!("hr-3")));
        // A new name is a plain create, and groups are never brought back.
        server.create_user("lee");
        server.create_group("Waiters", &[]);
        let twice = json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "waiters" });
        server.post("/Groups", twice).send().error(409, "uniqueness");
    }

    /// Rows: DEC-7 BULK-24
    fn dec_07_a_bulk_brings_back_too_and_refers_to_the_old_id(server) {
        let (gone, _) = leaver(&server, Some("hr-1"));
        server.set_tenant("rehire=reactivate");
        let bulk = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": [
            { "method": "POST", "path": "/Users", "bulkId": "new", "data": { "schemas": [USER], "userName": "lee" } },
            { "method": "POST", "path": "/Users", "bulkId": "old", "data": { "schemas": [USER], "userName": "kim@x.test", "externalId": "hr-1" } },
            { "method": "POST", "path": "/Users", "bulkId": "again", "data": { "schemas": [USER], "userName": "kim@x.test" } },
            { "method": "POST", "path": "/Groups", "bulkId": "team", "data": {
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Team", "members": [{ "value": "bulkId:old" }, { "value": "bulkId:new" }],
            } },
        ] });
        let done = server.post("/Bulk", bulk).send().expect(200);
        let statuses: Vec<&str> = done["Operations"].as_array().unwrap().iter().map(|entry| entry["status"].as_str().unwrap()).collect();
        assert_eq!(statuses, ["201", "201", "409", "201"], "{done}");
        assert_eq!(done["Operations"][1]["location"], gone["meta"]["location"]);
        let back = read(&server, &gone);
        assert_eq!(back["active"], json!(true));
        let groups: Vec<&Value> = back["groups"].as_array().unwrap().iter().map(|group| &group["display"]).collect();
        assert_eq!(groups.len(), 2, "{back}");
    }

    /// Rows: DEC-7 BULK-24 BULK-27
    fn dec_07_in_a_bulk_whoever_is_named_by_others_is_left_to_them(server) {
        server.set_tenant("rehire=reactivate");
        let post = json!({ "method": "POST", "path": "/Users", "bulkId": "new", "data": { "schemas": [USER], "userName": "kim@x.test" } });
        let team = json!({ "method": "POST", "path": "/Groups", "bulkId": "team", "data": {
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Team", "members": [{ "value": "bulkId:new" }],
        } });
        for atomic in ["false", "true"] {
            let (gone, _) = leaver(&server, None);
            let path = format!("/Users/{}", id(&gone));
            let rename = json!({ "method": "PUT", "path": path, "data": { "schemas": [USER], "userName": format!("kim-old-{atomic}") } });
            let operations = json!([rename, post, team]);
            let bulk = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations });
            let done = server.post("/Bulk", bulk).header("SCIM-Bulk-Atomic", atomic).send().expect(200);
            let statuses: Vec<&str> = done["Operations"].as_array().unwrap().iter().map(|entry| entry["status"].as_str().unwrap()).collect();
            assert_eq!(statuses, ["200", "201", "201"], "{done}");
            assert_ne!(done["Operations"][1]["location"], gone["meta"]["location"]);
            let old = read(&server, &gone);
            assert_eq!((&old["userName"], &old["active"]), (&json!(format!("kim-old-{atomic}")), &json!(false)));
            for resource in server.search("/Users", "userName eq \"kim@x.test\"") {
                server.delete(&format!("/Users/{}", id(&resource))).send().expect(204);
            }
            for resource in server.search("/Groups", "displayName pr") {
                server.delete(&format!("/Groups/{}", id(&resource))).send().expect(204);
            }
        }
        // Deleted in the same request: the new one is new, and its id is its own.
        let (gone, _) = leaver(&server, None);
        let delete = json!({ "method": "DELETE", "path": format!("/Users/{}", id(&gone)) });
        let bulk = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": [delete, post, team] });
        let done = server.post("/Bulk", bulk).send().expect(200);
        assert_eq!((&done["Operations"][0]["status"], &done["Operations"][1]["status"]), (&json!("204"), &json!("201")), "{done}");
        assert_ne!(done["Operations"][1]["location"], gone["meta"]["location"]);
        server.get(&format!("/Users/{}", id(&gone))).send().error(404, "");
    }

    /// Rows: DEC-7 GEN-20
    fn dec_07_the_password_of_who_left_does_not_come_back(server) {
        let body = json!({ "schemas": [USER], "userName": "kim@x.test", "password": "Old-secret-1" });
        let user = server.post("/Users", body).send().expect(201);
        let path = format!("/Users/{}", id(&user));
        server.patch(&path, json!([{ "op": "replace", "path": "active", "value": false }])).send().expect(200);
        let hashes = || server.behind().texts("SELECT password_hash AS text FROM resources WHERE password_hash IS NOT NULL");
        assert_eq!(hashes().len(), 1);
        server.set_tenant("rehire=reactivate");
        rehire(&server, None).expect(201);
        assert!(hashes().is_empty());
        server.patch(&path, json!([{ "op": "replace", "path": "active", "value": false }])).send().expect(200);
        let body = json!({ "schemas": [USER], "userName": "kim@x.test", "password": "New-secret-2" });
        assert_eq!(server.post("/Users", body).send().expect(201).get("password"), None);
        assert_eq!(hashes().len(), 1);
    }

    /// Rows: DEC-7 TENANT-02
    fn dec_07_who_left_another_tenant_stays_there(server) {
        let (gone, _) = leaver(&server, None);
        server.cli(&["tenant", "create", "acme"]).ok();
        server.cli(&["tenant", "set", "acme", "rehire=reactivate"]).ok();
        let token = server.cli(&["token", "create", "acme"]).ok();
        let token = token.lines().last().unwrap().trim().to_owned();
        let new = server.post("/Users", kim(None)).token(&token).send().expect(201);
        assert_ne!(id(&new), id(&gone));
        assert_eq!(read(&server, &gone), gone);
    }

    /// Rows: DEC-7
    fn dec_07_of_two_at_once_one_comes_back(server) {
        server.set_tenant("rehire=reactivate");
        for _ in 0..5 {
            let (gone, group) = leaver(&server, Some("hr-1"));
            let threads: Vec<_> = (0..4).map(|_| {
                let request = server.post("/Users", json!({ "schemas": [USER], "userName": "kim@x.test", "externalId": "hr-1" }));
                thread::spawn(move || request.send())
            }).collect();
            let mut statuses: Vec<u16> = threads.into_iter().map(|thread| thread.join().unwrap().status).collect();
            statuses.sort_unstable();
            assert_eq!(statuses, [201, 409, 409, 409]);
            server.delete(&format!("/Users/{}", id(&gone))).send().expect(204);
            server.delete(&format!("/Groups/{}", id(&group))).send().expect(204);
        }
    }
}
