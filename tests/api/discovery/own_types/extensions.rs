//! Several extensions of one type, and which of their attributes answers show.

use serde_json::json;

use super::devices::{DEVICE, SITE, define_devices, device};
use crate::support::id;

const LEASE: &str = "urn:example:scim:extension:2.0:Lease";

api_test! {
    /// Rows: EXT-10 EXT-13
    fn ext_10_two_extensions_may_have_an_attribute_of_one_name(server) {
        define_devices(&server);
        let lease = json!({ "id": LEASE, "name": "Lease", "attributes": [
            { "name": "building", "caseExact": true }, { "name": "model", "type": "integer" } ] });
        server.write("lease.json", &lease);
        server.cli(&["schema", "add", "lease.json", "--extends", "Device"]).ok();
        let made = device(&server, json!({ "assetTag": "A", "model": "Core",
            SITE: { "building": "North" }, LEASE: { "building": "Bank", "model": 7 } }));
        assert_eq!(made["model"], "Core");
        assert_eq!((&made[SITE], &made[LEASE]), (&json!({ "building": "North" }), &json!({ "building": "Bank", "model": 7 })));
        for (filter, found) in [
            (format!("{SITE}:building eq \"NORTH\""), 1),
            (format!("{LEASE}:building eq \"Bank\""), 1),
            (format!("{LEASE}:building eq \"BANK\""), 0),
            (format!("{LEASE}:building eq \"North\""), 0),
            (format!("{LEASE}:model gt 6"), 1),
            ("model eq \"core\"".to_owned(), 1),
        ] {
            assert_eq!(server.search("/Devices", &filter).len(), found, "{filter}");
        }
        // Without a URN the name is ambiguous.
        let detail = server.get("/Devices").query("filter", "building pr").send().error(400, "invalidFilter");
        assert!(detail.contains("building") && detail.contains("URN"), "{detail}");
        let change = json!([{ "op": "replace", "path": format!("{LEASE}:building"), "value": "Fund" }]);
        let changed = server.patch(&format!("/Devices/{}", id(&made)), change).send().expect(200);
        assert_eq!((&changed[SITE]["building"], &changed[LEASE]["building"]), (&json!("North"), &json!("Fund")));
    }

    /// Rows: PROJ-17
    fn proj_17_what_a_write_sets_is_shown_by_its_answer(server) {
        define_devices(&server);
        let made = device(&server, json!({ "assetTag": "A", "notes": "n" }));
        assert_eq!(made["notes"], "n");
        let path = format!("/Devices/{}", id(&made));
        let read = || server.get(&path).send().expect(200);
        assert_eq!(read().get("notes"), None);
        assert_eq!(server.search("/Devices", "assetTag pr")[0].get("notes"), None);
        let patch = |value: serde_json::Value| server.patch(&path, json!([value])).send().expect(200);
        let other = patch(json!({ "op": "replace", "path": "model", "value": "m" }));
        assert_eq!(other.get("notes"), None, "it was not set");
        assert_eq!(patch(json!({ "op": "replace", "path": "notes", "value": "o" }))["notes"], "o");
        assert_eq!(patch(json!({ "op": "remove", "path": "notes" })).get("notes"), None);
        let put = json!({ "schemas": [DEVICE], "assetTag": "A", "notes": "p" });
        assert_eq!(server.put(&path, put.clone()).send().expect(200)["notes"], "p");
        let narrow = server.put(&format!("{path}?attributes=assetTag"), put.clone()).send().expect(200);
        assert_eq!(narrow.get("notes"), None, "the client has said what it wants");
        let without = server.put(&format!("{path}?excludedAttributes=model"), put).send().expect(200);
        assert_eq!(without["notes"], "p");
    }
}
