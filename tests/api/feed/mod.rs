//! The feed of changes: over HTTP, as a stream, and as views. Users: applications that keep a copy.

mod consumer;
mod pages;
mod positions;
mod waiting;
mod writers;

use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{BULK_REQUEST, Reply, TestServer, USER};

/// How long other tests' transactions may take.
const SETTLED_MAX: Duration = Duration::from_secs(60);

/// A page of the feed after a position, without waiting.
#[track_caller]
fn page_after(server: &TestServer, position: &str) -> Value {
    settle(server);
    asked(server, &[("after", position), ("wait", "0")]).expect(200)
}

/// The present end of the feed.
#[track_caller]
fn position(server: &TestServer) -> String {
    settle(server);
    let page = asked(server, &[]).expect(200);
    text(&page["position"]).to_owned()
}

/// Waits until readers may see every change. On PostgreSQL, changes wait for older transactions, also those of other tests
/// in the same cluster.
#[track_caller]
fn settle(server: &TestServer) {
    let mut behind = server.behind();
    let hidden = "SELECT resource_id AS text FROM changes WHERE position NOT IN (SELECT position FROM scim_changes)";
    let began = Instant::now();
    while !behind.texts(hidden).is_empty() {
        assert!(
            began.elapsed() < SETTLED_MAX,
            "changes stay hidden from readers"
        );
        thread::sleep(Duration::from_millis(5));
    }
}

fn asked(server: &TestServer, parameters: &[(&str, &str)]) -> Reply {
    let request = server.get("/feed");
    let request = parameters
        .iter()
        .fold(request, |request, (name, value)| request.query(name, value));
    request.send()
}

#[track_caller]
fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

/// `OPERATION ID` of each event of a page.
#[track_caller]
fn told(page: &Value) -> Vec<String> {
    let events = page["events"].as_array().expect("events");
    events
        .iter()
        .map(|event| format!("{} {}", text(&event["operation"]), text(&event["id"])))
        .collect()
}

/// Creates users with Bulk. Returns their ids.
fn create_all(server: &TestServer, names: &[String]) -> Vec<String> {
    let operation = |name: &String| json!({ "method": "POST", "path": "/Users", "bulkId": name, "data": { "schemas": [USER], "userName": name } });
    let create = |names: &[String]| {
        let operations: Vec<Value> = names.iter().map(operation).collect();
        let body = json!({ "schemas": [BULK_REQUEST], "Operations": operations });
        let answer = server.post("/Bulk", body).send().expect(200);
        let made = answer["Operations"].as_array().expect("operations").clone();
        made.into_iter().map(|one| {
            let location = one["location"].as_str().expect("a location").to_owned();
            location.rsplit('/').next().expect("an id").to_owned()
        })
    };
    names.chunks(500).flat_map(create).collect()
}
