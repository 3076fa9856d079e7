//! The statements of a list: one reads rows, one counts.

use scim::filter::{Condition, Operand, Operator};
use scim::query::{ListQuery, Selection};

use super::compiler::Compiler;
use super::order::{Order, Stretch};
use super::start::Start;
use crate::store::row::SELECTED;
use crate::store::sql::Sql;

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
    pub(super) fn rows(
        &self,
        query: &ListQuery<'_>,
        order: &Order,
        stretch: Stretch,
        count: usize,
    ) -> Sql {
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

    pub(super) fn total_of(&self, query: &ListQuery<'_>, stretch: Option<Sql>) -> Sql {
        Sql::new("SELECT count(*) FROM resources WHERE ").then(self.matching(query, stretch))
    }

    /// Tenant, type, condition and stretch. Every statement has the first two.
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
        // A type without possible matches is left out: it would only hide the indexes of the others.
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

/// Whether a filter is a single equality. There are only as many such statements as attributes, so they may be cached.
fn is_plain_look_up(condition: &Condition<'_>) -> bool {
    match condition {
        Condition::Test(test) => matches!(test.operand, Operand::Text(Operator::Eq, _)),
        Condition::Element(_, term) => is_plain_look_up(term),
        _ => false,
    }
}
