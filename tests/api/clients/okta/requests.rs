//! Requests as Okta sends them.

use serde_json::Value;

use crate::support::{Reply, Request, TestServer};

/// What Okta puts on every request, also on those without a body.
pub(crate) fn okta(request: Request) -> Request {
    request
        .header("User-Agent", "Okta SCIM Client 1.0.0")
        .header("Accept", "application/scim+json")
        .header("Accept-Charset", "utf-8")
        .header("Content-Type", "application/scim+json; charset=utf-8")
}

/// A PATCH as Okta sends it.
pub(super) fn okta_patch(server: &TestServer, path: &str, operations: Value) -> Reply {
    okta(server.patch(path, operations)).send()
}
