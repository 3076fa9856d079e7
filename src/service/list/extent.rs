//! How far a page has been read.

use std::collections::HashSet;

use crate::store::query::{Position, Slice};
use crate::store::{Key, Row};

/// How far a page has been read.
#[derive(Debug, Clone, Default)]
pub(super) struct Extent {
    /// The position of its first resource.
    pub(super) first: Option<Position>,
    /// The position up to which it has been read.
    pub(super) last: Option<Position>,
    /// How many resources it shows so far.
    pub(super) shown: i64,
    /// Whether more resources lie in reading direction.
    pub(super) more: bool,
    /// How many resources the list has, if a statement has told.
    pub(super) total: Option<i64>,
    /// The resources that it shows.
    keys: HashSet<Key>,
}

impl Extent {
    /// Whether the page shows a resource already: it has moved in the order of the list since.
    pub(super) fn shows(&self, row: &Row) -> bool {
        self.keys.contains(&row.key)
    }

    /// Adds a slice, which reaches to a position.
    pub(super) fn add(&mut self, slice: &Slice, last: Option<Position>) {
        self.more = slice.more;
        self.total = self.total.or(slice.total);
        if self.first.is_none() {
            self.first = slice.first().cloned();
        }
        self.last = last.or(self.last.take());
        self.keys.extend(slice.rows.iter().map(|row| row.key));
        let shown = i64::try_from(slice.rows.len()).unwrap_or(i64::MAX);
        self.shown = self.shown.saturating_add(shown);
    }
}
