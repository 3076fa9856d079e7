//! An answer that a client cannot use.

/// An answer of a server that is not the message which a client expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} is not readable: {fault}")]
pub struct Unreadable {
    /// The message that was expected, such as `ListResponse`.
    pub message: &'static str,
    /// What is wrong with it.
    pub fault: String,
}

impl Unreadable {
    /// `fault` names the member and says what was expected.
    pub fn new(message: &'static str, fault: impl Into<String>) -> Self {
        Self {
            message,
            fault: fault.into(),
        }
    }
}
