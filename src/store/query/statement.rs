//! The statements of a list: one reads rows, one counts.

use scim::filter::{Condition, Operand, Operator};
use scim::query::{ListQuery, Selection};

use super::compiler::Compiler;
use super::order::{Order, Stretch};
use super::start::Start;
use crate::store::goes_on::GOES_ON;
use crate::store::row::selected;
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
        let selected = selected(self.dialect, self.beside);
        let total = self.total_column(query, &stretch);
        let mut columns = Sql::new(format!("SELECT {selected}, ")).then(total);
        if let Some(key) = order.column() {
            columns = columns.sql(", ").then(key).sql(" AS sort_key");
        }
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        let found = Sql::new(" FROM ")
            .then(self.source(query))
            .sql(" WHERE ")
            .then(self.matching(query, stretch.condition))
            .sql(" ORDER BY ")
            .then(stretch.order.clone())
            .sql(" LIMIT ")
            .then(self.number(query, count));
        if stretch.offset == 0 {
            return columns.then(found);
        }
        // Rows are counted off in an index. Only those of the page are read.
        columns
            .sql(" FROM (SELECT resources.key AS key")
            .then(found)
            .sql(" OFFSET ")
            .then(self.number(query, stretch.offset))
            .sql(") AS k")
            .then(self.for_each("resources", "resources", "key = k.key"))
            .sql(" ORDER BY ")
            .then(stretch.order)
    }

    /// The total beside the rows of a plain list, where it is not known from an earlier page.
    fn total_column(&self, query: &ListQuery<'_>, stretch: &Stretch) -> Sql {
        let column = match query.is_plain() && stretch.condition.is_none() {
            true => Sql::new("(").then(self.total(query)).sql(")"),
            false => Sql::new("CAST(NULL AS BIGINT)"),
        };
        column.sql(" AS total")
    }

    /// A number of rows. The statement of a plain list serves every number: it hides the number from the planner, which would
    /// otherwise plan each page anew.
    fn number(&self, query: &ListQuery<'_>, number: i64) -> Sql {
        let bound = Sql::default().bigint(number);
        match query.is_plain() {
            true => self.dialect.unplanned(bound),
            false => bound,
        }
    }

    /// The statement that counts all matches. How many resources there are in all is known without counting.
    pub fn total(&self, query: &ListQuery<'_>) -> Sql {
        if query.is_filtered() {
            return self.total_of(query, None);
        }
        self.total_of_types(query)
    }

    /// The statement that tells how many resources the types of a list have.
    pub(super) fn total_of_types(&self, query: &ListQuery<'_>) -> Sql {
        let names = query.selections.iter().map(|selection| {
            let name = &selection.resource_type.name;
            Sql::default().text(name)
        });
        let names = names.reduce(|left, right| left.sql(", ").then(right));
        Sql::new("SELECT CAST(coalesce(sum(c.count), 0) AS BIGINT) FROM resource_counts c WHERE c.tenant_id = ")
            .integer(self.tenant.0)
            .sql(" AND c.resource_type IN (")
            .then(names.unwrap_or_default())
            .sql(")")
    }

    pub(super) fn total_of(&self, query: &ListQuery<'_>, stretch: Option<Sql>) -> Sql {
        Sql::new("SELECT count(*) FROM ")
            .then(self.source(query))
            .sql(" WHERE ")
            .then(self.matching(query, stretch))
    }

    /// Tenant, type, condition and stretch. Every statement has the first two.
    fn matching(&self, query: &ListQuery<'_>, stretch: Option<Sql>) -> Sql {
        let scope = self.scope(query).sql(" AND ").then(self.selected(query));
        match stretch {
            Some(stretch) => scope.sql(" AND ").then(stretch),
            None => scope,
        }
    }

    fn scope(&self, query: &ListQuery<'_>) -> Sql {
        let of_tenant = Sql::new("resources.tenant_id = ").integer(self.tenant.0);
        if self.is_look_up(query) {
            return of_tenant;
        }
        match self.dialect.listed_tenant(self.tenant) {
            Some(listed) if query.is_plain() => listed,
            Some(listed) if query.sort.is_none() => of_tenant.sql(" AND ").then(listed),
            None if !query.is_plain() => of_tenant.sql(" AND ").sql(GOES_ON),
            _ => of_tenant,
        }
    }

    fn selected(&self, query: &ListQuery<'_>) -> Sql {
        // A type without possible matches is left out: it would only hide the indexes of the others.
        let possible = query
            .selections
            .iter()
            .filter(|selection| !matches!(selection.condition, Some(Condition::Constant(false))));
        let mut terms = possible.map(|selection| self.selection(query, selection));
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

    fn selection<'c>(&self, query: &ListQuery<'c>, selection: &Selection<'c>) -> Sql {
        let of_type = Sql::new("resources.resource_type = ").text(&selection.resource_type.name);
        let Some(condition) = &selection.condition else {
            return of_type;
        };
        let own = self.of(selection.resource_type);
        let whole = match own.left_to_check(query, condition) {
            None => of_type,
            Some(left) => of_type.sql(" AND ").then(own.resource(&left)),
        };
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
