//! An answer of the server, read whole.

use serde_json::Value;

use super::ERROR;

/// Status, headers and body of one answer.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// In the order of arrival, names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    /// Null when the body is empty or is not JSON.
    pub(crate) body: Value,
    pub(crate) text: String,
}

impl Reply {
    pub(crate) fn new(status: u16, headers: Vec<(String, String)>, bytes: &[u8]) -> Self {
        Self {
            status,
            headers,
            body: serde_json::from_slice(bytes).unwrap_or(Value::Null),
            text: String::from_utf8_lossy(bytes).into_owned(),
        }
    }

    /// The first header of this name, in any case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The body of an answer that must have this status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "unexpected answer: {}", self.text);
        self.body
    }

    /// The detail of a well-formed SCIM error with this status and `scimType`; "" stands for an absent `scimType`.
    ///
    /// Source: RFC 7644 §3.12.
    #[track_caller]
    pub(crate) fn error(self, status: u16, scim_type: &str) -> String {
        assert_eq!(self.status, status, "unexpected answer: {}", self.text);
        let detail = self.scim_error();
        let found = self.body["scimType"].as_str().unwrap_or_default();
        assert_eq!(found, scim_type, "scimType of {}", self.text);
        detail
    }

    /// The detail of a well-formed SCIM error, whatever its status and `scimType`.
    #[track_caller]
    pub(crate) fn scim_error(&self) -> String {
        let text = &self.text;
        let content_type = self.header("content-type").unwrap_or_default();
        assert!(
            content_type.starts_with("application/scim+json"),
            "content type of an error is `{content_type}`: {text}"
        );
        assert_eq!(self.body["schemas"], serde_json::json!([ERROR]), "{text}");
        assert_eq!(self.body["status"], self.status.to_string(), "{text}");
        let scim_type = self.body.get("scimType");
        assert!(scim_type.is_none_or(Value::is_string), "{text}");
        let detail = self.body["detail"].as_str().unwrap_or_default();
        assert!(!detail.is_empty(), "an error without a detail: {text}");
        detail.to_owned()
    }
}
