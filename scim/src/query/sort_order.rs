//! The direction of a sorted list.

/// The direction of a sorted list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the RFC's")]
pub enum SortOrder {
    Ascending,
    Descending,
}

impl SortOrder {
    /// The order as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ascending => "ascending",
            Self::Descending => "descending",
        }
    }
}
