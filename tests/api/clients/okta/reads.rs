//! Okta: reads of single resources, and servers without `/Bulk` and `/Me`.

use serde_json::{Value, json};

use super::requests::okta;
use crate::clients::shared::{members, set};
use crate::support::{Backend, GROUP, TestServer, USER, id, read};

/// Every URL in a document.
fn urls(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) if text.starts_with("http") => found.push(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| urls(value, found)),
        Value::Object(members) => members.values().for_each(|value| urls(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => (),
    }
}

api_test! {
    /// Rows: OKTA-17 GEN-3 GEN-5
    fn okta_17_single_reads_tell_what_is_still_there(server) {
        let user = server.create_user("kim@x.test");
        let group = server.create_group("Sales", &[id(&user)]);
        let (path, group_path) = (format!("/Users/{}", id(&user)), format!("/Groups/{}", id(&group)));
        let look = |path: &str| okta(server.get(path)).send();
        assert_eq!(look(&group_path).expect(200), group);
        okta(server.patch(&path, json!([{ "op": "replace", "value": { "active": false } }]))).send().expect(200);
        let inactive = look(&path).expect(200);
        assert_eq!((&inactive["id"], &inactive["active"]), (&user["id"], &json!(false)));
        okta(server.delete(&group_path)).send().expect(204);
        look(&group_path).error(404, "");
        assert_eq!(look(&path).expect(200)["id"], user["id"], "the user outlives the group");
        server.delete(&path).send().expect(204);
        assert!(look(&path).error(404, "").contains(id(&user)));
        // The id of a user is unknown at `/Groups`.
        let other = server.create_user("lee@x.test");
        look(&format!("/Groups/{}", id(&other))).error(404, "");
        assert_eq!(look(&format!("/Users/{}", id(&other))).expect(200), other);
    }
}

/// Okta leaves `/Bulk` and `/Me` alone, so all goes well without them; the base URL has no `_` of ours.
///
/// Rows: OKTA-42 GEN-11
#[test]
fn okta_42_a_push_needs_neither_bulk_nor_me() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let settings = [
            ("SCIMD_BULK_OPERATIONS_MAX", "0"),
            ("SCIMD_BASE_URL", "https://scim.example.com"),
        ];
        let server = TestServer::start_with(backend, &settings);
        okta(server.get("/Me")).send().error(501, "");
        assert!(server.post("/Bulk", json!({})).send().status >= 400);
        let mut seen = Vec::new();
        let mut answered = |reply: Value| {
            urls(&reply, &mut seen);
            reply
        };
        let lookup = "/Users?filter=userName%20eq%20%22kim%40x.test%22&startIndex=1&count=100";
        assert_eq!(
            okta(server.get(lookup)).send().expect(200)["totalResults"],
            0
        );
        let body = json!({ "schemas": [USER], "userName": "kim@x.test", "externalId": "00uAb12", "active": true });
        let user = answered(okta(server.post("/Users", body)).send().expect(201));
        let body = json!({ "schemas": [GROUP], "displayName": "Sales", "members": [] });
        let group = answered(okta(server.post("/Groups", body)).send().expect(201));
        let group_path = format!("/Groups/{}", id(&group));
        let operations = json!([{ "op": "add", "path": "members", "value": [{ "value": id(&user), "display": "kim@x.test" }] }]);
        okta(server.patch(&group_path, operations))
            .send()
            .expect(204);
        assert_eq!(members(&server, &group_path), set([id(&user)]));
        answered(okta(server.get(&group_path)).send().expect(200));
        answered(okta(server.get(lookup)).send().expect(200));
        let off = json!([{ "op": "replace", "value": { "active": false } }]);
        let path = format!("/Users/{}", id(&user));
        assert_eq!(
            answered(okta(server.patch(&path, off)).send().expect(200))["active"],
            false
        );
        assert_eq!(read(&server, &path)["active"], false);
        assert!(seen.len() > 5, "{seen:?}");
        for url in seen {
            assert!(
                url.starts_with("https://scim.example.com/scim/v2/") && !url.contains('_'),
                "{url}"
            );
        }
    }
}
