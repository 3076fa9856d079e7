//! Why connections end that do not come to their natural end.

/// Why a connection ends, as the counter shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::http) enum End {
    /// It waited for a request when another one needed its place, or the server stopped.
    Dismissed,
    /// Its client owed a request for too long.
    Late,
    /// Its client sent too much that nobody reads.
    Rest,
    /// Its client read nothing of an answer for too long.
    Unread,
    /// It found no place.
    Refused,
    /// The chunks of a body were malformed.
    Malformed,
    /// Its client had gone before the answer.
    Gone,
}

impl End {
    /// Every reason.
    pub(in crate::http) const ALL: [Self; 7] = [
        Self::Dismissed,
        Self::Late,
        Self::Rest,
        Self::Unread,
        Self::Refused,
        Self::Malformed,
        Self::Gone,
    ];

    /// Its label.
    pub(in crate::http) fn name(self) -> &'static str {
        match self {
            Self::Dismissed => "dismissed",
            Self::Late => "late",
            Self::Rest => "rest",
            Self::Unread => "unread",
            Self::Refused => "refused",
            Self::Malformed => "malformed",
            Self::Gone => "gone",
        }
    }
}
