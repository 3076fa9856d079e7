//! `BulkResponse` (RFC 7644 §3.7.3).

use serde_json::{Value, json};

use super::operation::Operation;
use super::operation_response::{MESSAGE, OperationResponse};
use super::outcome::{Outcome, Success};
use super::urn::BULK_RESPONSE_URN;
use crate::json::{Object, describe, get};
use crate::message::Unreadable;

/// The message, as a client reads it. A server writes it with [`bulk_response`] or [`bulk_response_text`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BulkResponse {
    /// What became of the operations. A server may leave the rest out after too many errors.
    pub operations: Vec<OperationResponse>,
}

impl BulkResponse {
    /// Reads the message. Names are read in any letter case, each `status` as a string or as a number.
    ///
    /// Errors: there are no `Operations`, or one of them has no `status`.
    pub fn parse(answer: &Object) -> Result<Self, Unreadable> {
        let Some(Value::Array(listed)) = get(answer, "Operations") else {
            return Err(Unreadable::new(MESSAGE, "`Operations` is an array"));
        };
        let read = |one: &Value| match one {
            Value::Object(one) => OperationResponse::parse(one),
            other => Err(Unreadable::new(
                MESSAGE,
                format!("an operation is an object, not {}", describe(other)),
            )),
        };
        Ok(Self {
            operations: listed.iter().map(read).collect::<Result<_, _>>()?,
        })
    }
}

/// The message: each operation with the location of its resource and with what became of it, in the order of the request.
/// A POST that failed has no location. What clients sent as data is never repeated.
pub fn bulk_response<'a>(
    outcomes: impl Iterator<Item = (&'a Operation, Option<String>, &'a Outcome)>,
) -> Value {
    let shown: Vec<Value> = outcomes
        .map(|(operation, location, outcome)| Value::Object(shown(operation, location, outcome)))
        .collect();
    json!({ "schemas": [BULK_RESPONSE_URN], "Operations": shown })
}

/// The same message as text, which is written entry by entry.
pub fn bulk_response_text<'a>(
    outcomes: impl Iterator<Item = (&'a Operation, Option<String>, &'a Outcome)>,
) -> String {
    let mut text = format!("{{\"schemas\":[\"{BULK_RESPONSE_URN}\"],\"Operations\":[");
    for (place, (operation, location, outcome)) in outcomes.enumerate() {
        if place > 0 {
            text.push(',');
        }
        let entry = Value::Object(shown(operation, location, outcome));
        text.push_str(&entry.to_string());
    }
    text.push_str("]}");
    text
}

fn shown(operation: &Operation, location: Option<String>, outcome: &Outcome) -> Object {
    let mut shown = Object::new();
    let mut text = |name: &str, value: Option<String>| {
        shown.extend(value.map(|value| (name.to_owned(), Value::from(value))));
    };
    text("method", operation.method.clone());
    text("bulkId", operation.bulk_id.clone());
    text("location", location);
    let (status, version) = match outcome {
        Ok(Success { status, version }) => (*status, *version),
        Err(error) => (error.status, None),
    };
    text("version", version.map(|version| version.to_string()));
    text("status", Some(status.to_string()));
    if let Err(error) = outcome {
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
        let done: Outcome = Ok(Success {
            status: 201,
            version: Some(Version(1)),
        });
        let failed: Outcome = Err(error.clone());
        let expected = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkResponse"],
            "Operations": [
                { "method": "POST", "bulkId": "x", "location": "l", "version": "W/\"1\"", "status": "201" },
                { "status": "404", "response": error.to_json() },
            ],
        });
        let outcomes = [(&post, Some("l".to_owned()), &done), (&none, None, &failed)];
        assert_eq!(bulk_response(outcomes.clone().into_iter()), expected);
        assert_eq!(
            bulk_response_text(outcomes.into_iter()),
            expected.to_string()
        );
        assert_eq!(
            bulk_response_text(std::iter::empty()),
            bulk_response(std::iter::empty()).to_string()
        );
        let read = BulkResponse::parse(expected.as_object().unwrap()).unwrap();
        let [done, failed] = &read.operations[..] else {
            panic!("two operations: {read:?}");
        };
        let said = (done.method.as_deref(), done.bulk_id.as_deref());
        assert_eq!(said, (Some("POST"), Some("x")));
        let said = (done.location.as_deref(), done.version.as_deref());
        assert_eq!(said, (Some("l"), Some("W/\"1\"")));
        assert_eq!((done.status, done.error()), (201, None));
        assert_eq!((failed.status, failed.error()), (404, Some(error)));
    }

    #[test]
    fn clients_read_what_others_write() {
        let read = |answer: Value| BulkResponse::parse(answer.as_object().unwrap());
        let odd = json!({ "operations": [{ "Status": 500, "more": 1 }] });
        let read_odd = read(odd).unwrap();
        let error = read_odd.operations[0].error();
        assert_eq!(error, Some(ErrorResponse::new(500, "")));
        for wrong in [
            json!({}),
            json!({ "Operations": {} }),
            json!({ "Operations": [1] }),
            json!({ "Operations": [{ "method": "PUT" }] }),
        ] {
            assert!(read(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
