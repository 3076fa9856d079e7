//! Lists: a resolved query becomes statements that read a slice of it and, where that does not tell, one for the total.

mod compile;
mod dialect;
mod order;
mod place;

use diesel::prelude::*;
use diesel::sql_types::BigInt;

pub use compile::Compiler;
pub use order::{Position, Start};

use super::error::Result;
use super::resources::{Row, SELECTED, size_of_document};
use super::{Session, Sql};
use scim::filter::{Condition, Operand, Operator};
use scim::query::{ListQuery, Selection};
use scim::registry::Registry;
use scim::representation::BaseUrl;
use scim::resource_type::ResourceType;
use order::{Order, Stretch};

/// How many rows to read next, by the weight of those before; none when the page is heavy enough.
fn piece(rows: usize, bytes: usize) -> usize {
    match bytes.checked_div(rows) {
        None => PIECE_ROWS,
        Some(_) if bytes > PAGE_BYTES => 0,
        Some(average) => ((PAGE_BYTES - bytes) / average.max(1)).clamp(1, PIECE_ROWS),
    }
}

/// Whether a filter is one equality: there are only as many of these as attributes, so their statements may be cached.
fn is_plain_look_up(condition: &Condition<'_>) -> bool {
    match condition {
        Condition::Test(test) => matches!(test.operand, Operand::Text(Operator::Eq, _)),
        Condition::Element(_, term) => is_plain_look_up(term),
        _ => false,
    }
}

/// Most rows read at a time: a page of the default size, and the one that tells whether there are more.
const PIECE_ROWS: usize = 101;
/// A page ends early when its documents are heavier than this; clients see it in `itemsPerPage` and ask for the rest
/// (RFC 7644 §3.4.2.4).
const PAGE_BYTES: usize = 8 * 1024 * 1024;

/// Consecutive resources of a list.
#[derive(Debug, Default)]
pub struct Slice {
    /// The resources, in the list's order.
    pub rows: Vec<Row>,
    /// The place of the first one.
    pub first: Option<Position>,
    /// The place of the last one.
    pub last: Option<Position>,
    /// Whether more lie in reading direction.
    pub more: bool,
}

impl Session<'_> {
    /// Compiles conditions for this session.
    pub fn compiler<'q>(
        &self,
        resource_type: &'q ResourceType,
        registry: &'q Registry,
        base: &'q BaseUrl,
    ) -> Compiler<'q> {
        Compiler {
            dialect: self.dialect(),
            tenant: self.tenant,
            resource_type,
            registry,
            base,
        }
    }

    /// Reads at most `count` resources of a list, fewer when they are heavy.
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
        let more = loop {
            // One more than asked for tells whether there are more.
            let wanted = (count + 1 - found.len()).min(piece(found.len(), bytes));
            if wanted == 0 {
                break true;
            }
            let read = self.read(compiler, query, &order, &start, wanted)?;
            let ended = read.len() < wanted;
            bytes += read
                .iter()
                .map(|(row, _)| size_of_document(&row.stored.document))
                .sum::<usize>();
            found.extend(read);
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
        Ok(Slice {
            first: found.first().map(|(_, position)| position.clone()),
            last: found.last().map(|(_, position)| position.clone()),
            rows: found.into_iter().map(|(row, _)| row).collect(),
            more,
        })
    }

    /// Reads `wanted` rows from `start` on, stretch by stretch.
    fn read(
        &mut self,
        compiler: &Compiler<'_>,
        query: &ListQuery<'_>,
        order: &Order,
        start: &Start,
        wanted: usize,
    ) -> Result<Vec<(Row, Position)>> {
        let mut found = Vec::new();
        for stretch in order.stretches(start) {
            let statement = compiler.rows(query, order, stretch, wanted - found.len());
            found.extend(order.load(statement, self.connection)?);
            if found.len() >= wanted {
                break;
            }
        }
        Ok(found)
    }

    /// How many resources are in a list.
    pub fn count(&mut self, compiler: &Compiler<'_>, query: &ListQuery<'_>) -> Result<i64> {
        self.counted(compiler.total(query))
    }

    /// How many resources of a list lie behind a place.
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

    /// Whether a place was taken in a list like this one: what it is ordered by may have been redefined since.
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

impl<'q> Compiler<'q> {
    /// The same for another type of the tenant.
    pub(super) fn of(&self, resource_type: &'q ResourceType) -> Self {
        Self {
            resource_type,
            ..*self
        }
    }
}

impl Compiler<'_> {
    /// The statement that reads the beginning of a page: for snapshots and plans.
    pub fn page(&self, query: &ListQuery<'_>, start: &Start) -> Sql {
        let order = self.order(query);
        let count = usize::try_from(query.count).unwrap_or(0);
        match order.stretches(start).into_iter().next() {
            Some(stretch) => self.rows(query, &order, stretch, count),
            None => Sql::default(),
        }
    }

    /// The statement that reads `count` rows of a stretch.
    fn rows(&self, query: &ListQuery<'_>, order: &Order, stretch: Stretch, count: usize) -> Sql {
        let mut columns = Sql::new(format!("SELECT {SELECTED}"));
        if let Some(key) = order.column() {
            columns = columns.sql(", ").then(key);
        }
        let statement = columns
            .sql(" FROM resources WHERE ")
            .then(self.matching(query, stretch.condition))
            .sql(" ORDER BY ")
            .then(stretch.order)
            .sql(" LIMIT ")
            .bigint(i64::try_from(count).unwrap_or(i64::MAX));
        if stretch.offset == 0 {
            return statement;
        }
        statement.sql(" OFFSET ").bigint(stretch.offset)
    }

    /// The statement that counts all matches.
    pub fn total(&self, query: &ListQuery<'_>) -> Sql {
        self.total_of(query, None)
    }

    fn total_of(&self, query: &ListQuery<'_>, stretch: Option<Sql>) -> Sql {
        Sql::new("SELECT count(*) FROM resources WHERE ").then(self.matching(query, stretch))
    }

    /// Tenant, type, condition and stretch: no statement goes without the first two.
    fn matching(&self, query: &ListQuery<'_>, stretch: Option<Sql>) -> Sql {
        let scope = Sql::new("resources.tenant_id = ")
            .integer(self.tenant.0)
            .sql(" AND ")
            .then(self.selected(query));
        match stretch {
            Some(stretch) => scope.sql(" AND ").then(stretch),
            None => scope,
        }
    }

    fn selected(&self, query: &ListQuery<'_>) -> Sql {
        // A type none of whose resources can match would only hide the others' indexes.
        let possible = query
            .selections
            .iter()
            .filter(|selection| !matches!(selection.condition, Some(Condition::Constant(false))));
        let mut terms = possible.map(|selection| self.selection(selection));
        match (terms.next(), terms.next()) {
            (None, _) => Sql::new("FALSE"),
            (Some(only), None) => only,
            (Some(first), Some(second)) => {
                let all = [first, second].into_iter().chain(terms);
                let joined = all.reduce(|left, right| left.sql(" OR ").then(right));
                Sql::new("(").then(joined.unwrap_or_default()).sql(")")
            }
        }
    }

    fn selection(&self, selection: &Selection<'_>) -> Sql {
        let of_type = Sql::new("resources.resource_type = ").text(&selection.resource_type.name);
        let Some(condition) = &selection.condition else {
            return of_type;
        };
        let own = self.of(selection.resource_type).resource(condition);
        let whole = of_type.sql(" AND ").then(own);
        if is_plain_look_up(condition) {
            whole
        } else {
            whole.uncached()
        }
    }
}
