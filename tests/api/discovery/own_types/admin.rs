//! Definitions over HTTP: only tokens of the scope `admin` may change them.

use serde_json::{Value, json};

use super::devices::{DEVICE, SITE, STORAGE, device_schema, device_type, site_schema};
use crate::support::{TestServer, id};

const USER_SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

/// Defines devices over HTTP.
pub(super) fn define(server: &TestServer, admin: &str) {
    for schema in [device_schema(), site_schema()] {
        server
            .post("/Schemas", schema)
            .token(admin)
            .send()
            .expect(201);
    }
    server
        .post("/ResourceTypes", device_type())
        .token(admin)
        .send()
        .expect(201);
}

api_test! {
    /// Rows: DISC-14 HTTP-04
    fn disc_14_only_admin_tokens_may_define(server) {
        let admin = server.token_of("admin");
        define(&server, &admin);
        let (schema, kind) = (format!("/Schemas/{DEVICE}"), "/ResourceTypes/Device".to_owned());
        for scope in ["read", "write"] {
            let token = server.token_of(scope);
            for (method, path) in [
                ("POST", "/Schemas".to_owned()), ("PUT", schema.clone()), ("DELETE", schema.clone()), ("PATCH", schema.clone()),
                ("POST", "/ResourceTypes".to_owned()), ("PUT", kind.clone()), ("DELETE", kind.clone()),
            ] {
                let reply = server.request(method, &path).json(&json!({})).token(&token).send();
                assert_eq!(reply.header("allow"), Some("GET, HEAD"), "{scope} {method} {path}");
                reply.error(405, "");
                server.request(method, &path).json(&json!({})).anonymous().send().error(401, "");
            }
        }
        for (method, path, allow) in [
            ("PATCH", "/Schemas", "GET, HEAD, POST"), ("PATCH", &schema, "GET, HEAD, PUT, DELETE"),
            ("PUT", "/ResourceTypes", "GET, HEAD, POST"), ("POST", "/ServiceProviderConfig", "GET, HEAD"),
        ] {
            let reply = server.request(method, path).json(&json!({})).token(&admin).send();
            assert_eq!(reply.header("allow"), Some(allow), "{method} {path}");
            reply.error(405, "");
        }
        server.get("/Devices").token(&admin).send().expect(200);
        server.post("/Devices", json!({ "schemas": [DEVICE], "assetTag": "1" })).token(&admin).send().expect(201);
    }

    /// Rows: DISC-11 DISC-13 CRUD-01
    fn definitions_are_created_replaced_and_deleted(server) {
        let admin = server.token_of("admin");
        let reply = server.post("/Schemas", device_schema()).token(&admin).send();
        let location = format!("{}/Schemas/{DEVICE}", server.base());
        assert_eq!(reply.header("location"), Some(location.as_str()));
        let made = reply.expect(201);
        assert_eq!(made, server.get(&format!("/Schemas/{DEVICE}")).send().expect(200));
        server.post("/Schemas", device_schema()).token(&admin).send().error(409, "uniqueness");
        server.post("/Schemas", site_schema()).token(&admin).send().expect(201);
        let reply = server.post("/ResourceTypes", device_type()).token(&admin).send();
        let location = format!("{}/ResourceTypes/Device", server.base());
        assert_eq!(reply.header("location"), Some(location.as_str()));
        let kind = reply.expect(201);
        assert!(kind.get(STORAGE).is_none(), "{kind}");
        server.post("/ResourceTypes", device_type()).token(&admin).send().error(409, "uniqueness");

        // A definition can be put back as it was read; it keeps its hidden parts.
        let put = server.put("/ResourceTypes/Device", kind.clone()).token(&admin).send().expect(200);
        assert_eq!(put, kind);
        let stored = server.cli(&["resource-type", "show", "Device"]).ok();
        assert!(stored.contains("serialNumber"), "{stored}");
        let mut more = made.clone();
        more["attributes"].as_array_mut().unwrap().push(json!({ "name": "colour" }));
        let put = server.put(&format!("/Schemas/{DEVICE}"), more).token(&admin).send().expect(200);
        assert_eq!(put["attributes"].as_array().unwrap().last().unwrap()["name"], "colour");
        let body = json!({ "schemas": [DEVICE], "assetTag": "1", "colour": "Red" });
        let device = server.post("/Devices", body).send().expect(201);
        assert_eq!(super::devices::tags(&server, r#"colour eq "red""#), ["1"]);

        server.delete("/ResourceTypes/Device").token(&admin).send().error(409, "");
        server.delete(&format!("/Schemas/{DEVICE}")).token(&admin).send().error(409, "");
        server.delete(&format!("/Devices/{}", id(&device))).send().expect(204);
        server.delete("/ResourceTypes/Device").token(&admin).send().expect(204);
        server.delete(&format!("/Schemas/{}", DEVICE.replace(':', "%3a"))).token(&admin).send().expect(204);
        server.get("/Devices").send().error(404, "");
        server.get(&format!("/Schemas/{DEVICE}")).send().error(404, "");
        server.get(&format!("/Schemas/{SITE}")).send().expect(200);
    }

    /// Rows: ERR-04 DISC-12
    fn refusals_say_what_was_expected(server) {
        let admin = server.token_of("admin");
        define(&server, &admin);
        let changed = |mut schema: Value, attribute: Value| {
            schema["attributes"] = json!([attribute]);
            schema
        };
        for (path, body, status, scim_type, word) in [
            ("/Schemas", json!({}), 400, "invalidValue", "id"),
            ("/Schemas", json!({ "id": "urn:x:y" }), 400, "invalidValue", "attributes"),
            ("/Schemas", device_type(), 400, "invalidValue", "schema"),
            ("/Schemas", changed(json!({ "id": "urn:x:y" }), json!({ "name": "a'b" })), 400, "invalidValue", "a'b"),
            ("/Schemas", changed(json!({ "id": USER_SCHEMA }), json!({ "name": "a" })), 403, "", "built in"),
            ("/ResourceTypes", json!({ "name": "X", "endpoint": "/X", "schema": "urn:x:y" }), 400, "invalidValue", "urn:x:y"),
            ("/ResourceTypes", json!({ "name": "X", "endpoint": "/Users", "schema": DEVICE }), 400, "invalidValue", "endpoint"),
            ("/ResourceTypes", json!({ "name": "User", "endpoint": "/Users", "schema": USER_SCHEMA }), 409, "uniqueness", "User"),
        ] {
            let detail = server.post(path, body).token(&admin).send().error(status, scim_type);
            assert!(detail.contains(word), "{path}: {detail}");
        }
        let put = |path: &str, body: Value| server.put(path, body).token(&admin).send();
        put("/Schemas/urn:x:y", changed(json!({ "id": "urn:x:y" }), json!({ "name": "a" }))).error(404, "");
        put("/Schemas/urn:x:y", site_schema()).error(400, "invalidValue");
        put("/ResourceTypes/X", json!({ "name": "X", "endpoint": "/X", "schema": DEVICE })).error(404, "");
        put("/ResourceTypes/X", device_type()).error(400, "invalidValue");
        for path in ["/Schemas/urn:x:y", "/ResourceTypes/X"] {
            server.delete(path).token(&admin).send().error(404, "");
        }
        for path in [&format!("/Schemas/{USER_SCHEMA}")[..], "/ResourceTypes/Group"] {
            server.delete(path).token(&admin).send().error(403, "");
        }
        let raw = |kind: &str, body: &str| server.request("POST", "/Schemas").raw(Some(kind), body.to_owned()).token(&admin).send();
        raw("application/json", "{").error(400, "invalidSyntax");
        raw("application/json", r#"{"id":"urn:x:y","ID":"urn:x:z"}"#).error(400, "invalidSyntax");
        raw("text/plain", "{}").error(415, "");
        raw("application/json", &format!("{{\"id\":\"{}\"}}", "x".repeat(2_000_000))).error(413, "");
        assert_eq!(server.get("/ResourceTypes").send().expect(200)["totalResults"], 3, "nothing came of it");
    }

    /// Rows: ROLE-07
    fn role_07_clients_only_read_a_read_only_type(server) {
        let admin = server.token_of("admin");
        let mut kind = device_type();
        kind[STORAGE] = json!({ "readOnly": true });
        for schema in [device_schema(), site_schema()] {
            server.post("/Schemas", schema).token(&admin).send().expect(201);
        }
        server.post("/ResourceTypes", kind).token(&admin).send().expect(201);
        let body = json!({ "schemas": [DEVICE], "assetTag": "1" });
        let made = server.post("/Devices", body.clone()).token(&admin).send().expect(201);
        let path = format!("/Devices/{}", id(&made));
        let replace = json!([{ "op": "replace", "path": "model", "value": "X" }]);
        for request in [
            server.post("/Devices", body.clone()), server.put(&path, body), server.patch(&path, replace.clone()), server.delete(&path),
            server.request("PUT", "/Devices"), server.request("POST", &path),
        ] {
            let reply = request.send();
            assert_eq!(reply.header("allow"), Some("GET, HEAD"), "{}", reply.text);
            reply.error(405, "");
        }
        assert_eq!(server.get(&path).send().expect(200), made);
        server.patch(&path, replace).token(&admin).send().expect(200);
        server.delete(&path).token(&admin).send().expect(204);
    }

    /// A change of other definitions holds up no write of a user, alone or in Bulk.
    fn writes_go_on_while_definitions_change(server) {
        let admin = server.token_of("admin");
        let user = |name: String| json!({ "schemas": [crate::support::USER], "userName": name });
        let operations: Vec<Value> = (0..400)
            .map(|n| json!({ "method": "POST", "path": "/Users", "bulkId": format!("b{n}"), "data": user(format!("b{n}")) }))
            .collect();
        let bulk = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations });
        let bulk = server.post("/Bulk", bulk);
        let writers: Vec<Vec<_>> = (0..3)
            .map(|writer| (0..40).map(|n| server.post("/Users", user(format!("w{writer}-{n}")))).collect())
            .collect();
        std::thread::scope(|scope| {
            let bulk = scope.spawn(move || bulk.send().expect(200));
            let writers: Vec<_> = writers
                .into_iter()
                .map(|requests| scope.spawn(move || requests.into_iter().map(|request| request.send().status).collect::<Vec<_>>()))
                .collect();
            for n in 0..25 {
                let schema = json!({ "id": format!("urn:example:none:{n}"), "name": "None", "attributes": [{ "name": "x" }] });
                assert_eq!(server.post("/Schemas", schema).token(&admin).send().status, 201);
            }
            for writer in writers {
                let statuses = writer.join().expect("no thread panics");
                assert!(statuses.iter().all(|status| *status == 201), "{statuses:?}");
            }
            let done = bulk.join().expect("no thread panics");
            let entries = done["Operations"].as_array().unwrap();
            let failed: Vec<_> = entries.iter().filter(|entry| entry["status"] != "201").collect();
            assert!(failed.is_empty() && entries.len() == 400, "{failed:?}");
        });
        assert_eq!(server.get("/Users?count=0").send().expect(200)["totalResults"], 520);
    }
}
