//! `bulkId:x` becomes a real id, in any order of the operations. The text itself is stored nowhere.

use serde_json::{Value, json};

use super::operations::{at, delete, ends, id_of, members, patch, post_group, post_user, run};
use crate::support::{ENTERPRISE, GROUP, TestServer, USER, id};

fn managed_by(manager: &str) -> Value {
    json!({ "schemas": [USER, ENTERPRISE], ENTERPRISE: { "manager": { "value": manager } } })
}

#[track_caller]
fn manager(user: &Value) -> &str {
    user[ENTERPRISE]["manager"]["value"]
        .as_str()
        .unwrap_or_else(|| panic!("no manager: {user}"))
}

/// The database names the resources by their ids and never by a `bulkId`.
#[track_caller]
fn nothing_refers_by_bulk_id(server: &TestServer, stored: &[&str]) {
    for name in stored {
        assert!(
            server.stores(name),
            "{name} is not found, so it shows nothing"
        );
    }
    for prefix in ["bulkId:", "bulkid:", "BULKID:"] {
        assert!(!server.stores(prefix), "a reference is stored as text");
    }
}

api_test! {
    /// Rows: BULK-24 BULK-25 BULK-27 BULK-28
    fn bulk_27_forward_and_circular_references_become_ids(server) {
        let done = ends(&server, json!([
            post_user("ada", managed_by("bulkId:boss")),
            post_group("team", &["bulkId:eve", "bulkId:ada"]),
            post_user("left", managed_by("bulkId:right")),
            post_user("right", managed_by("bulkId:left")),
            post_user("boss", json!({})),
            post_user("eve", managed_by("bulkId:eve")),
        ]), &["201"; 6]);
        let ids: Vec<&str> = done.iter().map(id_of).collect();
        assert_eq!(manager(&at(&server, &done[0])), ids[4]);
        assert_eq!(manager(&at(&server, &done[2])), ids[3]);
        assert_eq!(manager(&at(&server, &done[3])), ids[2]);
        assert_eq!(manager(&at(&server, &done[5])), ids[5], "who manages himself");
        let mut expected = [ids[0], ids[5]];
        expected.sort_unstable();
        assert_eq!(members(&at(&server, &done[1])), expected);
        nothing_refers_by_bulk_id(&server, &["ada", "team", "left"]);
    }

    /// Rows: BULK-24 BULK-26 BULK-37
    fn bulk_26_paths_patch_values_and_filters_are_resolved(server) {
        let kept = server.create_user("kept");
        let done = ends(&server, json!([
            patch("/Groups/bulkId:team", json!([
                { "op": "add", "path": "members", "value": [{ "value": "bulkId:two" }, { "$ref": "../Users/bulkId:three" }] },
            ])),
            patch("/Groups/bulkId:team", json!([{ "op": "remove", "path": "members[value eq \"bulkId:one\"]" }])),
            post_group("team", &["bulkId:one", id(&kept)]),
            post_user("one", json!({})),
            post_user("two", json!({})),
            post_user("three", json!({})),
            json!({ "method": "PUT", "path": "/Users/bulkId:two", "data": { "schemas": [USER], "userName": "second" } }),
            patch("/Users/bulkId%3Athree", json!([{ "op": "add", "value": { (format!("{ENTERPRISE}:manager")): "bulkId:one" } }])),
            delete("/Users/bulkId:one"),
        ]), &["204", "204", "201", "201", "201", "201", "200", "200", "204"]);
        let group = at(&server, &done[2]);
        let mut expected = [id(&kept), id_of(&done[4]), id_of(&done[5])];
        expected.sort_unstable();
        assert_eq!(members(&group), expected);
        assert_eq!(at(&server, &done[4])["userName"], "second");
        assert_eq!(manager(&at(&server, &done[5])), id_of(&done[3]));
        server.get(&format!("/Users/{}", id_of(&done[3]))).send().error(404, "");
        nothing_refers_by_bulk_id(&server, &["second", "team"]);
    }

    /// Rows: BULK-29
    fn bulk_29_references_to_what_is_not_created_are_conflicts(server) {
        let done = ends(&server, json!([
            post_user("ada", managed_by("bulkId:nobody")),
            post_user("bad", json!({ "emails": 7 })),
            post_user("eve", managed_by("bulkId:bad")),
            post_group("team", &["bulkId:eve"]),
            delete("/Users/bulkId:bad"),
            json!({ "method": "PUT", "path": "/Users/bulkId:nobody", "data": { "schemas": [USER], "userName": "x" } }),
            patch("/Groups/bulkId:late", json!([{ "op": "replace", "path": "displayName", "value": "late" }])),
            json!({ "method": "POST", "path": "/Nowhere", "bulkId": "late", "data": {} }),
            post_user("fine", json!({})),
        ]), &["409", "400", "409", "409", "409", "409", "409", "404", "201"]);
        for (index, name) in [(0, "nobody"), (2, "bad"), (3, "eve"), (4, "bad"), (5, "nobody"), (6, "late")] {
            let detail = done[index]["response"]["detail"].as_str().unwrap_or_default();
            assert!(detail.contains(&format!("\"{name}\"")), "{detail}");
            assert!(done[index]["response"].get("scimType").is_none());
        }
        assert_eq!(server.names("userName pr"), ["fine"]);
        assert_eq!(server.search("/Groups", "displayName pr").len(), 0);
    }

    /// Rows: BULK-28
    fn bulk_28_circles_of_groups_are_refused_and_leave_nothing(server) {
        let done = ends(&server, json!([
            post_group("a", &["bulkId:b"]),
            post_group("b", &["bulkId:a"]),
            post_group("self", &["bulkId:self"]),
            post_group("fine", &[]),
        ]), &["409", "409", "409", "201"]);
        assert!(done[..3].iter().all(|entry| entry.get("location").is_none()));
        let groups = server.search("/Groups", "displayName pr");
        assert_eq!(groups.len(), 1, "{groups:?}");
        nothing_refers_by_bulk_id(&server, &["fine"]);
    }

    /// Rows: BULK-28 BULK-34
    fn bulk_28_a_circle_is_done_whole_or_not_at_all(server) {
        server.create_user("taken");
        let mut taken = post_user("right", managed_by("bulkId:left"));
        taken["data"]["userName"] = json!("taken");
        let done = ends(&server, json!([
            post_user("left", managed_by("bulkId:right")),
            taken,
            post_group("after", &["bulkId:left"]),
            post_user("fine", json!({})),
        ]), &["409", "409", "409", "201"]);
        assert_eq!(done[1]["response"]["scimType"], "uniqueness");
        assert!(done[0]["response"].get("scimType").is_none());
        assert_eq!(server.names("userName pr"), ["fine", "taken"]);
        assert_eq!(server.search("/Groups", "displayName pr").len(), 0);
    }

    /// Rows: BULK-24
    fn bulk_24_only_whole_texts_are_references(server) {
        let mut user = post_user("ada", json!({ "displayName": "see bulkId:ada", "externalId": "BULKID:ada" }));
        user["data"]["schemas"] = json!([USER]);
        let done = run(&server, json!([user]));
        let user = at(&server, &done[0]);
        assert_eq!(user["displayName"], "see bulkId:ada");
        assert_eq!(user["externalId"], user["id"]);
        // A single request knows no other operation to refer to.
        let group = server.post("/Groups", json!({ "schemas": [GROUP], "displayName": "g", "members": [{ "value": "bulkId:ada" }] }));
        group.send().error(400, "invalidValue");
    }
}
