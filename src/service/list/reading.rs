//! The context of reading a page.

use scim::query::{Limits, ListQuery};

use super::extent::Extent;
use crate::store::query::{Compiler, Position, Slice, Start};
use crate::store::{Result, Session};

/// The context of reading a page, apart from the query.
pub(super) struct Reading<'r, 's> {
    pub(super) session: &'r mut Session<'s>,
    pub(super) compiler: Compiler<'r>,
    pub(super) query: &'r ListQuery<'r>,
    pub(super) now_ms: i64,
    pub(super) limits: Limits,
}

/// What keeps the statements of a page's first piece at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Held {
    /// A transaction.
    ByTransaction,
    /// Nothing. So one statement has to read it.
    ByNothing,
}

impl Reading<'_, '_> {
    pub(super) fn slice(&mut self, start: Start, count: i64) -> Result<Slice> {
        self.session.slice(&self.compiler, self.query, start, count)
    }

    /// The number of resources in the list, as the statement of a slice has told it, or counted.
    pub(super) fn total(&mut self, extent: &Extent) -> Result<i64> {
        extent.total.map_or_else(|| self.count(), Ok)
    }

    pub(super) fn count(&mut self) -> Result<i64> {
        self.session.count(&self.compiler, self.query)
    }

    /// The number of resources behind a position.
    pub(super) fn count_after(&mut self, position: &Position) -> Result<i64> {
        self.session
            .count_after(&self.compiler, self.query, position)
    }

    pub(super) fn fits(&self, position: &Position) -> bool {
        self.session.fits(&self.compiler, self.query, position)
    }

    pub(super) fn timeout_ms(&self) -> i64 {
        timeout_ms(self.limits)
    }
}

/// How long a client may wait between two pages.
pub(crate) fn timeout_ms(limits: Limits) -> i64 {
    i64::try_from(limits.cursor_timeout_s.saturating_mul(1_000)).unwrap_or(i64::MAX)
}
