//! Clients that still speak a little of SCIM 1.1: templates of identity providers, SDKs of chat programs, old scripts.

use serde_json::json;

use crate::support::{ENTERPRISE, USER, id, path_of, read};

api_test! {
    /// Rows: LEN-27
    fn len_27_manager_id_is_the_managers_value(server) {
        let boss = server.create_user("boss");
        let boss = id(&boss);
        let manager = json!({ "manager": { "managerId": boss } });
        let created = server.user(json!({ "schemas": [USER, ENTERPRISE], "userName": "kim", ENTERPRISE: manager }));
        let path = path_of(&created);
        let managed = |text: &str| assert_eq!(read(&server, &path)[ENTERPRISE]["manager"]["value"], boss, "{text}");
        let unmanaged = || {
            server.put(&path, json!({ "schemas": [USER], "userName": "kim" })).send().expect(200);
            assert_eq!(read(&server, &path).get(ENTERPRISE), None);
        };
        managed("POST");
        let bare = format!("{ENTERPRISE}:manager.managerId");
        for filter in [format!("{bare} eq \"{boss}\""), format!("manager.MANAGERID eq \"{boss}\""), format!("{bare} pr")] {
            assert_eq!(server.names(&filter), ["kim"], "{filter}");
        }
        let shown = server.get(&path).query("attributes", &bare).send().expect(200);
        assert_eq!(shown[ENTERPRISE]["manager"]["value"], boss);
        unmanaged();
        let put = json!({ "schemas": [USER, ENTERPRISE], "userName": "kim", ENTERPRISE: { "manager": { "managerId": boss, "displayName": "Boss" } } });
        server.put(&path, put).send().expect(200);
        managed("PUT");
        for (text, operation) in [
            ("a path", json!({ "op": "replace", "path": bare, "value": boss })),
            ("a short path", json!({ "op": "add", "path": "manager.managerId", "value": boss })),
            ("an object", json!({ "op": "add", "path": format!("{ENTERPRISE}:manager"), "value": { "managerId": boss } })),
            ("no path", json!({ "op": "replace", "value": { ENTERPRISE: { "manager": { "managerId": boss } } } })),
            ("a dotted key", json!({ "op": "replace", "value": { "manager.managerId": boss } })),
            ("an extension", json!({ "op": "add", "path": ENTERPRISE, "value": { "manager": { "managerId": boss } } })),
        ] {
            unmanaged();
            server.patch(&path, json!([operation])).send().expect(200);
            managed(text);
        }
        for operation in [
            json!({ "op": "remove", "path": bare }),
            json!({ "op": "replace", "path": format!("{ENTERPRISE}:manager"), "value": { "managerId": null } }),
        ] {
            server.patch(&path, json!([operation])).send().expect(200);
            assert_eq!(read(&server, &path).get(ENTERPRISE), None, "{operation}");
            server.patch(&path, json!([{ "op": "add", "path": bare, "value": boss }])).send().expect(200);
        }
        let both = |value: &str| json!({ "schemas": [USER, ENTERPRISE], "userName": "kim", ENTERPRISE: { "manager": { "value": value, "managerId": boss } } });
        server.put(&path, both("someone-else")).send().error(400, "invalidValue");
        managed("two different names are refused");
        server.put(&path, both(boss)).send().expect(200);
        managed("twice the same");
    }

    /// Rows: PATCH-03 LEN-27
    fn len_27_a_patch_of_version_1_is_told_so(server) {
        let user = server.create_user("kim");
        let path = path_of(&user);
        for body in [
            json!({ "schemas": ["urn:scim:schemas:core:1.0"], "title": "Chef" }),
            json!({ "active": false }),
            json!({ "schemas": ["urn:scim:schemas:core:1.0"], "meta": { "attributes": ["title"] } }),
        ] {
            let detail = server.request("PATCH", &path).json(&body).send().error(400, "invalidSyntax");
            assert!(detail.contains("SCIM 1.1") && detail.contains("Operations"), "{detail}");
        }
        for body in [json!({}), json!({ "schemas": [crate::support::PATCH_OP], "Operation": [] })] {
            let detail = server.request("PATCH", &path).json(&body).send().error(400, "invalidSyntax");
            assert!(!detail.contains("1.1") && detail.contains("Operations"), "{detail}");
        }
        assert_eq!(read(&server, &path), user);
    }
}
