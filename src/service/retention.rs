//! How long the rows of changes are kept: a setting of the tenant.

use std::fmt;

use super::duration;

/// Ninety days: long enough for a reader that comes back, short enough that the table does not outgrow the directory.
const DEFAULT_MS: i64 = 90 * 86_400_000;

/// How long the rows of changes are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retention {
    /// For ever.
    Forever,
    /// For so many milliseconds.
    Milliseconds(i64),
}

impl Default for Retention {
    fn default() -> Self {
        Self::Milliseconds(DEFAULT_MS)
    }
}

impl Retention {
    /// The values that the setting takes, for an error text.
    pub(super) const EXPECTED: &'static str = "forever, or a duration such as 90d";

    pub(super) fn parse(text: &str) -> Option<Self> {
        match text {
            "forever" => Some(Self::Forever),
            text => duration::parse_ms(text).ok().map(Self::Milliseconds),
        }
    }

    /// The time before which rows are pruned.
    pub(super) fn ends_ms(self, now_ms: i64) -> Option<i64> {
        match self {
            Self::Forever => None,
            Self::Milliseconds(kept_ms) => Some(now_ms - kept_ms),
        }
    }
}

impl fmt::Display for Retention {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Forever => formatter.write_str("forever"),
            Self::Milliseconds(kept_ms) => formatter.write_str(&duration::render_ms(*kept_ms)),
        }
    }
}
