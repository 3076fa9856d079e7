//! The origin of a change: its actor and its request.

/// The origin of a change. Every row of `changes` has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The credential that made it, by its key id.
    pub key_id: String,
    /// The id that the log knows the request by.
    pub request_id: String,
}

impl Origin {
    /// Who made the change, as the row says it.
    pub(super) fn actor(&self) -> String {
        format!("credential:{}", self.key_id)
    }
}
