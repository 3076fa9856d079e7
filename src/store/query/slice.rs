//! Reads a slice of a list, and counts.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use scim::query::ListQuery;

use super::compiler::Compiler;
use super::order::{Loaded, Order};
use super::position::Position;
use super::start::Start;
use crate::store::error::Result;
use crate::store::row::Row;
use crate::store::session::Session;
use crate::store::sql::Sql;

/// Most rows read at a time: a page of the default size, and one row that tells whether there are more.
const PIECE_ROWS: usize = 101;
/// A slice ends early when its documents exceed this size: nobody has more of them in memory at once.
const SLICE_BYTES: usize = 512 * 1024;

/// Consecutive resources of a list.
#[derive(Debug, Default)]
pub struct Slice {
    /// The resources, in the list's order.
    pub rows: Vec<Row>,
    /// The position of each.
    positions: Vec<Position>,
    /// Whether more resources lie in reading direction.
    pub more: bool,
    /// How many resources the list has, if the statement has told.
    pub total: Option<i64>,
}

impl Slice {
    /// Whether one statement reads a slice of so many resources, in creation order.
    pub fn is_one_piece(count: i64) -> bool {
        usize::try_from(count).is_ok_and(|count| count < PIECE_ROWS)
    }

    /// The position of the first resource.
    pub fn first(&self) -> Option<&Position> {
        self.positions.first()
    }

    /// The position of the last resource.
    pub fn last(&self) -> Option<&Position> {
        self.positions.last()
    }

    /// Keeps so many resources, and leaves those behind them to the next slice of a reader who goes forward.
    pub fn truncate(&mut self, count: usize) {
        self.more |= count < self.rows.len();
        self.rows.truncate(count);
        self.positions.truncate(count);
    }
}

impl Session<'_> {
    /// Reads at most `count` resources of a list, or fewer when they are large.
    pub fn slice(
        &mut self,
        compiler: &Compiler<'_>,
        query: &ListQuery<'_>,
        start: Start,
        count: i64,
    ) -> Result<Slice> {
        let order = compiler.order(query);
        let backward = start.is_backward();
        let count = usize::try_from(count).unwrap_or(0);
        let mut start = start;
        let mut found: Vec<(Row, Position)> = Vec::new();
        let mut bytes = 0;
        let mut total = None;
        let more = loop {
            // One row more than the page tells whether there are more.
            let wanted = (count + 1 - found.len()).min(piece(found.len(), bytes));
            if wanted == 0 {
                break !self
                    .read(compiler, query, &order, &start, 1)?
                    .rows
                    .is_empty();
            }
            let read = self.read(compiler, query, &order, &start, wanted)?;
            total = total.or(read.total);
            let ended = read.rows.len() < wanted && !read.is_cut;
            bytes += read.bytes;
            found.extend(read.rows);
            if found.len() > count {
                found.truncate(count);
                break true;
            }
            match found.last() {
                Some((_, last)) if !ended => start = start.beyond(last.clone()),
                _ => break false,
            }
        };
        if backward {
            found.reverse();
        }
        let (rows, positions) = found.into_iter().unzip();
        Ok(Slice {
            rows,
            positions,
            more,
            total,
        })
    }

    /// Reads `wanted` rows from `start`, stretch by stretch.
    fn read(
        &mut self,
        compiler: &Compiler<'_>,
        query: &ListQuery<'_>,
        order: &Order,
        start: &Start,
        wanted: usize,
    ) -> Result<Loaded> {
        let mut found = Loaded::default();
        for stretch in order.stretches(start) {
            let statement = compiler.rows(query, order, stretch, wanted - found.rows.len());
            let loaded = order.load(statement, self, SLICE_BYTES.saturating_sub(found.bytes))?;
            found.add(loaded);
            if found.is_cut || found.rows.len() >= wanted {
                break;
            }
        }
        Ok(found)
    }

    /// The number of resources in a list.
    pub fn count(&mut self, compiler: &Compiler<'_>, query: &ListQuery<'_>) -> Result<i64> {
        self.counted(compiler.total(query))
    }

    /// The number of resources of a list's types, whatever its filter.
    pub fn count_all(&mut self, compiler: &Compiler<'_>, query: &ListQuery<'_>) -> Result<i64> {
        self.counted(compiler.total_of_types(query))
    }

    /// The number of resources of a list behind a position.
    pub fn count_after(
        &mut self,
        compiler: &Compiler<'_>,
        query: &ListQuery<'_>,
        position: &Position,
    ) -> Result<i64> {
        let order = compiler.order(query);
        let mut total = 0;
        for stretch in order.stretches(&Start::After(position.clone())) {
            total += self.counted(compiler.total_of(query, stretch.condition))?;
        }
        Ok(total)
    }

    /// Whether a position belongs to a list like this one. The sort attribute may have been redefined since.
    pub fn fits(
        &self,
        compiler: &Compiler<'_>,
        query: &ListQuery<'_>,
        position: &Position,
    ) -> bool {
        compiler.order(query).fits(position)
    }

    fn counted(&mut self, statement: Sql) -> Result<i64> {
        let counted = statement.typed::<BigInt>().load::<i64>(self.connection)?;
        Ok(counted.first().copied().unwrap_or(0))
    }
}

/// The number of rows to read next, from the size of those before. It is 0 when the slice is large enough.
fn piece(rows: usize, bytes: usize) -> usize {
    match bytes.checked_div(rows) {
        None => PIECE_ROWS,
        Some(_) if bytes >= SLICE_BYTES => 0,
        Some(average) => ((SLICE_BYTES - bytes) / average.max(1)).clamp(1, PIECE_ROWS),
    }
}
