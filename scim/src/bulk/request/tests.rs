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
    let error = parse(&body, &Leniency::strict()).unwrap_err();
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
    assert_eq!(parse(&none, &Leniency::strict()).unwrap().errors_max, None);
}

#[track_caller]
fn operation(sent: Value) -> Parsed {
    let read = parse(&message(json!([sent])), &Leniency::strict()).unwrap();
    read.operations.into_iter().next().unwrap()
}

#[track_caller]
fn faulty(sent: Value, says: &str) -> Echo {
    let Parsed {
        echo, instruction, ..
    } = operation(sent.clone());
    let error = instruction.unwrap_err();
    assert_eq!(
        error.wire(),
        (400, Some("invalidSyntax")),
        "{sent}: {error}"
    );
    assert!(error.to_string().contains(says), "{sent}: {error}");
    echo
}

/// Rows: BULK-04 BULK-05 BULK-07 BULK-08 BULK-10
#[test]
fn faults_of_an_operation_are_its_own() {
    let echo = faulty(
        json!({ "method": "GET", "path": "/Users/1", "bulkId": "x" }),
        "GET",
    );
    assert_eq!(echo.method.as_deref(), Some("GET"));
    assert_eq!(
        (echo.bulk_id.as_deref(), echo.path.as_deref()),
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
    assert_eq!(read.echo.method.as_deref(), Some("DELETE"));
    let instruction = read.instruction.unwrap();
    assert_eq!(instruction.method, Method::Delete);
    assert_eq!(instruction.version.as_deref(), Some("W/\"1\""));
    let post = |path: &str| json!({ "method": "post", "path": path, "bulkId": "x", "data": {} });
    let read = parse(
        &message(json!([post("/Bulk"), post("/Users"), delete()])),
        &Leniency::strict(),
    )
    .unwrap();
    assert_eq!(read.definitions, HashMap::from([("x".to_owned(), 0)]));
    let second = read.operations[1].instruction.as_ref().unwrap_err();
    assert!(second.to_string().contains("another POST"), "{second}");
}
