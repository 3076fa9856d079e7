//! What a PATCH operation does.

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the RFC's")]
pub enum Op {
    Add,
    Remove,
    Replace,
}

impl Op {
    /// Every operation.
    pub const ALL: [Self; 3] = [Self::Add, Self::Remove, Self::Replace];

    /// The operation as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Remove => "remove",
            Self::Replace => "replace",
        }
    }
}
