//! Writes that the server refuses: they must leave everything as it was.

use serde_json::Value;

use super::request::Request;
use super::resources::{read, total};
use super::server::TestServer;

/// A POST that is refused with 400 and creates nothing. Answers with the error's detail.
#[track_caller]
pub(crate) fn refuses_create(
    server: &TestServer,
    endpoint: &str,
    body: Value,
    scim_type: &str,
) -> String {
    let before = total(server, endpoint);
    let described = body.to_string();
    let reply = server.post(endpoint, body).send();
    assert_eq!(reply.status, 400, "for {described}: {}", reply.text);
    let detail = reply.error(400, scim_type);
    assert_eq!(
        total(server, endpoint),
        before,
        "nothing is created by {described}"
    );
    detail
}

/// A request that is refused and leaves the resource at `path` as it was, version included. Answers with the detail.
#[track_caller]
pub(crate) fn refuses_change(
    server: &TestServer,
    path: &str,
    request: Request,
    status: u16,
    scim_type: &str,
) -> String {
    let before = read(server, path);
    let detail = request.send().error(status, scim_type);
    assert_eq!(
        read(server, path),
        before,
        "a refused write changes nothing"
    );
    detail
}
