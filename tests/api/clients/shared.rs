//! What the tests of several clients share: the members of groups, many resources at once, walks over pages.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{GROUP, Reply, TestServer, USER, id, read};

/// Most operations in one Bulk request, as the server announces it.
const CHUNK: usize = 1_000;

/// Ids of the members of the group at a path; none is there twice.
#[track_caller]
pub(super) fn members(server: &TestServer, path: &str) -> BTreeSet<String> {
    let group = read(server, path);
    let listed = group["members"].as_array();
    let listed = listed.unwrap_or_else(|| panic!("no members in {group}"));
    let ids: BTreeSet<String> = listed
        .iter()
        .map(|member| member["value"].as_str().expect("an id").to_owned())
        .collect();
    assert_eq!(ids.len(), listed.len(), "a member is there twice");
    ids
}

/// Ids of the members of the group at a path, in the order of the answer.
#[track_caller]
pub(super) fn members_in_order(server: &TestServer, path: &str) -> Vec<String> {
    let group = read(server, path);
    let members = group["members"]
        .as_array()
        .unwrap_or_else(|| panic!("no members in {group}"));
    members
        .iter()
        .map(|member| member["value"].as_str().unwrap().to_owned())
        .collect()
}

/// A set of ids, to compare `members` with.
pub(super) fn set<'i>(ids: impl IntoIterator<Item = &'i str>) -> BTreeSet<String> {
    ids.into_iter().map(str::to_owned).collect()
}

/// Makes many resources with the fewest requests; their ids, in this order. `body` is given a number from 0.
#[track_caller]
pub(super) fn crowd(
    server: &TestServer,
    endpoint: &str,
    count: usize,
    body: impl Fn(usize) -> Value,
) -> Vec<String> {
    let operations: Vec<Value> = (0..count)
        .map(|number| {
            json!({ "method": "POST", "path": endpoint, "bulkId": number.to_string(), "data": body(number) })
        })
        .collect();
    let mut ids = Vec::with_capacity(count);
    for chunk in operations.chunks(CHUNK) {
        let message = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": chunk,
        });
        let done = server.post("/Bulk", message).send().expect(200);
        for entry in done["Operations"].as_array().expect("entries") {
            assert_eq!(entry["status"], "201", "{entry}");
            let location = entry["location"].as_str().expect("a location");
            let (_, id) = location.rsplit_once('/').expect("a path");
            ids.push(id.to_owned());
        }
    }
    ids
}

/// Many users; see `crowd`.
#[track_caller]
pub(super) fn users(server: &TestServer, count: usize) -> Vec<String> {
    crowd(
        server,
        "/Users",
        count,
        |number| json!({ "schemas": [USER], "userName": format!("user-{number}@x.test") }),
    )
}

/// The ids that all pages of an endpoint show, in the order of arrival. `page` asks for the one that begins at an index.
///
/// Ends when `totalResults` are seen, as clients do; a page without resources before that would keep them going for ever.
#[track_caller]
pub(super) fn walk(page: impl Fn(usize) -> Reply) -> Vec<String> {
    let mut seen: Vec<String> = Vec::new();
    loop {
        let list = page(seen.len() + 1).expect(200);
        let total = list["totalResults"].as_u64().expect("an integer");
        let resources = list["Resources"].as_array().expect("a list");
        assert_eq!(list["itemsPerPage"], resources.len(), "{list}");
        for resource in resources {
            let whole = resource["schemas"].is_array() && resource["meta"].is_object();
            assert!(whole, "SailPoint refuses a page with {resource}");
            seen.push(id(resource).to_owned());
        }
        if seen.len() as u64 >= total {
            return seen;
        }
        assert!(!resources.is_empty(), "an endless walk: {list}");
    }
}

/// An empty group.
#[track_caller]
pub(super) fn empty_group(server: &TestServer, name: &str) -> (Value, String) {
    let body = json!({ "schemas": [GROUP], "displayName": name });
    let group = server.post("/Groups", body).send().expect(201);
    let path = format!("/Groups/{}", id(&group));
    (group, path)
}
