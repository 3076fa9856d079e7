//! Recordings that are right, and the errors for wrong ones.

use serde_json::{Value, json};

use super::*;

fn smallest() -> Value {
    json!({
        "title": "t",
        "steps": [{
            "name": "look",
            "request": { "method": "GET", "path": "/Users" },
            "response": { "status": 200 }
        }]
    })
}

/// The smallest recording with one more value. `None` takes a value out.
fn with(pointer: &str, key: &str, value: Option<Value>) -> Value {
    let mut file = smallest();
    let object = file
        .pointer_mut(pointer)
        .and_then(Value::as_object_mut)
        .unwrap();
    match value {
        Some(value) => object.insert(key.to_owned(), value),
        None => object.remove(key),
    };
    file
}

#[track_caller]
fn refused(file: &Value, told: &str) {
    let error = Recording::parse("x.json", &file.to_string()).unwrap_err();
    assert_eq!(error, format!("x.json: {told}"));
}

#[test]
fn the_smallest_recording() {
    let recording = Recording::parse("x.json", &smallest().to_string()).unwrap();
    assert_eq!(
        (recording.name(), recording.title(), recording.steps()),
        ("x.json", "t", 1)
    );
    assert_eq!(recording.steps[0].response.status, [200]);
    assert!(recording.cleanup.is_empty() && recording.about.is_empty());
}

#[test]
fn the_example_of_the_documentation_is_a_recording() {
    let page = include_str!("../../../docs/recordings.md");
    let example = page.split("```json\n").nth(1).unwrap();
    let example = example.split("```").next().unwrap();
    let recording = Recording::parse("docs/recordings.md", example).unwrap();
    assert_eq!((recording.steps(), recording.cleanup.len()), (3, 1));
}

#[test]
fn everything_a_recording_may_say() {
    let step = json!({
        "name": "create",
        "behaviours": ["OKTA-3", "LEN-13"],
        "request": { "method": "POST", "path": "/Users?", "headers": { "Accept": null, "X": "y" }, "body": null },
        "response": { "status": [200, 204], "headers": { "ETag": "<any>", "Location": null }, "body": { "id": "<string>" } },
        "capture": { "kim": "/id" }
    });
    let file = json!({
        "title": "t", "about": "a", "behaviours": ["OKTA-1"], "headers": { "User-Agent": "u" },
        "steps": [step], "cleanup": [step]
    });
    let recording = Recording::parse("x.json", &file.to_string()).unwrap();
    let step = &recording.steps[0];
    assert_eq!(step.behaviours, ["OKTA-3", "LEN-13"]);
    assert_eq!(step.request.headers[0], ("Accept".to_owned(), None));
    assert!(matches!(step.request.body, Some(Body::Json(Value::Null))));
    assert_eq!(step.response.headers[1].1, Expected::Unassigned);
    assert_eq!(step.capture, [("kim".to_owned(), "/id".to_owned())]);
    assert_eq!(recording.cleanup.len(), 1);
}

#[test]
fn errors_name_the_file_the_step_and_what_was_expected() {
    let error = Recording::parse("x.json", "{\n\"title\": }").unwrap_err();
    assert_eq!(
        error,
        "x.json: is not JSON: expected value at line 2 column 10"
    );
    refused(
        &json!([]),
        "the file: expected an object with title, about, behaviours, headers, steps, cleanup",
    );
    refused(
        &with("", "title", None),
        "the file: \"title\" is missing; expected a text",
    );
    refused(
        &with("", "titel", Some(json!("t"))),
        "the file: unknown key \"titel\"; there are title, about, behaviours, headers, steps, cleanup",
    );
    refused(
        &with("", "steps", Some(json!([]))),
        "\"steps\" needs at least one step",
    );
    refused(
        &with("", "cleanup", Some(json!([1]))),
        "cleanup step 1: expected an object with name, behaviours, request, response, capture",
    );
    refused(
        &with("", "behaviours", Some(json!(["okta"]))),
        "the file: \"behaviours\": expected a list of IDs such as \"OKTA-18\"",
    );
    refused(
        &with("/steps/0", "name", None),
        "step 1: \"name\" is missing; expected a text",
    );
    refused(
        &with("/steps/0", "response", None),
        "step 1 (\"look\"): \"response\" is missing; expected an object with status, headers, body",
    );
    refused(
        &with("/steps/0", "capture", Some(json!({ "run": "/id" }))),
        "step 1 (\"look\"): \"capture\": expected names of letters, digits, - and _, each with a JSON pointer such as \"/id\"",
    );
    refused(
        &with("/steps/0/request", "method", Some(json!("get"))),
        "step 1 (\"look\"), request: \"method\": expected a method in capital letters such as \"PATCH\"",
    );
    refused(
        &with("/steps/0/request", "headers", Some(json!({ "a": 1 }))),
        "step 1 (\"look\"), request: \"headers\": expected an object of header names, each with a text, or null for none",
    );
    refused(
        &with("/steps/0/response", "stauts", Some(json!(1))),
        "step 1 (\"look\"), response: unknown key \"stauts\"; there are status, headers, body",
    );
    refused(
        &with("/steps/0/response", "body", Some(json!({ "a": "<sting>" }))),
        "step 1 (\"look\"), response: body.a: <sting> is not a matcher; there are <any>, <string>, <boolean>, <integer>, <date-time>, <absent>, <contains:TEXT>, and << begins a text with one <",
    );
    for status in [
        json!("200"),
        json!([]),
        json!(99),
        json!(2000),
        json!([200, null]),
    ] {
        refused(
            &with("/steps/0/response", "status", Some(status)),
            "step 1 (\"look\"), response: \"status\": expected a status such as 201, or a list of them",
        );
    }
}

#[test]
fn a_path_can_be_sent_as_it_stands() {
    for path in [
        "",
        "/Users?",
        "/Users?a=b&",
        "?cursor",
        "/Users/{{kim}}",
        "/a%20b",
    ] {
        let file = with("/steps/0/request", "path", Some(json!(path)));
        assert!(
            Recording::parse("x.json", &file.to_string()).is_ok(),
            "{path}"
        );
    }
    for path in ["Users", "http://x.test/Users", "/a b", "/a#b", "/ä"] {
        let file = with("/steps/0/request", "path", Some(json!(path)));
        let error = Recording::parse("x.json", &file.to_string()).unwrap_err();
        assert!(
            error.contains("request: \"path\": expected a path below"),
            "{error}"
        );
    }
}

#[test]
fn a_body_is_json_or_text() {
    let mut file = with("/steps/0/request", "body", Some(json!({})));
    file["steps"][0]["request"]["text"] = json!("{");
    refused(
        &file,
        "step 1 (\"look\"), request: either \"body\" (JSON) or \"text\", not both",
    );
}
