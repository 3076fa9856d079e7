//! Requests as Entra ID sends them: plain JSON, without an `Accept`.

use serde_json::{Value, json};

use crate::support::{PATCH_OP, Reply, Request, TestServer};

/// A body as Entra sends it.
pub(super) fn entra(server: &TestServer, method: &str, path: &str, body: &Value) -> Request {
    let request = server.request(method, path);
    request.raw(Some("application/json; charset=utf-8"), body.to_string())
}

/// A PATCH with these operations.
pub(super) fn patch(server: &TestServer, path: &str, operations: &Value) -> Request {
    let body = json!({ "schemas": [PATCH_OP], "Operations": operations });
    entra(server, "PATCH", path, &body)
}

/// The answer to a PATCH with these operations.
pub(super) fn entra_patch(server: &TestServer, path: &str, operations: &Value) -> Reply {
    patch(server, path, operations).send()
}
