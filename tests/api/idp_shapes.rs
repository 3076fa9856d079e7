//! Requests in the very shape in which identity providers send them.

mod entra;
mod entra_groups;
mod okta;
mod okta_groups;

use serde_json::{Value, json};

use crate::support::{PATCH_OP, Reply, Request, TestServer};

/// What Okta puts on every request, also on those without a body.
fn okta(request: Request) -> Request {
    request
        .header("User-Agent", "Okta SCIM Client 1.0.0")
        .header("Accept", "application/scim+json")
        .header("Accept-Charset", "utf-8")
        .header("Content-Type", "application/scim+json; charset=utf-8")
}

/// A PATCH as Okta sends it.
fn okta_patch(server: &TestServer, path: &str, operations: Value) -> Reply {
    okta(server.patch(path, operations)).send()
}

/// A PATCH as Entra sends it: plain JSON, without an `Accept`.
fn entra_patch(server: &TestServer, path: &str, operations: &Value) -> Reply {
    let body = json!({ "schemas": [PATCH_OP], "Operations": operations });
    server
        .request("PATCH", path)
        .raw(Some("application/json; charset=utf-8"), body.to_string())
        .send()
}

/// The resource at a path.
#[track_caller]
fn read(server: &TestServer, path: &str) -> Value {
    server.get(path).send().expect(200)
}

/// Ids of the members of the group at a path.
#[track_caller]
fn members(server: &TestServer, path: &str) -> Vec<String> {
    let group = read(server, path);
    let members = group["members"]
        .as_array()
        .unwrap_or_else(|| panic!("no members in {group}"));
    members
        .iter()
        .map(|member| member["value"].as_str().unwrap().to_owned())
        .collect()
}
