//! One operation of a `BulkResponse`, as a client reads it (RFC 7644 §3.7.3).

use serde_json::Value;

use crate::ErrorResponse;
use crate::json::{Object, get};
use crate::message::{Unreadable, status, text};

pub(super) const MESSAGE: &str = "BulkResponse";

/// What a server says of one operation.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OperationResponse {
    /// The method, as the request had it.
    pub method: Option<String>,
    /// The `bulkId`, as the request had it.
    pub bulk_id: Option<String>,
    /// Where the resource is. A POST that failed has none.
    pub location: Option<String>,
    /// The version of the resource afterwards: an entity tag.
    pub version: Option<String>,
    /// The HTTP status that a request of its own would have had.
    pub status: u16,
    /// The body that a request of its own would have had; errors always have one.
    pub response: Option<Object>,
}

impl OperationResponse {
    /// The error, if it is one. A body that is no Error message gives an error without a `detail`.
    pub fn error(&self) -> Option<ErrorResponse> {
        let failed = self.status >= 400;
        let read = || {
            let body = self.response.as_ref();
            body.and_then(|body| ErrorResponse::parse(body).ok())
        };
        failed.then(|| read().unwrap_or_else(|| ErrorResponse::new(self.status, "")))
    }

    pub(super) fn parse(answer: &Object) -> Result<Self, Unreadable> {
        let text = |name: &str| text(answer, MESSAGE, name);
        Ok(Self {
            method: text("method")?,
            bulk_id: text("bulkId")?,
            location: text("location")?,
            version: text("version")?,
            status: status(answer, MESSAGE)?,
            response: match get(answer, "response") {
                Some(Value::Object(body)) => Some(body.clone()),
                _ => None,
            },
        })
    }
}
