//! Where to begin reading a list, and which way.

use super::position::Position;

/// Where to begin reading, and which way.
#[derive(Debug, Clone)]
pub enum Start {
    /// Forward from the first one.
    Beginning,
    /// Forward from behind this many, which the database counts off.
    Offset(i64),
    /// Forward from the first one behind the position.
    After(Position),
    /// Forward from the position itself.
    From(Position),
    /// Backward from the first one before the position.
    Before(Position),
}

impl Start {
    /// Whether reading goes towards the beginning.
    pub(super) fn is_backward(&self) -> bool {
        matches!(self, Self::Before(_))
    }

    /// Where to go on in the same direction.
    pub(super) fn beyond(&self, last: Position) -> Self {
        match self {
            Self::Before(_) => Self::Before(last),
            Self::Beginning | Self::Offset(_) | Self::After(_) | Self::From(_) => Self::After(last),
        }
    }
}
