//! Changes of definitions that stored resources, or simultaneous writes, contradict.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use serde_json::{Value, json};

use super::devices::{
    DEVICE, SITE, STORAGE, define_devices, device, device_schema, device_type, site_schema,
};
use crate::support::{TestServer, id};

/// The device schema with one attribute changed; null takes the attribute away.
fn with(name: &str, change: &Value) -> Value {
    let mut schema = device_schema();
    let attributes = schema["attributes"].as_array_mut().unwrap();
    let at = attributes
        .iter()
        .position(|attribute| attribute["name"] == name);
    match (at, change.as_object()) {
        (Some(at), None) => {
            attributes.remove(at);
        }
        (Some(at), Some(change)) => attributes[at]
            .as_object_mut()
            .unwrap()
            .extend(change.clone()),
        (None, _) => {
            let mut new = change.clone();
            new["name"] = json!(name);
            attributes.push(new);
        }
    }
    schema
}

/// Tells writers to end when it goes.
struct Stop<'s>(&'s AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[track_caller]
fn put(server: &TestServer, admin: &str, name: &str, change: &Value) -> crate::support::Reply {
    let path = format!("/Schemas/{DEVICE}");
    server.put(&path, with(name, change)).token(admin).send()
}

api_test! {
    /// Rows: DISC-07
    fn a_definition_cannot_contradict_what_is_stored(server) {
        define_devices(&server);
        let admin = server.token_of("admin");
        let first = device(&server, json!({ "assetTag": "0" }));
        let made = device(&server, json!({ "assetTag": "1", "model": "A", "ports": 4, "labels": ["x"], "secret": "s",
            "addresses": [{ "value": "v", "type": "t" }], SITE: { "building": "N" } }));
        for (name, change) in [
            ("ports", json!({ "type": "string" })),
            ("model", json!({ "type": "boolean" })),
            ("model", json!({ "caseExact": true })),
            ("model", json!({ "multiValued": true })),
            ("model", json!({ "mutability": "readOnly" })),
            ("model", Value::Null),
            ("labels", json!({ "multiValued": false })),
            ("secret", Value::Null),
        ] {
            let detail = put(&server, &admin, name, &change).error(409, "");
            assert!(detail.contains(id(&made)) && detail.contains(name) && detail.contains("Device"), "{change}: {detail}");
        }
        let detail = put(&server, &admin, "batch", &json!({ "required": true })).error(409, "");
        assert!(detail.contains(id(&first)) && detail.contains("batch"), "the first without it: {detail}");
        for change in [json!({ "uniqueness": "none" }), json!({ "caseExact": true })] {
            let detail = put(&server, &admin, "assetTag", &change).error(409, "");
            assert!(detail.contains("unique"), "{detail}");
        }
        let mut kind = device_type();
        kind[STORAGE] = json!({ "indexed": ["model"] });
        let detail = server.put("/ResourceTypes/Device", kind).token(&admin).send().error(409, "");
        assert!(detail.contains("indexed"), "{detail}");
        for (extensions, word) in [
            (json!([]), SITE),
            (json!([{ "schema": SITE, "required": true }]), SITE),
        ] {
            let mut kind = device_type();
            kind["schemaExtensions"] = extensions;
            let detail = server.put("/ResourceTypes/Device", kind).token(&admin).send().error(409, "");
            assert!(detail.contains(word), "{detail}");
        }
        assert_eq!(server.get(&format!("/Devices/{}", id(&made))).send().expect(200), made);

        // What contradicts nothing is free to change.
        put(&server, &admin, "bought", &Value::Null).expect(200);
        put(&server, &admin, "weight", &json!({ "type": "string" })).expect(200);
        put(&server, &admin, "model", &json!({ "required": false, "description": "the model" })).expect(200);
        let mut kind = device_type();
        kind["schemaExtensions"] = json!([]);
        server.patch(&format!("/Devices/{}", id(&made)), json!([{ "op": "remove", "path": SITE }])).send().expect(200);
        server.put("/ResourceTypes/Device", kind).token(&admin).send().expect(200);
        assert_eq!(super::devices::tags(&server, "assetTag pr"), ["0", "1"]);
    }

    /// Rows: DISC-07
    fn the_enterprise_extension_goes_only_without_data(server) {
        let admin = server.token_of("admin");
        let user = server.user(json!({ "userName": "ada", crate::support::ENTERPRISE: { "department": "d" } }));
        let definition = json!({ "name": "User", "endpoint": "/Users", "schema": crate::support::USER, "schemaExtensions": [] });
        let put = || server.put("/ResourceTypes/User", definition.clone()).token(&admin).send();
        put().error(409, "");
        server.delete(&format!("/Users/{}", id(&user))).send().expect(204);
        put().expect(200);
        let shown = server.get("/ResourceTypes/User").send().expect(200);
        assert_eq!(shown["schemaExtensions"], json!([]));
        let mut endpoint = definition.clone();
        endpoint["endpoint"] = json!("/People");
        server.put("/ResourceTypes/User", endpoint).token(&admin).send().error(400, "invalidValue");
        server.create_user("bo");
    }

    /// Rows: DISC-07
    fn no_write_under_an_old_definition_survives_the_new_one(server) {
        define_devices(&server);
        let admin = server.token_of("admin");
        let stop = AtomicBool::new(false);
        let changes = thread::scope(|scope| {
            for writer in 0..3 {
                let (server, stop) = (&server, &stop);
                scope.spawn(move || {
                    let mut number = 0;
                    while !stop.load(Ordering::Relaxed) {
                        number += 1;
                        let body = json!({ "schemas": [DEVICE], "assetTag": format!("{writer}-{number}"), "model": "M" });
                        let reply = server.post("/Devices", body).send();
                        assert!([201, 400, 503].contains(&reply.status), "{}", reply.text);
                        if reply.status == 201 {
                            let path = format!("/Devices/{}", id(&reply.body));
                            assert!([204, 503].contains(&server.delete(&path).send().status));
                        }
                    }
                });
            }
            // The writers must end also when this thread fails.
            let _stopped = Stop(&stop);
            // Flips `model` between a string and a number; each flip must find no device that the other one wrote.
            let mut changes = 0;
            for round in 0..60 {
                let kind = if round % 2 == 0 { "integer" } else { "string" };
                let reply = put(&server, &admin, "model", &json!({ "type": kind }));
                assert!([200, 409, 503].contains(&reply.status), "{}", reply.text);
                if reply.status == 200 {
                    changes += 1;
                    let list = server.get("/Devices").send().expect(200);
                    let wrong = list["Resources"].as_array().unwrap().iter().find(|device| device["model"].is_string());
                    assert!(kind == "string" || wrong.is_none(), "{wrong:?}");
                }
            }
            changes
        });
        assert!(changes > 0, "some change came through");
    }

    /// Rows: DISC-12
    fn a_new_definition_may_come_with_others_or_not_at_all(server) {
        let good = site_schema();
        let bad = json!({ "id": "urn:x:bad", "attributes": [{ "name": "id" }] });
        server.write("both.json", &json!([good, bad]));
        let reason = server.cli(&["schema", "add", "both.json"]).refused();
        assert!(reason.contains("attributes.id"), "{reason}");
        server.get(&format!("/Schemas/{SITE}")).send().error(404, "");
    }
}
