//! The Bulk requests of these tests, and checks that every answer must pass.

use serde_json::{Value, json};

use crate::support::{GROUP, Reply, Request, TestServer, USER};

pub(super) const BULK_REQUEST: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
const BULK_RESPONSE: &str = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";

pub(super) fn message(operations: Value) -> Value {
    json!({ "schemas": [BULK_REQUEST], "Operations": operations })
}

pub(super) fn request(server: &TestServer, operations: Value) -> Request {
    server.post("/Bulk", message(operations))
}

/// The entries of a `BulkResponse`.
#[track_caller]
pub(super) fn entries(reply: Reply) -> Vec<Value> {
    let response = reply.expect(200);
    assert_eq!(response["schemas"], json!([BULK_RESPONSE]));
    let names: Vec<&String> = response.as_object().expect("an object").keys().collect();
    assert_eq!(names, ["schemas", "Operations"]);
    let entries = response["Operations"]
        .as_array()
        .expect("an array of entries");
    for entry in entries {
        well_formed(entry);
    }
    entries.clone()
}

/// Checks an entry: it has the right members, and a `response` if and only if it failed.
#[track_caller]
fn well_formed(entry: &Value) {
    let known = [
        "method", "bulkId", "location", "version", "status", "response",
    ];
    let keys = entry.as_object().expect("an entry is an object").keys();
    assert!(
        keys.into_iter().all(|key| known.contains(&key.as_str())),
        "{entry}"
    );
    let status = entry["status"].as_str().expect("status is a string");
    let failed = status.parse::<u16>().expect("status is a number") >= 300;
    assert_eq!(failed, entry.get("response").is_some(), "{entry}");
    if failed {
        let response = &entry["response"];
        assert_eq!(response["status"], status, "{entry}");
        assert_eq!(
            response["schemas"],
            json!([crate::support::ERROR]),
            "{entry}"
        );
        assert!(
            response["detail"]
                .as_str()
                .is_some_and(|detail| !detail.is_empty()),
            "{entry}"
        );
    }
}

#[track_caller]
pub(super) fn run(server: &TestServer, operations: Value) -> Vec<Value> {
    entries(request(server, operations).send())
}

pub(super) fn statuses(entries: &[Value]) -> Vec<&str> {
    let status = entries.iter().map(|entry| entry["status"].as_str());
    status.map(Option::unwrap_or_default).collect()
}

/// Runs operations that must end with these statuses.
#[track_caller]
pub(super) fn ends(server: &TestServer, operations: Value, expected: &[&str]) -> Vec<Value> {
    let entries = run(server, operations);
    assert_eq!(statuses(&entries), expected, "{entries:#?}");
    entries
}

pub(super) fn post_user(bulk_id: &str, more: Value) -> Value {
    let mut data = json!({ "schemas": [USER], "userName": bulk_id });
    for (key, value) in more.as_object().into_iter().flatten() {
        data[key] = value.clone();
    }
    json!({ "method": "POST", "path": "/Users", "bulkId": bulk_id, "data": data })
}

pub(super) fn post_group(bulk_id: &str, members: &[&str]) -> Value {
    let members: Vec<Value> = members
        .iter()
        .map(|value| json!({ "value": value }))
        .collect();
    let data = json!({ "schemas": [GROUP], "displayName": bulk_id, "members": members });
    json!({ "method": "POST", "path": "/Groups", "bulkId": bulk_id, "data": data })
}

pub(super) fn patch(path: &str, operations: Value) -> Value {
    let data = json!({ "schemas": [crate::support::PATCH_OP], "Operations": operations });
    json!({ "method": "PATCH", "path": path, "data": data })
}

pub(super) fn delete(path: &str) -> Value {
    json!({ "method": "DELETE", "path": path })
}

/// The id at the end of an entry's location.
#[track_caller]
pub(super) fn id_of(entry: &Value) -> &str {
    let location = entry["location"].as_str();
    let id = location.and_then(|location| location.rsplit('/').next());
    id.unwrap_or_else(|| panic!("no location in {entry}"))
}

/// The resource that an entry points at.
#[track_caller]
pub(super) fn at(server: &TestServer, entry: &Value) -> Value {
    let location = entry["location"]
        .as_str()
        .unwrap_or_else(|| panic!("no location in {entry}"));
    let path = location
        .strip_prefix(server.base())
        .expect("a location below the base");
    server.get(path).send().expect(200)
}

/// The ids of a group's members, sorted.
pub(super) fn members(group: &Value) -> Vec<&str> {
    let mut ids: Vec<&str> = group["members"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|member| member["value"].as_str())
        .collect();
    ids.sort_unstable();
    ids
}

/// How many users a filter selects, on however many pages.
#[track_caller]
pub(super) fn count(server: &TestServer, filter: &str) -> usize {
    let list = server
        .get("/Users")
        .query("filter", filter)
        .query("count", "0")
        .send()
        .expect(200);
    let total = list["totalResults"].as_u64();
    total
        .and_then(|total| usize::try_from(total).ok())
        .unwrap_or_else(|| panic!("no totalResults: {list}"))
}
