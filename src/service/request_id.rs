//! The id of a request.

use std::fmt;
use std::sync::Arc;

/// Longest id that a client may choose.
const SENT_MAX: usize = 128;

/// The id of a request: in the log, in errors of this program, in `X-Request-Id`, in the rows of `changes`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// Makes the id of a request from a text.
    pub fn new(id: impl Into<Arc<str>>) -> Self {
        Self(id.into())
    }

    /// The id that a client or a proxy sent. It must fit into a log line: letters, digits and `-_.:+/=`, at most 128 of
    /// them.
    pub fn sent(text: &str) -> Option<Self> {
        let is_sound = |c: char| c.is_ascii_alphanumeric() || "-_.:+/=".contains(c);
        let fits = !text.is_empty() && text.len() <= SENT_MAX && text.chars().all(is_sound);
        fits.then(|| Self::new(text))
    }

    /// The id's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
