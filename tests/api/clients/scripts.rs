//! Test scripts and made-up identity providers. They leave out headers and attributes.

use serde_json::{Value, json};

use crate::support::{GROUP, Reply, TestServer, USER, id, read, total};

/// A body with no word about what it is.
#[track_caller]
fn bare(server: &TestServer, method: &str, path: &str, body: &str) -> Reply {
    let host = server.origin().trim_start_matches("http://");
    let head = format!(
        "{method} /scim/v2{path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        server.token(),
        body.len()
    );
    let reply = server.exchange([head.as_bytes(), body.as_bytes()].concat());
    reply.expect("an answer")
}

fn text(value: &Value) -> String {
    value.to_string()
}

api_test! {
    /// Rows: DUMMY-1 LEN-15 LEN-22
    fn dummy_01_a_body_that_is_json_is_taken(server) {
        let user = bare(&server, "POST", "/Users", &text(&json!({ "userName": "kim", "title": "Dr" }))).expect(201);
        assert_eq!((&user["schemas"], &user["title"]), (&json!([USER]), &json!("Dr")));
        let path = format!("/Users/{}", id(&user));
        let off = text(&json!({ "Operations": [{ "op": "replace", "path": "active", "value": false }] }));
        let after = bare(&server, "PATCH", &path, &off).expect(200);
        assert_eq!((&after["active"], &after["title"], &read(&server, &path)), (&json!(false), &json!("Dr"), &after));
        let put = bare(&server, "PUT", &path, &text(&json!({ "userName": "kim", "active": true }))).expect(200);
        assert_eq!((&put["active"], put.get("title"), &read(&server, &path)), (&json!(true), None, &put));
        let group = bare(&server, "POST", "/Groups", &text(&json!({ "displayName": "Team" }))).expect(201);
        assert_eq!(group["schemas"], json!([GROUP]));
        let group_path = format!("/Groups/{}", id(&group));
        let add = text(&json!({ "Operations": [{ "op": "add", "path": "members", "value": [{ "value": user["id"] }] }] }));
        assert_eq!(bare(&server, "PATCH", &group_path, &add).status, 204);
        assert_eq!(read(&server, &group_path)["members"][0]["value"], user["id"]);
    }

    /// Rows: DUMMY-1 MEDIA-07
    fn dummy_01_a_body_that_is_no_json_is_not(server) {
        let user = server.create_user("kim");
        let path = format!("/Users/{}", id(&user));
        for body in ["", "active=false", "{\"Operations\":[{\"op\":\"replace\",\"value\":{\"active\":false}}]", "false"] {
            let reply = bare(&server, "PATCH", &path, body);
            assert_eq!(reply.status, 400, "{body}: {}", reply.text);
            reply.scim_error();
            assert_eq!(bare(&server, "POST", "/Users", body).status, 400, "{body}");
        }
        // Operations are not guessed at either.
        for body in [json!({}), json!({ "active": false }), json!({ "operation": [] })] {
            let reply = bare(&server, "PATCH", &path, &text(&body));
            assert_eq!(reply.status, 400, "{body}: {}", reply.text);
            reply.scim_error();
        }
        // What says that it is something else is believed.
        let json = text(&json!({ "userName": "lee" }));
        server.request("POST", "/Users").raw(Some("text/plain"), json).send().error(415, "");
        assert_eq!((read(&server, &path), total(&server, "/Users")), (user, 1));
    }
}
