//! `BulkResponse` (RFC 7644 §3.7.3).

use serde_json::{Value, json};

use super::operation::Operation;
use super::outcome::{Outcome, Success};
use crate::json::Object;

const BULK_RESPONSE_URN: &str = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";

/// The message: each operation with what became of it, in the order of the request. What clients sent as data is never
/// repeated.
pub fn bulk_response<'a>(outcomes: impl Iterator<Item = (&'a Operation, &'a Outcome)>) -> Value {
    let shown: Vec<Value> = outcomes
        .map(|(operation, outcome)| Value::Object(shown(operation, outcome)))
        .collect();
    json!({ "schemas": [BULK_RESPONSE_URN], "Operations": shown })
}

fn shown(operation: &Operation, outcome: &Outcome) -> Object {
    let mut shown = Object::new();
    let mut text = |name: &str, value: Option<String>| {
        shown.extend(value.map(|value| (name.to_owned(), Value::from(value))));
    };
    text("method", operation.method.clone());
    text("bulkId", operation.bulk_id.clone());
    text("location", outcome.location.clone());
    let (status, version) = match &outcome.result {
        Ok(Success { status, version }) => (*status, *version),
        Err(error) => (error.status, None),
    };
    text("version", version.map(|version| version.to_string()));
    text("status", Some(status.to_string()));
    if let Err(error) = &outcome.result {
        shown.insert("response".to_owned(), error.to_json());
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::etag::Version;
    use crate::profile::Leniency;
    use crate::{ErrorResponse, ScimError};

    /// Rows: BULK-10 BULK-12 BULK-13 BULK-20 BULK-23
    #[test]
    fn entries_say_what_became_of_operations() {
        let leniency = Leniency::rfc();
        let post = json!({ "method": "POST", "bulkId": "x", "path": "/Users", "data": {} });
        let post = Operation::read(post, &leniency);
        let none = Operation::read(Value::Null, &leniency);
        let error = ErrorResponse::from(ScimError::UnknownEndpoint);
        let done = Outcome {
            location: Some("l".into()),
            result: Ok(Success {
                status: 201,
                version: Some(Version(1)),
            }),
        };
        let failed = Outcome {
            location: None,
            result: Err(error.clone()),
        };
        let expected = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkResponse"],
            "Operations": [
                { "method": "POST", "bulkId": "x", "location": "l", "version": "W/\"1\"", "status": "201" },
                { "status": "404", "response": error.to_json() },
            ],
        });
        let outcomes = [(&post, &done), (&none, &failed)];
        assert_eq!(bulk_response(outcomes.into_iter()), expected);
    }
}
