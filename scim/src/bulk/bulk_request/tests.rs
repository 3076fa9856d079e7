//! Faults of the message and faults of operations.

use serde_json::json;

use super::*;

fn parse(body: &Value, leniency: &Leniency) -> Result<BulkRequest, ScimError> {
    let Value::Object(body) = body.clone() else {
        panic!("the message is an object");
    };
    BulkRequest::parse(body, leniency, 3)
}

fn message(operations: Value) -> Value {
    json!({ "schemas": [BULK_REQUEST_URN], "Operations": operations })
}

fn delete() -> Value {
    json!({ "method": "DELETE", "path": "/Users/1" })
}

#[track_caller]
fn refused(body: Value, status: u16, scim_type: Option<&str>, says: &str) {
    let error = parse(&body, &Leniency::rfc()).unwrap_err();
    assert_eq!(error.wire(), (status, scim_type), "{body}: {error}");
    assert!(error.to_string().contains(says), "{error}");
}

/// Rows: BULK-02 BULK-03 BULK-22 BULK-30
#[test]
fn faults_of_the_message_refuse_it() {
    let syntax = Some("invalidSyntax");
    refused(json!({ "Operations": [delete()] }), 400, syntax, "schemas");
    refused(
        json!({ "schemas": ["urn:x"], "Operations": [delete()] }),
        400,
        syntax,
        "BulkRequest",
    );
    refused(
        json!({ "schemas": [BULK_REQUEST_URN] }),
        400,
        syntax,
        "Operations",
    );
    refused(message(json!([])), 400, syntax, "Operations");
    refused(message(json!({})), 400, syntax, "an object");
    refused(
        message(json!([delete(), delete(), delete(), delete()])),
        413,
        None,
        "3 operations",
    );
    for wrong in [
        json!(0),
        json!(-1),
        json!(1.5),
        json!("1"),
        json!(true),
        json!([1]),
        json!({}),
    ] {
        let mut body = message(json!([delete()]));
        body["failOnErrors"] = wrong;
        refused(body, 400, Some("invalidValue"), "failOnErrors");
    }
    let sent = json!({ "operations": [delete()], "FAILONERRORS": 2, "extra": 1 });
    let read = parse(&sent, &Leniency::lenient()).unwrap();
    assert_eq!((read.operations.len(), read.errors_max), (1, Some(2)));
    let mut none = message(json!([delete()]));
    none["failOnErrors"] = Value::Null;
    assert_eq!(parse(&none, &Leniency::rfc()).unwrap().errors_max, None);
}

#[track_caller]
fn operation(sent: Value) -> Operation {
    let read = parse(&message(json!([sent])), &Leniency::rfc()).unwrap();
    read.operations.into_iter().next().unwrap()
}

#[track_caller]
fn faulty(sent: Value, says: &str) -> Operation {
    let operation = operation(sent.clone());
    let error = operation.instruction.as_ref().unwrap_err();
    assert_eq!(
        error.wire(),
        (400, Some("invalidSyntax")),
        "{sent}: {error}"
    );
    assert!(error.to_string().contains(says), "{sent}: {error}");
    operation
}

/// Rows: BULK-04 BULK-05 BULK-07 BULK-08 BULK-10
#[test]
fn faults_of_an_operation_are_its_own() {
    let read = faulty(
        json!({ "method": "GET", "path": "/Users/1", "bulkId": "x" }),
        "GET",
    );
    assert_eq!(read.method.as_deref(), Some("GET"));
    assert_eq!(
        (read.bulk_id.as_deref(), read.path.as_deref()),
        (Some("x"), Some("/Users/1"))
    );
    for sent in [json!(7), json!(null), json!("POST"), json!([])] {
        faulty(sent, "an operation is an object");
    }
    faulty(json!({ "path": "/Users" }), "method");
    faulty(json!({ "method": 1, "path": "/Users" }), "method");
    faulty(
        json!({ "method": "POST", "path": "/Users", "data": {} }),
        "bulkId",
    );
    faulty(
        json!({ "method": "POST", "path": "/Users", "data": {}, "bulkId": "" }),
        "bulkId",
    );
    faulty(
        json!({ "method": "POST", "path": "/Users", "data": {}, "bulkId": 1 }),
        "bulkId",
    );
    faulty(
        json!({ "method": "DELETE", "path": "/Users/1", "bulkId": [] }),
        "bulkId",
    );
    faulty(json!({ "method": "DELETE" }), "path");
    faulty(json!({ "method": "DELETE", "path": {} }), "path");
    faulty(json!({ "method": "DELETE", "path": "/Bulk" }), "/Bulk");
    faulty(
        json!({ "method": "DELETE", "path": "/Users/1", "version": 3 }),
        "version",
    );
    for method in ["POST", "PUT", "PATCH"] {
        let path = if method == "POST" {
            "/Users"
        } else {
            "/Users/1"
        };
        let mut sent = json!({ "method": method, "path": path, "bulkId": "x" });
        faulty(sent.clone(), "`data` is required");
        for wrong in [json!([]), json!("x"), json!(1)] {
            sent["data"] = wrong;
            faulty(sent.clone(), "`data` is an object");
        }
    }
}

/// Rows: BULK-04 BULK-06 BULK-18
#[test]
fn operations_are_read() {
    let read = operation(
        json!({ "Method": "delete", "path": "/Users/1", "version": "W/\"1\"", "data": 7 }),
    );
    assert_eq!(read.method.as_deref(), Some("DELETE"));
    let instruction = read.instruction.unwrap();
    assert_eq!(instruction.method, Method::Delete);
    assert_eq!(instruction.version.as_deref(), Some("W/\"1\""));
    let post = |path: &str| json!({ "method": "post", "path": path, "bulkId": "x", "data": {} });
    let read = parse(
        &message(json!([post("/Bulk"), post("/Users"), delete()])),
        &Leniency::rfc(),
    )
    .unwrap();
    assert_eq!(read.definitions, HashMap::from([("x".to_owned(), 0)]));
    let second = read.operations[1].instruction.as_ref().unwrap_err();
    assert!(second.to_string().contains("another POST"), "{second}");
}

fn resolved(sent: Value) -> Vec<Operation> {
    let Value::Object(body) = json!({ "Operations": sent }) else {
        panic!("the message is an object");
    };
    let mut count = 0;
    let request = BulkRequest::parse(body, &Leniency::lenient(), 10).unwrap();
    request.resolve(|_| {
        count += 1;
        format!("id{count}")
    })
}

/// Rows: BULK-24 BULK-26 BULK-27 BULK-29 BULK-37
#[test]
fn references_become_ids_and_needs() {
    let found = resolved(json!([
        { "method": "PATCH", "path": "/Groups/bulkId:g", "data": { "a": "bulkId:u" } },
        { "method": "POST", "path": "/Groups", "bulkId": "g", "data": { "m": ["bulkId:u", "bulkId:g", "bulkId:u"] } },
        { "method": "POST", "path": "/Nowhere", "bulkId": "u", "data": {} },
        { "method": "PUT", "path": "/Users/bulkId:nope", "data": { "a": "bulkId:u" } },
        { "method": "DELETE", "path": "/Users/7", "bulkId": "u" },
        { "method": "POST", "path": "/Users", "bulkId": "u", "data": {} },
        { "method": "POST", "path": "/Users", "bulkId": "w", "data": { "a": "bulkId:7", "b": "bulkId:8" } },
    ]));
    let work = |index: usize| {
        found[index]
            .instruction
            .as_ref()
            .map_err(|error| (error.wire().0, error.to_string()))
    };
    assert_eq!(work(0).unwrap().id, "id2");
    assert_eq!(
        work(0).unwrap().data,
        json!({ "a": "id3" }).as_object().unwrap().clone()
    );
    assert_eq!(found[0].needs, [1, 2]);
    assert_eq!(work(1).unwrap().data["m"], json!(["id3", "id2", "id3"]));
    assert_eq!(found[1].needs, [1, 2]);
    assert_eq!(found[2].needs, [0usize; 0]);
    let (status, text) = work(3).unwrap_err();
    assert!(status == 409 && text.contains("\"nope\""), "{text}");
    assert_eq!(work(4).unwrap().id, "7");
    assert_eq!(work(5).unwrap_err().0, 400, "a bulkId is defined once");
    let (status, text) = work(6).unwrap_err();
    assert!(status == 409 && text.contains("\"7\""), "{text}");
}
