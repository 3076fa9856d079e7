//! A reader that cannot go on from its position.

use std::fmt;

/// Why a reader cannot go on from its position. It reads everything again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// Changes after the position are pruned.
    Pruned,
    /// The feed has another history: a backup was restored, or the tenant was made anew.
    Foreign,
}

impl fmt::Display for Lost {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = match self {
            Self::Pruned => "changes after this position are no longer kept",
            Self::Foreign => {
                "the feed has no such position; a backup was restored, or the tenant was made anew"
            }
        };
        write!(
            formatter,
            "`after`: {why}; ask without `after` for the present position, read all resources, and go on from that position"
        )
    }
}
