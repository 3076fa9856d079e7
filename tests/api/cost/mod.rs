//! What a request costs, told by counting: statements, and rows that are read. No clock is looked at.

mod growth;
mod many_values;
mod statements;

use serde_json::{Value, json};

use crate::support::{TestServer, USER, id};

/// A user with all that clients look people up by.
fn person(name: &str) -> Value {
    json!({
        "schemas": [USER], "userName": name, "externalId": format!("x-{name}"), "displayName": name,
        "emails": [{ "value": format!("{name}@example.test"), "type": "work" }],
    })
}

fn create(server: &TestServer, name: &str) -> String {
    let created = server.post("/Users", person(name)).send().expect(201);
    id(&created).to_owned()
}

fn named(server: &TestServer, filter: &str) -> i64 {
    let found = server.get("/Users").query("filter", filter).send();
    found.expect(200)["totalResults"].as_i64().expect("a total")
}
