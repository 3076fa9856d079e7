//! A place in the feed, as readers keep it.

use std::fmt;

use serde::{Serialize, Serializer};
use sha2::{Digest as _, Sha256};

use crate::store::CursorSecret;

/// A place in the feed: a number, and a mark of the change that stands there.
///
/// A backup that is restored, or a tenant that is made anew, gives the same numbers to other changes. The mark tells a reader
/// who was there before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Its number in `changes`. 0 is the beginning.
    pub(super) number: i64,
    /// `None` for a beginning of which the reader knows nothing.
    mark: Option<u32>,
}

impl Position {
    /// The place of a change. The beginning has an empty request.
    pub(super) fn of(number: i64, request_id: &str, secret: &CursorSecret) -> Self {
        let marked = format!("{}\n{number}\n{request_id}", secret.0);
        let digest = Sha256::digest(marked.as_bytes());
        let mark = digest.first_chunk().copied().map(u32::from_be_bytes);
        Self { number, mark }
    }

    /// Reads `NUMBER-MARK`, or `0` for the beginning.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "0" {
            return Some(Self {
                number: 0,
                mark: None,
            });
        }
        let (number, mark) = text.split_once('-')?;
        let position = Self {
            number: number.parse().ok()?,
            mark: Some(u32::from_str_radix(mark, 16).ok()?),
        };
        // Each position has one text.
        (position.number >= 0 && position.to_string() == text).then_some(position)
    }

    /// Whether a reader with this position means that one.
    pub(super) fn is(self, other: Self) -> bool {
        self.number == other.number && (self.mark.is_none() || self.mark == other.mark)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.mark {
            Some(mark) => write!(formatter, "{}-{mark:08x}", self.number),
            None => write!(formatter, "{}", self.number),
        }
    }
}

impl Serialize for Position {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let position = Position::of(9_007_199_254_740_993, "r", &CursorSecret("s".into()));
        assert_eq!(Position::parse(&position.to_string()), Some(position));
        for wrong in [
            "",
            "7",
            "-1",
            "00",
            "7-",
            "7-123",
            "+7-12345678",
            "7-1234567g",
            "7-+2345678",
            "9223372036854775808-12345678",
            "07-12345678",
            "7-1234567A",
        ] {
            assert_eq!(Position::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_mark_is_of_one_change_of_one_tenant() {
        let secret = |text: &str| CursorSecret(text.into());
        let position = Position::of(7, "r", &secret("s"));
        assert!(!position.is(Position::of(7, "other", &secret("s"))));
        assert!(!position.is(Position::of(7, "r", &secret("other"))));
        assert!(
            Position::parse("0").is_some_and(|start| start.is(Position::of(0, "", &secret("s"))))
        );
    }
}
