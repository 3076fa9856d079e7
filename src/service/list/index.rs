//! Pages by index (RFC 7644 §3.4.2.4).
//!
//! A client that asks for page after page means "go on", but says "skip 500". Counting off 500 costs more with every page,
//! and when one of them was deleted meanwhile it skips somebody. So the page that was read last is remembered, and its
//! neighbours are read from its ends. `totalResults` then speaks of the same walk: where this page begins, and what lies
//! behind it. Any other `startIndex` is a jump, and is counted off.

use super::{Reading, timeout_ms};
use crate::store::query::{Slice, Start};
use crate::store::{Result, Row, Walk, Walker};

/// A page by index.
pub(super) struct Page {
    pub(super) rows: Vec<Row>,
    pub(super) total: i64,
    /// What the next page begins with, when there may be one.
    pub(super) walk: Option<Walk>,
}

/// How the page was found.
enum Found {
    /// From the beginning, or by counting.
    Counted,
    /// From behind, or at, the page read last.
    Onward(Walk),
    /// From before the page read last.
    Back,
}

pub(super) fn page(
    reading: &mut Reading<'_, '_>,
    walker: &Walker,
    start_index: i64,
) -> Result<Page> {
    if reading.query.count == 0 {
        let total = reading.count()?;
        return Ok(Page {
            rows: Vec::new(),
            total,
            walk: None,
        });
    }
    let (slice, found) = find(reading, walker, start_index)?;
    let shown = i64::try_from(slice.rows.len()).unwrap_or(i64::MAX);
    let next_index = start_index.saturating_add(shown);
    let total = total(reading, &slice, &found, start_index, next_index)?;
    let is_part = slice.more || start_index > 1;
    let walk = match (slice.first, slice.last) {
        (Some(first), Some(last)) if is_part => Some(Walk {
            start_index,
            next_index,
            total,
            first,
            last,
        }),
        _ => None,
    };
    Ok(Page {
        rows: slice.rows,
        total,
        walk,
    })
}

fn find(
    reading: &mut Reading<'_, '_>,
    walker: &Walker,
    start_index: i64,
) -> Result<(Slice, Found)> {
    let count = reading.query.count;
    if start_index == 1 {
        return Ok((reading.slice(Start::Beginning, count)?, Found::Counted));
    }
    if let Some(walk) = last_page(reading, walker)? {
        if walk.next_index == start_index {
            let slice = reading.slice(Start::After(walk.last.clone()), count)?;
            return Ok((slice, Found::Onward(walk)));
        }
        if walk.start_index == start_index {
            let slice = reading.slice(Start::From(walk.first.clone()), count)?;
            return Ok((slice, Found::Onward(walk)));
        }
        if start_index.checked_add(count) == Some(walk.start_index) {
            let mut slice = reading.slice(Start::Before(walk.first), count)?;
            // Fewer lie before it than the client thinks: counting then finds those and some it has seen.
            if i64::try_from(slice.rows.len()) == Ok(count) {
                slice.more = true;
                return Ok((slice, Found::Back));
            }
        }
    }
    let slice = reading.slice(Start::Offset(start_index - 1), count)?;
    Ok((slice, Found::Counted))
}

fn last_page(reading: &mut Reading<'_, '_>, walker: &Walker) -> Result<Option<Walk>> {
    let since_ms = reading.now_ms - timeout_ms(reading.limits);
    let walk = reading.session.walk(walker, since_ms)?;
    Ok(walk.filter(|walk| reading.fits(&walk.first) && reading.fits(&walk.last)))
}

/// `totalResults`: never less than what the walk has still to show, or a client would stop before it saw everybody.
fn total(
    reading: &mut Reading<'_, '_>,
    slice: &Slice,
    found: &Found,
    start_index: i64,
    next_index: i64,
) -> Result<i64> {
    if !slice.more && (next_index > start_index || start_index == 1) {
        return Ok(next_index - 1);
    }
    match (found, &slice.last) {
        // Whoever comes in meanwhile comes in at the end.
        (Found::Onward(walk), Some(_)) if reading.query.is_plain() => {
            Ok(walk.total.max(next_index))
        }
        (Found::Onward(_), Some(last)) => {
            let behind = reading
                .session
                .count_after(&reading.compiler, reading.query, last)?;
            Ok(next_index - 1 + behind)
        }
        (Found::Counted | Found::Back | Found::Onward(_), _) => reading.count(),
    }
}
