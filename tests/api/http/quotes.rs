//! An error says what is wrong, and repeats at most 200 characters of what the client sent.

use serde_json::{Value, json};

use crate::support::{
    BULK_REQUEST, GROUP, PATCH_OP, Request, SEARCH_REQUEST, TestServer, USER, path_of,
};

/// Far more than an error quotes.
const LONG: usize = 5_000;

/// Requests that fail, each with a long text somewhere.
fn requests(server: &TestServer, user: &str, group: &str) -> Vec<(u16, Request)> {
    let long = "é".repeat(LONG);
    let ascii = "q".repeat(LONG);
    let set = |path: &str, value: Value| {
        server.patch(
            user,
            json!([{ "op": "replace", "path": path, "value": value }]),
        )
    };
    let post = |rest: Value| {
        let mut body = json!({ "schemas": [USER], "userName": "new" });
        for (name, value) in rest.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        server.post("/Users", body)
    };
    let bulk = |operation: Value| {
        server.post(
            "/Bulk",
            json!({ "schemas": [BULK_REQUEST], "Operations": [operation] }),
        )
    };
    vec![
        (400, server.get("/Users").query("sortBy", &ascii)),
        (400, server.get("/Users").query("sortBy", &long)),
        (400, server.get("/Users").query("sortOrder", &long)),
        (400, server.get("/Users").query("count", &long)),
        (400, server.get("/Users").query("cursor", &long)),
        (400, server.get("/Users").query("filter", &format!("{ascii} eq 1"))),
        (400, server.get("/Users").query("filter", &format!("active eq \"{long}\""))),
        (400, server.get("/Users").query("filter", &format!("emails[{ascii} eq 1]"))),
        (400, server.get("/Users").query("filter", &format!("emails[{ascii}[a pr]]"))),
        (404, server.get(&format!("/Users/{ascii}"))),
        (404, server.get(&format!("/Schemas/{ascii}"))),
        (404, server.get(&format!("/ResourceTypes/{ascii}"))),
        (404, server.get(&format!("/{ascii}"))),
        (400, set(&ascii, json!("x"))),
        (400, set(&long, json!("x"))),
        (400, set(&format!("name.{ascii}"), json!("x"))),
        (400, set(&format!("emails[type eq \"work\"].{ascii}"), json!("x"))),
        (400, set(&format!("emails[{ascii} zz]"), json!("x"))),
        (400, set("active", json!(long))),
        (400, set("schemas", json!([ascii, USER]))),
        (400, server.request("PATCH", user).json(&json!({ "schemas": [PATCH_OP], "Operations": [{ "op": long, "path": "title" }] }))),
        (400, server.request("PATCH", user).json(&json!({ "schemas": [PATCH_OP], "Operations": [{ "op": "add", "path": "title", "value": "x", (ascii.as_str()): 1 }] }))),
        (400, server.patch(user, json!([{ "op": "replace", "value": { (format!("name.{ascii}")): "x", (format!("{USER}:title")): "x" } }]))),
        (400, post(json!({ (ascii.as_str()): "x" }))),
        (400, post(json!({ "name": { (ascii.as_str()): "x" } }))),
        (400, post(json!({ "schemas": [USER, ascii] }))),
        (400, post(json!({ (format!("urn:{ascii}")): { "x": 1 } }))),
        (400, post(json!({ "active": long }))),
        (400, server.request("POST", "/Users").raw(Some("application/scim+json"), format!("{{\"{long}\":1,\"{long}\":2}}"))),
        (400, server.request("POST", "/Users").raw(Some("application/scim+json"), format!("{{\"{ascii}\":\"\\u0000\"}}"))),
        (415, server.request("POST", "/Users").raw(Some(&ascii), "{}")),
        (400, server.post("/Groups", json!({ "schemas": [GROUP], "displayName": "new", "members": [
            { "value": long }, { "value": ascii }, { "value": format!("{ascii}2") }, { "value": format!("{ascii}3") }, { "value": format!("{ascii}4") },
        ] }))),
        (400, server.patch(group, json!([{ "op": "add", "path": "members", "value": [{ "value": ascii }] }]))),
        (400, server.post("/Users/.search", json!({ "schemas": [SEARCH_REQUEST], "sortBy": ascii }))),
        (400, server.post("/Users/.search", json!({ "schemas": [SEARCH_REQUEST], (ascii.as_str()): 1 }))),
        (400, server.get("/Users").query(&ascii, "\0")),
        (200, bulk(json!({ "method": ascii, "path": "/Users", "data": {} }))),
        (200, bulk(json!({ "method": "DELETE", "path": ascii }))),
        (200, bulk(json!({ "method": "DELETE", "path": format!("/Users/{ascii}") }))),
        (200, bulk(json!({ "method": "DELETE", "path": format!("/Users/bulkId:{ascii}") }))),
    ]
}

api_test! {
    /// Rows: ERR-04 SEC-09
    fn err_04_an_error_repeats_little_of_the_request(server) {
        server.set_tenant("profile=interop");
        server.set_tenant("pathless-patch=on");
        let user = path_of(&server.create_user("ada"));
        let group = path_of(&server.create_group("team", &[]));
        for (number, (status, request)) in requests(&server, &user, &group).into_iter().enumerate() {
            let reply = request.send();
            assert_eq!(reply.status, status, "{number}: {:.400}", reply.text);
            let told = reply.body.get("detail").or_else(|| reply.body.pointer("/Operations/0/response/detail"));
            let detail = told.and_then(Value::as_str).expect("a detail");
            let repeated = detail.chars().filter(|c| "éq".contains(*c)).count();
            assert!(repeated <= 220, "{number}: {repeated} characters are repeated: {detail:.400}");
            assert!(detail.chars().count() < 600, "{number}: {detail}");
        }
    }
}
