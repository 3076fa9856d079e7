//! `BulkResponse` (RFC 7644 §3.7.3).

use serde_json::{Map, Value, json};

use super::request::Echo;
use crate::ErrorResponse;
use crate::etag::Version;

const BULK_RESPONSE_URN: &str = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";

/// What became of one operation.
#[derive(Debug)]
pub struct Entry<'a> {
    /// What is repeated of the operation.
    pub echo: &'a Echo,
    /// Where the resource is; a POST that failed has none.
    pub location: Option<String>,
    /// Status and version of a success, or the error.
    pub outcome: Result<(u16, Option<Version>), &'a ErrorResponse>,
}

/// The message, its entries in the order of the request. What clients sent as data is never repeated.
pub fn bulk_response<'a>(entries: impl Iterator<Item = Entry<'a>>) -> Value {
    let entries: Vec<Value> = entries.map(|entry| Value::Object(entry.shown())).collect();
    json!({ "schemas": [BULK_RESPONSE_URN], "Operations": entries })
}

impl Entry<'_> {
    fn shown(self) -> Map<String, Value> {
        let mut shown = Map::new();
        let mut text = |name: &str, value: Option<String>| {
            shown.extend(value.map(|value| (name.to_owned(), Value::from(value))));
        };
        text("method", self.echo.method.clone());
        text("bulkId", self.echo.bulk_id.clone());
        text("location", self.location);
        let (status, version) = match self.outcome {
            Ok((status, version)) => (status, version),
            Err(error) => (error.status, None),
        };
        text("version", version.map(|version| version.to_string()));
        text("status", Some(status.to_string()));
        if let Err(error) = self.outcome {
            shown.insert("response".to_owned(), error.to_json());
        }
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ScimError;

    /// Rows: BULK-10 BULK-12 BULK-13 BULK-20 BULK-23
    #[test]
    fn entries_say_what_became_of_operations() {
        let echo = Echo {
            method: Some("POST".into()),
            bulk_id: Some("x".into()),
            path: Some("/Users".into()),
        };
        let error = ErrorResponse::from(ScimError::UnknownEndpoint);
        let done = Entry {
            echo: &echo,
            location: Some("l".into()),
            outcome: Ok((201, Some(Version(1)))),
        };
        let failed = Entry {
            echo: &Echo::default(),
            location: None,
            outcome: Err(&error),
        };
        let expected = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkResponse"],
            "Operations": [
                { "method": "POST", "bulkId": "x", "location": "l", "version": "W/\"1\"", "status": "201" },
                { "status": "404", "response": error.to_json() },
            ],
        });
        assert_eq!(bulk_response([done, failed].into_iter()), expected);
    }
}
