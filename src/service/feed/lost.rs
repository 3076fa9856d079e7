//! A reader that cannot go on from its position.

use std::fmt;

/// Why a reader cannot go on from its position. It reads everything again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// Changes after the position are pruned.
    Pruned {
        /// The last position that is pruned.
        pruned: i64,
    },
    /// The feed has not come this far: the database is an older one than the reader knew.
    Ahead {
        /// The last position of the feed.
        last: i64,
    },
}

impl fmt::Display for Lost {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let again = "ask without `after` for the present position, read all resources, and go on from that position";
        match self {
            Self::Pruned { pruned } => write!(
                formatter,
                "`after` is before {pruned}, and changes up to there are no longer kept; {again}"
            ),
            Self::Ahead { last } => write!(
                formatter,
                "`after` is beyond the end of the feed ({last}), as after a restored backup; {again}"
            ),
        }
    }
}
