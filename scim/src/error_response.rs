//! The Error message (RFC 7644 §3.12): the body of every answer that is no success.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::ScimError;

/// URN of the message.
pub const ERROR_URN: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

/// An Error message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorResponse {
    /// The HTTP status.
    pub status: u16,
    /// What kind of error it is, where the standard has a word for it.
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
