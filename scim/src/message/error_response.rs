//! The Error message (RFC 7644 §3.12): the body of every answer that is no success.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::answer::{status, text};
use super::unreadable::Unreadable;
use crate::ScimError;
use crate::json::Object;

/// URN of the message.
pub const ERROR_URN: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

const MESSAGE: &str = "Error";

/// An Error message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorResponse {
    /// The HTTP status.
    pub status: u16,
    /// The standard's word for the error, if it has one.
    pub scim_type: Option<Cow<'static, str>>,
    /// A sentence for people.
    pub detail: String,
}

impl ErrorResponse {
    /// An error without a `scimType`.
    pub fn new(status: u16, detail: impl Into<String>) -> Self {
        Self {
            status,
            scim_type: None,
            detail: detail.into(),
        }
    }

    /// Reads the message as a client. `status` may be a string or a number, `scimType` any word; a missing `detail` is
    /// empty.
    ///
    /// Errors: there is no `status`, or a member has another type.
    pub fn parse(answer: &Object) -> Result<Self, Unreadable> {
        Ok(Self {
            status: status(answer, MESSAGE)?,
            scim_type: text(answer, MESSAGE, "scimType")?.map(Cow::Owned),
            detail: text(answer, MESSAGE, "detail")?.unwrap_or_default(),
        })
    }

    /// The message. `status` is a string.
    pub fn to_json(&self) -> Value {
        let mut body = json!({ "schemas": [ERROR_URN], "status": self.status.to_string() });
        if let Some(scim_type) = &self.scim_type {
            body["scimType"] = scim_type.as_ref().into();
        }
        body["detail"] = self.detail.as_str().into();
        body
    }
}

impl From<&ScimError> for ErrorResponse {
    fn from(error: &ScimError) -> Self {
        let (status, scim_type) = error.wire();
        Self {
            status,
            scim_type: scim_type.map(Cow::Borrowed),
            detail: error.to_string(),
        }
    }
}

impl From<ScimError> for ErrorResponse {
    fn from(error: ScimError) -> Self {
        Self::from(&error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn reads(answer: Value, status: u16, scim_type: Option<&str>, detail: &str) {
        let read = ErrorResponse::parse(answer.as_object().unwrap()).unwrap();
        let found = (read.status, read.scim_type.as_deref(), read.detail.as_str());
        assert_eq!(found, (status, scim_type, detail), "{answer}");
    }

    #[test]
    fn clients_read_what_servers_write() {
        for error in [
            ScimError::UnknownEndpoint,
            ScimError::invalid_value("userName", "is required"),
        ] {
            let written = ErrorResponse::from(error);
            let read = ErrorResponse::parse(written.to_json().as_object().unwrap());
            assert_eq!(read, Ok(written));
        }
    }

    #[test]
    fn clients_read_what_others_write() {
        let other = json!({ "Status": 409, "SCIMTYPE": "taken", "Detail": "no", "more": 1 });
        reads(other, 409, Some("taken"), "no");
        reads(json!({ "status": "404" }), 404, None, "");
        for wrong in [
            json!({}),
            json!({ "status": "none" }),
            json!({ "status": 7 }),
            json!({ "status": "400", "detail": 1 }),
        ] {
            assert!(ErrorResponse::parse(wrong.as_object().unwrap()).is_err());
        }
    }
}
