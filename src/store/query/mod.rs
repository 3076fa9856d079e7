//! Lists: a resolved query becomes one statement for the page and, where the page does not tell, one for the total.

mod compile;
mod dialect;
mod place;

use diesel::prelude::*;
use diesel::sql_types::BigInt;

pub use compile::Compiler;

use super::error::Result;
use super::resources::{Row, SELECTED, Selected, SelectedTypes, size_of_document};
use super::{Session, Sql};
use crate::scim::filter::{Condition, Operand, Operator};
use crate::scim::query::ListQuery;
use crate::scim::registry::Registry;
use crate::scim::representation::BaseUrl;
use crate::scim::resource_type::ResourceType;

/// How many rows to read next, by the weight of those before; none when the page is heavy enough.
fn piece(rows: usize, bytes: usize) -> i64 {
    let wanted = match bytes.checked_div(rows) {
        None => PIECE_ROWS,
        Some(_) if bytes > PAGE_BYTES => 0,
        Some(average) => ((PAGE_BYTES - bytes) / average.max(1)).clamp(1, PIECE_ROWS),
    };
    i64::try_from(wanted).unwrap_or(i64::MAX)
}

/// Whether a filter is one equality: there are only as many of these as attributes, so their statements may be cached.
fn is_plain_look_up(condition: &Condition<'_>) -> bool {
    match condition {
        Condition::Test(test) => matches!(test.operand, Operand::Text(Operator::Eq, _)),
        Condition::Element(_, term) => is_plain_look_up(term),
        _ => false,
    }
}

/// Most rows read at a time.
const PIECE_ROWS: usize = 100;
/// A page ends early when its documents are heavier than this; clients see it in `itemsPerPage` and ask for the rest
/// (RFC 7644 §3.4.2.4).
const PAGE_BYTES: usize = 8 * 1024 * 1024;

/// One page and the number of all matches.
#[derive(Debug)]
pub struct Page {
    /// The resources of the page.
    pub rows: Vec<Row>,
    /// How many match in all.
    pub total: i64,
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

    /// Reads one page of a list.
    pub fn list(&mut self, compiler: &Compiler<'_>, query: &ListQuery<'_>) -> Result<Page> {
        if query.count == 0 {
            return Ok(Page {
                rows: Vec::new(),
                total: self.count(compiler, query)?,
            });
        }
        let (rows, ended) = self.rows(compiler, query)?;
        let shown = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        let total = if ended && (shown > 0 || query.start_index == 1) {
            query.start_index - 1 + shown
        } else {
            self.count(compiler, query)?
        };
        Ok(Page { rows, total })
    }

    /// The rows of the page, read in pieces until it is full, heavy enough, or the list ends (`true`).
    fn rows(&mut self, compiler: &Compiler<'_>, query: &ListQuery<'_>) -> Result<(Vec<Row>, bool)> {
        let mut rows: Vec<Row> = Vec::new();
        let mut bytes = 0;
        loop {
            let have = i64::try_from(rows.len()).unwrap_or(i64::MAX);
            let wanted = (query.count - have).min(piece(rows.len(), bytes));
            if wanted <= 0 {
                return Ok((rows, false));
            }
            let statement = compiler.slice(query, query.start_index.saturating_add(have), wanted);
            let piece = statement
                .typed::<SelectedTypes>()
                .load::<Selected>(self.connection)?;
            let found = i64::try_from(piece.len()).unwrap_or(i64::MAX);
            rows.extend(piece.into_iter().map(Row::from));
            if found < wanted {
                return Ok((rows, true));
            }
            let new = rows.iter().skip(usize::try_from(have).unwrap_or(0));
            bytes += new
                .map(|row| size_of_document(&row.stored.document))
                .sum::<usize>();
        }
    }

    fn count(&mut self, compiler: &Compiler<'_>, query: &ListQuery<'_>) -> Result<i64> {
        let statement = compiler.total(query);
        let counted = statement.typed::<BigInt>().load::<i64>(self.connection)?;
        Ok(counted.first().copied().unwrap_or(0))
    }
}

impl Compiler<'_> {
    /// The statement that reads a page.
    pub fn page(&self, query: &ListQuery<'_>) -> Sql {
        self.slice(query, query.start_index, query.count)
    }

    /// The statement that reads `count` rows of the list from `start_index` on.
    fn slice(&self, query: &ListQuery<'_>, start_index: i64, count: i64) -> Sql {
        let order = match query.sort {
            Some(sort) => {
                let direction = if sort.descending {
                    " DESC NULLS FIRST, resources.key"
                } else {
                    " ASC NULLS LAST, resources.key"
                };
                self.sort_key(sort.by).sql(direction).uncached()
            }
            None => Sql::new("resources.key"),
        };
        Sql::new(format!("SELECT {SELECTED} FROM resources WHERE "))
            .then(self.matching(query.condition.as_ref()))
            .sql(" ORDER BY ")
            .then(order)
            .sql(" LIMIT ")
            .bigint(count)
            .sql(" OFFSET ")
            .bigint(start_index - 1)
    }

    /// The statement that counts all matches.
    pub fn total(&self, query: &ListQuery<'_>) -> Sql {
        Sql::new("SELECT count(*) FROM resources WHERE ")
            .then(self.matching(query.condition.as_ref()))
    }

    /// Tenant, type and condition: no statement goes without the first two.
    fn matching(&self, condition: Option<&Condition<'_>>) -> Sql {
        let scope = Sql::new("resources.tenant_id = ")
            .integer(self.tenant.0)
            .sql(" AND resources.resource_type = ")
            .text(&self.resource_type.name);
        let Some(condition) = condition else {
            return scope;
        };
        let whole = scope.sql(" AND ").then(self.resource(condition));
        if is_plain_look_up(condition) {
            whole
        } else {
            whole.uncached()
        }
    }
}
