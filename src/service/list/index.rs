//! Pages by index (RFC 7644 §3.4.2.4).
//!
//! A client that asks for page after page means "go on", but says "skip 500". Counting off 500 rows costs more with
//! every page. If one of them was deleted meanwhile, the page also skips a resource. So the server remembers the page
//! that was read last, and reads its neighbours from its ends. `totalResults` then belongs to the same walk: the place
//! where this page begins, plus what lies behind. Any other `startIndex` is a jump, and its rows are counted off.

use super::extent::Extent;
use super::reading::Reading;
use crate::store::query::{Slice, Start};
use crate::store::{Result, Walk, Walker};

/// A page by index that is being read.
#[derive(Debug, Clone)]
pub(super) struct Opened {
    start_index: i64,
    found: Found,
}

/// The walk that a page belongs to. `None` for the first page, and for one found by counting.
#[derive(Debug, Clone)]
struct Found(Option<Walk>);

/// What is told of a page by index when it has been read.
pub(super) struct Closed {
    pub(super) start_index: i64,
    pub(super) total: i64,
    /// The walk for the next page, if there may be one.
    pub(super) walk: Option<Walk>,
}

/// Finds the page, and reads its first slice.
pub(super) fn open(
    reading: &mut Reading<'_, '_>,
    walker: &Walker,
    start_index: i64,
) -> Result<(Slice, Opened)> {
    let (slice, found) = match reading.query.count {
        0 => (Slice::default(), Found(None)),
        _ => find(reading, walker, start_index)?,
    };
    Ok((slice, Opened { start_index, found }))
}

impl Opened {
    /// Tells what there is to tell of the page.
    pub(super) fn close(&self, reading: &mut Reading<'_, '_>, extent: &Extent) -> Result<Closed> {
        let start_index = self.start_index;
        let closed = |total, walk| Closed {
            start_index,
            total,
            walk,
        };
        if reading.query.count == 0 {
            return Ok(closed(reading.count()?, None));
        }
        let next_index = start_index.saturating_add(extent.shown);
        let total = total(reading, extent, &self.found, start_index, next_index)?;
        let is_part = extent.more || start_index > 1;
        let walk = match (&extent.first, &extent.last) {
            (Some(first), Some(last)) if is_part => Some(Walk {
                lane: self.found.0.as_ref().and_then(|walk| walk.lane),
                start_index,
                next_index,
                total,
                first: first.clone(),
                last: last.clone(),
            }),
            _ => None,
        };
        Ok(closed(total, walk))
    }
}

fn find(
    reading: &mut Reading<'_, '_>,
    walker: &Walker,
    start_index: i64,
) -> Result<(Slice, Found)> {
    let count = reading.query.count;
    if start_index == 1 {
        return Ok((reading.slice(Start::Beginning, count)?, Found(None)));
    }
    for walk in walks(reading, walker)? {
        if let Some(slice) = step(reading, &walk, start_index)? {
            return Ok((slice, Found(Some(walk))));
        }
    }
    let slice = reading.slice(Start::Offset(start_index - 1), count)?;
    Ok((slice, Found(None)))
}

/// The page at `start_index`, if it is the last read page of the walk or a neighbour of it.
fn step(reading: &mut Reading<'_, '_>, walk: &Walk, start_index: i64) -> Result<Option<Slice>> {
    let count = reading.query.count;
    if walk.next_index == start_index {
        return reading
            .slice(Start::After(walk.last.clone()), count)
            .map(Some);
    }
    if walk.start_index == start_index {
        return reading
            .slice(Start::From(walk.first.clone()), count)
            .map(Some);
    }
    if start_index.checked_add(count) != Some(walk.start_index) {
        return Ok(None);
    }
    let mut slice = reading.slice(Start::Before(walk.first.clone()), count)?;
    // Fewer rows lie before it than the client thinks. Counting then finds these and some that the client has seen.
    if i64::try_from(slice.rows.len()) != Ok(count) {
        return Ok(None);
    }
    slice.more = true;
    Ok(Some(slice))
}

/// The walks through this query that may go on, the latest first.
fn walks(reading: &mut Reading<'_, '_>, walker: &Walker) -> Result<Vec<Walk>> {
    let since_ms = reading.now_ms - reading.timeout_ms();
    let mut walks = reading.session.walks(walker, since_ms)?;
    walks.retain(|walk| reading.fits(&walk.first) && reading.fits(&walk.last));
    Ok(walks)
}

/// `totalResults`. It covers at least what the walk has still to show: a client with a smaller total would stop early.
fn total(
    reading: &mut Reading<'_, '_>,
    extent: &Extent,
    found: &Found,
    start_index: i64,
    next_index: i64,
) -> Result<i64> {
    if !extent.more && (next_index > start_index || start_index == 1) {
        return Ok(next_index - 1);
    }
    let is_plain = reading.query.is_plain();
    match (&found.0, &extent.last) {
        // New resources are added at the end.
        (Some(walk), Some(_)) if is_plain => Ok(walk.total.max(next_index)),
        (Some(walk), Some(last)) if walk.start_index <= start_index => {
            let behind = reading.count_after(last)?;
            Ok(next_index - 1 + behind)
        }
        // Nothing is here. A total that says otherwise, from resources that have come since or that lie before the walk, would
        // make the client ask for more again and again.
        (_, None) if start_index > 1 => Ok(reading.count()?.min(start_index - 1)),
        // The slices of a page are of several moments: what it has shown may match no more.
        (_, Some(last)) if extent.more && !is_plain && reading.query.sort.is_none() => {
            let behind = reading.count_after(last)?;
            Ok(next_index - 1 + behind)
        }
        _ => Ok(reading.total(extent)?.max(extent.least(start_index - 1))),
    }
}
