//! Users with odd attributes: accepted, or refused without a trace.

use serde_json::{Value, json};

use crate::support::{Reply, TestServer, USER, id};

/// Posts a user of this name with these attributes; the answer is what a later GET shows.
#[track_caller]
pub(super) fn accepted(server: &TestServer, user_name: &str, attributes: &Value) -> Value {
    let created = posted(server, user_name, attributes).expect(201);
    let read = server
        .get(&format!("/Users/{}", id(&created)))
        .send()
        .expect(200);
    assert_eq!(created, read);
    read
}

/// Posts a user that must be refused, and makes sure that nothing of it was stored.
#[track_caller]
pub(super) fn refused(server: &TestServer, user_name: &str, attributes: &Value, scim_type: &str) {
    posted(server, user_name, attributes).error(400, scim_type);
    let found = server.names(&format!("userName eq \"{user_name}\""));
    assert!(found.is_empty(), "{attributes} was refused and stored");
}

fn posted(server: &TestServer, user_name: &str, attributes: &Value) -> Reply {
    let mut body = json!({ "schemas": [USER], "userName": user_name });
    for (name, value) in attributes.as_object().into_iter().flatten() {
        body[name] = value.clone();
    }
    server.post("/Users", body).send()
}
