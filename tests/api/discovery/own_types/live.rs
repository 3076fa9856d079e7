//! Own types are live at once, and served like the built-in ones.

use serde_json::{Value, json};

use super::devices::{
    DEVICE, SITE, STORAGE, define_devices, device, device_type, site_schema, tags,
};
use crate::support::{id, percent_encode};

api_test! {
    /// Rows: DISC-10 DISC-11 DISC-16 DISC-17 DISC-18 DISC-19 DISC-20 DISC-21 DISC-22 DISC-23 DISC-24 DISC-28
    fn disc_21_own_types_are_listed_at_once(server) {
        server.get("/Devices").send().error(404, "");
        define_devices(&server);
        let list = server.get("/ResourceTypes").send().expect(200);
        assert_eq!(list["totalResults"], 3);
        let mut shown = server.get("/ResourceTypes/Device").send().expect(200);
        assert_eq!(list["Resources"][2], shown);
        assert_eq!(shown["meta"]["location"], format!("{}/ResourceTypes/Device", server.base()));
        shown.as_object_mut().unwrap().remove("meta");
        let mut expected = device_type();
        expected["schemas"] = json!(["urn:ietf:params:scim:schemas:core:2.0:ResourceType"]);
        expected.as_object_mut().unwrap().remove(STORAGE);
        assert_eq!(shown, expected, "how it is stored is nobody's business");

        let schema = server.get(&format!("/Schemas/{}", DEVICE.to_uppercase())).send().expect(200);
        assert_eq!(schema["id"], DEVICE);
        assert_eq!(schema["attributes"][0], json!({
            "name": "assetTag", "type": "string", "multiValued": false, "description": "What is glued to it", "required": true,
            "caseExact": false, "mutability": "readWrite", "returned": "default", "uniqueness": "server",
        }));
        let listed = server.get("/Schemas").send().expect(200);
        let ids: Vec<&Value> = listed["Resources"].as_array().unwrap().iter().map(|schema| &schema["id"]).collect();
        assert!(ids.contains(&&json!(DEVICE)) && ids.contains(&&json!(SITE)), "{ids:?}");
        assert_eq!(listed["totalResults"], ids.len());
        assert_eq!(server.get("/Devices").send().expect(200)["totalResults"], 0);
    }

    /// Rows: SCHEMA-02 DISC-24 CRUD-01 ERR-04
    fn disc_24_own_types_are_validated_and_unique(server) {
        define_devices(&server);
        let made = device(&server, json!({ "assetTag": "A-1", "secret": "s", "notes": "n", "batch": "b", "ports": 4,
            SITE: { "building": "North", "floor": 3 } }));
        assert_eq!(made["schemas"], json!([DEVICE, SITE]));
        assert_eq!(made["meta"]["resourceType"], "Device");
        assert_eq!(made["meta"]["location"], format!("{}/Devices/{}", server.base(), id(&made)));
        assert!(made.get("secret").is_none() && made["notes"] == "n", "{made}");
        let read = server.get(&format!("/Devices/{}", id(&made))).send().expect(200);
        assert!(read.get("secret").is_none() && read.get("notes").is_none(), "{read}");
        let path = format!("/Devices/{}", id(&made));
        let asked = server.get(&path).query("attributes", "notes,secret").send().expect(200);
        assert!(asked["notes"] == "n" && asked.get("secret").is_none() && asked.get("assetTag").is_none(), "{asked}");

        for (body, attribute) in [
            (json!({}), "assetTag"),
            (json!({ "assetTag": "A-2", "ports": "many" }), "ports"),
            (json!({ "assetTag": "A-2", "active": 7 }), "active"),
            (json!({ "assetTag": "A-2", "bought": "yesterday" }), "bought"),
            (json!({ "assetTag": "A-2", "addresses": [{ "value": true }] }), "addresses"),
            (json!({ "assetTag": "A-2", SITE: { "floor": "first" } }), "floor"),
        ] {
            let mut body = body;
            body["schemas"] = json!([DEVICE]);
            let detail = server.post("/Devices", body).send().error(400, "invalidValue");
            assert!(detail.contains(attribute), "{detail}");
        }
        let twin = json!({ "schemas": [DEVICE], "assetTag": "a-1" });
        let detail = server.post("/Devices", twin).send().error(409, "uniqueness");
        assert!(detail.contains("assetTag"), "{detail}");
        let immutable = json!([{ "op": "replace", "path": "batch", "value": "c" }]);
        server.patch(&path, immutable).send().error(400, "mutability");
        let replaced = json!({ "schemas": [DEVICE], "assetTag": "A-1", "model": "X" });
        let replaced = server.put(&path, replaced).send().expect(200);
        assert!(replaced.get(SITE).is_none() && replaced["batch"] == "b" && replaced["model"] == "X", "{replaced}");
        server.delete(&path).send().expect(204);
        server.get(&path).send().error(404, "");
        device(&server, json!({ "assetTag": "a-1" }));
    }

    /// Rows: FILTER-01 SORT-01 PATCH-01
    fn own_types_are_filtered_sorted_and_patched(server) {
        define_devices(&server);
        let user = server.create_user("ada");
        server.patch(&format!("/Users/{}", id(&user)), json!([{ "op": "add", "path": "displayName", "value": "Ada" }])).send().expect(200);
        device(&server, json!({ "assetTag": "a", "serialNumber": "S1", "displayName": "Lamp", "active": true, "ports": 2,
            "labels": ["Red", "hot"], "addresses": [{ "value": "10.0.0.1", "type": "lan", "aliases": ["x"] }],
            "owner": { "value": id(&user) }, SITE: { "building": "North", "floor": 3 } }));
        let second = device(&server, json!({ "assetTag": "b", "serialNumber": "s1", "displayName": "Door", "active": false,
            "ports": 10, "weight": 1.5, "secret": "x", "addresses": [{ "value": "10.0.0.2", "type": "lan" }, { "value": "10.0.0.1", "type": "wan" }] }));
        device(&server, json!({ "assetTag": "c" }));
        for (filter, expected) in [
            (r#"assetTag eq "B""#, &["b"][..]),
            (r#"serialNumber eq "S1""#, &["a"]),
            (r#"serialNumber ne "S1""#, &["b", "c"]),
            (r#"not (serialNumber eq "s1") and active pr"#, &["a"]),
            (r#"serialNumber eq "S1" or serialNumber eq "s1""#, &["a", "b"]),
            (r#"displayName sw "l""#, &["a"]),
            ("active eq false", &["b"]),
            ("ports gt 2", &["b"]),
            ("weight lt 2", &["b"]),
            (r#"labels eq "RED""#, &["a"]),
            (r#"addresses.value eq "10.0.0.1""#, &["a", "b"]),
            (r#"addresses[type eq "lan" and value eq "10.0.0.1"]"#, &["a"]),
            ("addresses.aliases pr", &["a"]),
            (r#"owner.displayName eq "ada""#, &["a"]),
            (&format!("{SITE}:floor ge 3"), &["a"]),
            (&format!("{SITE} pr"), &["a"]),
            (r#"meta.resourceType eq "Device""#, &["a", "b", "c"]),
        ] {
            assert_eq!(tags(&server, filter), expected, "{filter}");
        }
        for filter in ["addresses.aliases eq \"x\"", "addresses[aliases eq \"x\"]", "secret eq \"x\"", "colour eq \"x\"", "labels[x eq 1]"] {
            server.get("/Devices").query("filter", filter).send().error(400, "invalidFilter");
        }
        for (by, expected) in [("ports", ["a", "b", "c"]), ("displayName", ["b", "a", "c"]), (&format!("{SITE}:floor")[..], ["a", "b", "c"])] {
            let list = server.get("/Devices").query("sortBy", by).query("attributes", "assetTag").send().expect(200);
            let found: Vec<&str> = list["Resources"].as_array().unwrap().iter().map(|device| device["assetTag"].as_str().unwrap()).collect();
            assert_eq!(found, expected, "{by}");
        }
        for by in ["addresses.aliases", "secret", "owner"] {
            server.get("/Devices").query("sortBy", by).send().error(400, "invalidPath");
        }
        let path = format!("/Devices/{}", id(&second));
        let patched = server.patch(&path, json!([
            { "op": "replace", "path": "addresses[type eq \"wan\"].value", "value": "10.9.9.9" },
            { "op": "replace", "path": "addresses[type eq \"lan\"].aliases", "value": ["p", "q"] },
            { "op": "replace", "path": "serialNumber", "value": "S2" },
            { "op": "add", "path": format!("{SITE}:building"), "value": "South" },
        ])).send().expect(200);
        assert_eq!(patched["addresses"][0]["aliases"], json!(["p", "q"]));
        assert_eq!(patched[SITE]["building"], "South");
        for (filter, expected) in [
            (r#"serialNumber eq "s1""#, &[][..]), (r#"serialNumber eq "S2""#, &["b"]), (r#"addresses.value eq "10.9.9.9""#, &["b"]),
            (r#"addresses.value eq "10.0.0.1""#, &["a"]),
        ] {
            assert_eq!(tags(&server, filter), expected, "{filter}");
        }
        let cut = server.get(&path).query("attributes", &format!("addresses.type,{SITE}")).send().expect(200);
        assert_eq!(cut["addresses"], json!([{ "type": "lan" }, { "type": "wan" }]));
        assert_eq!(cut[SITE], json!({ "building": "South" }));
    }

    /// Rows: EXT-01 DISC-19
    fn an_extension_of_users_is_live_with_the_next_request(server) {
        let second = server.another();
        let ada = server.user(json!({ "userName": "ada" }));
        let path = format!("/Users/{}", id(&ada));
        assert!(second.request("GET", &path).send().expect(200).get(SITE).is_none());
        server.write("site.json", &json!({ "totalResults": 1, "Resources": [site_schema()] }));
        let said = server.cli(&["schema", "add", "site.json", "--extends", "User"]).ok();
        assert!(said.contains("User (/Users)"), "{said}");
        let operations = json!([{ "op": "add", "path": format!("{SITE}:floor"), "value": 4 }]);
        let patched = server.patch(&path, operations).send().expect(200);
        assert_eq!(patched[SITE]["floor"], 4);
        assert_eq!(second.request("GET", &path).send().expect(200)[SITE]["floor"], 4);
        let filter = percent_encode(&format!("{SITE}:floor eq 4"));
        let found = second.request("GET", &format!("/Users?filter={filter}")).send().expect(200);
        assert_eq!(found["totalResults"], 1);
        let extensions = second.request("GET", "/ResourceTypes/User").send().expect(200)["schemaExtensions"].clone();
        assert_eq!(extensions.as_array().map(Vec::len), Some(2), "beside the enterprise extension");

        let reason = server.cli(&["schema", "remove", SITE, "--detach"]).refused();
        assert!(reason.contains(id(&ada)) && reason.contains(SITE), "{reason}");
        server.patch(&path, json!([{ "op": "remove", "path": SITE }])).send().expect(200);
        server.cli(&["schema", "remove", SITE]).refused();
        server.cli(&["schema", "remove", SITE, "--detach"]).ok();
        assert!(second.request("GET", &format!("/Schemas/{SITE}")).send().status == 404);
        assert_eq!(server.names("userName pr"), ["ada"]);
    }

    /// Rows: TENANT-01
    fn tenant_01_definitions_belong_to_one_tenant(server) {
        define_devices(&server);
        server.cli(&["tenant", "create", "acme"]).ok();
        let output = server.cli(&["token", "create", "acme"]).ok();
        let token = output.lines().last().unwrap();
        server.get("/Devices").token(token).send().error(404, "");
        server.get(&format!("/Schemas/{DEVICE}")).token(token).send().error(404, "");
        assert_eq!(server.get("/ResourceTypes").token(token).send().expect(200)["totalResults"], 2);
        server.cli(&["resource-type", "add", "type.json", "--tenant", "acme"]).refused();
        server.cli(&["schema", "add", "schemas.json", "--tenant", "nobody"]).refused();
    }

    /// Rows: DISC-14
    fn commands_list_show_and_remove(server) {
        define_devices(&server);
        let listed = server.cli(&["schema", "list"]).ok();
        assert!(listed.contains(DEVICE) && listed.contains("Device (/Devices)"), "{listed}");
        let listed = server.cli(&["resource-type", "list"]).ok();
        assert!(listed.contains("/Users") && listed.contains("/Devices") && listed.contains("built in"), "{listed}");
        let shown: Value = serde_json::from_str(&server.cli(&["resource-type", "show", "Device"]).ok()).unwrap();
        assert_eq!(shown[STORAGE]["indexed"], json!(["serialNumber", "addresses.value", "labels"]));
        let shown = server.cli(&["schema", "show", "urn:ietf:params:scim:schemas:core:2.0:user"]).ok();
        assert!(shown.contains("userName"), "built-in ones too: {shown}");
        for arguments in [
            &["schema", "show", "urn:x:y"][..], &["resource-type", "show", "Nobody"], &["schema", "remove", "urn:x:y"],
            &["resource-type", "remove", "Nobody"], &["resource-type", "remove", "User"], &["pack", "add", "nothing"],
            &["schema", "add", "nowhere.json"], &["schema", "remove", DEVICE], &["schema", "add", "type.json"],
            &["schema", "add", "schemas.json", "--extends", "Nobody"],
        ] {
            let reason = server.cli(arguments).refused();
            assert!(reason.len() > 20, "{arguments:?}: {reason}");
        }
        let said = server.cli(&["resource-type", "remove", "Device"]).ok();
        assert!(said.contains("no longer serves Device"), "{said}");
        server.cli(&["schema", "remove", DEVICE]).ok();
        server.get("/Devices").send().error(404, "");
    }
}
