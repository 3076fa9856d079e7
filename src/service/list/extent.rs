//! How far a page has been read.

use crate::store::query::{Position, Slice};

/// How far a page has been read.
#[derive(Debug, Clone, Default)]
pub(super) struct Extent {
    /// The position of its first resource.
    pub(super) first: Option<Position>,
    /// The position of its last resource so far.
    pub(super) last: Option<Position>,
    /// How many resources it shows so far.
    pub(super) shown: i64,
    /// Whether more resources lie in reading direction.
    pub(super) more: bool,
    /// How many resources the list has, if a statement has told.
    pub(super) total: Option<i64>,
}

impl Extent {
    /// Adds a slice.
    pub(super) fn add(&mut self, slice: &Slice) {
        self.more = slice.more;
        self.total = self.total.or(slice.total);
        if self.first.is_none() {
            self.first = slice.first().cloned();
        }
        self.last = slice.last().cloned().or(self.last.take());
        let shown = i64::try_from(slice.rows.len()).unwrap_or(i64::MAX);
        self.shown = self.shown.saturating_add(shown);
    }

    /// The least that there is in all, if the page begins behind so many resources.
    pub(super) fn least(&self, before: i64) -> i64 {
        let seen = before.saturating_add(self.shown);
        seen.saturating_add(i64::from(self.more))
    }
}
