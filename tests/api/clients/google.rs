//! Google Workspace.

use serde_json::json;

use crate::support::{USER, id, read, total};

api_test! {
    /// Rows: GWS-1 GEN-3 GEN-4
    fn gws_01_create_modify_suspend_delete(server) {
        let body = json!({
            "schemas": [USER], "userName": "gil@x.test", "active": true, "name": { "givenName": "Gil", "familyName": "Weiss" },
            "emails": [{ "value": "gil@x.test", "type": "work", "primary": true }],
        });
        let lookup = "/Users?filter=userName%20eq%20%22gil%40x.test%22";
        assert_eq!(read(&server, lookup)["totalResults"], 0);
        let user = server.post("/Users", body.clone()).send().expect(201);
        let path = format!("/Users/{}", id(&user));
        let modified = json!([{ "op": "replace", "path": "name.familyName", "value": "White" }]);
        let modified = server.patch(&path, modified).send().expect(200);
        assert_eq!(modified["name"], json!({ "givenName": "Gil", "familyName": "White" }));
        // Suspended: still there with everything, some days long.
        let suspended = server.patch(&path, json!([{ "op": "replace", "path": "active", "value": false }])).send().expect(200);
        let mut expected = modified;
        expected["active"] = false.into();
        expected["meta"] = suspended["meta"].clone();
        assert_eq!((&suspended, &read(&server, &path)), (&expected, &expected));
        assert_eq!(read(&server, lookup)["Resources"], json!([expected]));
        let back = server.patch(&path, json!([{ "op": "replace", "path": "active", "value": true }])).send().expect(200);
        assert_eq!((&back["id"], &back["active"]), (&user["id"], &json!(true)));
        assert_eq!(total(&server, "/Users"), 1, "nobody was made a second time");
        server.delete(&path).send().expect(204);
        server.get(&path).send().error(404, "");
        assert_eq!(read(&server, lookup)["totalResults"], 0);
        let again = server.post("/Users", body).send().expect(201);
        assert_ne!(again["id"], user["id"]);
        assert_eq!(again["name"]["familyName"], "Weiss");
        assert_eq!(total(&server, "/Groups"), 0);
    }
}
