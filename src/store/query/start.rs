//! The place and direction in which to read a list.

use super::position::Position;

/// The place and direction in which to read.
#[derive(Debug, Clone)]
pub enum Start {
    /// Forward from the first resource.
    Beginning,
    /// Forward from behind this many resources, which the database counts.
    Offset(i64),
    /// Forward from the first resource behind the position.
    After(Position),
    /// Forward from the position itself.
    From(Position),
    /// Backward from the first resource before the position.
    Before(Position),
}

impl Start {
    /// Whether it reads towards the beginning.
    pub(super) fn is_backward(&self) -> bool {
        matches!(self, Self::Before(_))
    }

    /// Where to go on reading in the same direction.
    pub(super) fn beyond(&self, last: Position) -> Self {
        match self {
            Self::Before(_) => Self::Before(last),
            Self::Beginning | Self::Offset(_) | Self::After(_) | Self::From(_) => Self::After(last),
        }
    }
}
