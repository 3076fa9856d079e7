//! Filters that name few resources: by a value that tells them apart, or that few share.
//!
//! Such a statement begins with the keys that an index finds, and looks each resource up by its key. So no planner can read a
//! tenant in the order of the list instead, which PostgreSQL prefers before it has statistics.

use scim::filter::{Condition, Operand, Operator, Test};
use scim::path::{AttributeRef, Home};
use scim::query::ListQuery;

use super::compiler::Compiler;
use super::scope::Scope;
use crate::store::dialect::Dialect;
use crate::store::sql::Sql;

impl Compiler<'_> {
    /// Whether the list's filter names few resources.
    pub fn is_look_up(&self, query: &ListQuery<'_>) -> bool {
        self.keys_of_list(query).is_some()
    }

    /// The rows from which a list is read, as `resources`, for a FROM.
    pub(super) fn source(&self, query: &ListQuery<'_>) -> Sql {
        match self.keys_of_list(query) {
            None => Sql::new("resources"),
            Some(keys) => Sql::new("(").then(keys).sql(") AS k").then(self.for_each(
                "resources",
                "resources",
                "key = k.key",
            )),
        }
    }

    /// What is left to check of the condition of a selection: the keys satisfy the rest.
    pub(super) fn left_to_check<'c>(
        &self,
        query: &ListQuery<'c>,
        condition: &Condition<'c>,
    ) -> Option<Condition<'c>> {
        // With several types a key does not tell which condition it satisfies.
        let found = self
            .found(condition)
            .filter(|_| query.selections.len() == 1);
        found.map_or_else(|| Some(condition.clone()), |found| found.left)
    }

    fn keys_of_list(&self, query: &ListQuery<'_>) -> Option<Sql> {
        let found = query.selections.iter().map(|selection| {
            let own = self.of(selection.resource_type);
            own.found(selection.condition.as_ref()?)
        });
        union(found).map(|found| found.keys)
    }

    /// The keys of all resources that may satisfy a condition, if an index finds them.
    fn found<'c>(&self, condition: &Condition<'c>) -> Option<Found<'c>> {
        match condition {
            Condition::And(terms) => terms.iter().enumerate().find_map(|(place, term)| {
                let found = self.found(term)?;
                let others = terms.iter().enumerate();
                let others = others.filter(|(other, _)| *other != place);
                let left: Vec<Condition<'c>> = others
                    .map(|(_, term)| term.clone())
                    .chain(found.left)
                    .collect();
                Some(Found {
                    left: (!left.is_empty()).then_some(Condition::And(left)),
                    ..found
                })
            }),
            Condition::Or(terms) => {
                let found = union(terms.iter().map(|term| self.found(term)))?;
                Some(Found {
                    left: found.left.is_some().then(|| condition.clone()),
                    ..found
                })
            }
            Condition::Test(test) => self.keys_of_test(test).map(Found::exactly),
            Condition::Element(target, term) => self.found_by_element(*target, term, condition),
            Condition::Constant(_) | Condition::Not(_) => None,
        }
    }

    fn keys_of_test(&self, test: &Test<'_>) -> Option<Sql> {
        let Operand::Text(Operator::Eq, value) = &test.operand else {
            return None;
        };
        if let Some(indexed) = self.single_lookup(test, Scope::Resource) {
            return Some(indexed);
        }
        let name = test.target.attribute.name.as_str();
        let by_location = self.id_of_location(test, Scope::Resource);
        let place = match (test.target.home, test.target.sub) {
            _ if by_location.is_some() => {
                self.place_of(None, "id", by_location.unwrap_or_default())
            }
            (Home::Common, None) if name == "id" => self.place_of(None, "id", value),
            (Home::Common, None) if name == "externalId" => self.place_of_external_id(value),
            (Home::Core, None) if self.is_unique(name) => {
                self.place_of(Some(&self.resource_type.name), "unique_key", value)
            }
            (Home::Core, None) if name == "displayName" => {
                self.place_of_prefixed("display_name", value)
            }
            _ => return None,
        };
        Some(Sql::new("SELECT r.key AS key FROM resources r WHERE ").then(place))
    }

    fn place_of(&self, resource_type: Option<&str>, column: &str, value: &str) -> Sql {
        let value = Sql::default().text(value);
        self.dialect
            .look_up(self.tenant, "r", resource_type, column, value)
    }

    /// On PostgreSQL users and groups have an index each by their `externalId`, which a statement uses that has their type in
    /// its text.
    fn place_of_external_id(&self, value: &str) -> Sql {
        let own = match (self.dialect, self.resource_type.name.as_str()) {
            (Dialect::Postgres, "User") => " AND r.resource_type = 'User'",
            (Dialect::Postgres, "Group") => " AND r.resource_type = 'Group'",
            _ => return self.place_of_prefixed("external_id", value),
        };
        let of_tenant = self.dialect.of_tenant(self.tenant, "r");
        of_tenant.sql(own).sql(" AND r.external_id = ").text(value)
    }

    fn place_of_prefixed(&self, column: &str, value: &str) -> Sql {
        let column = Sql::new(format!("r.{column}"));
        Sql::new("r.tenant_id = ")
            .integer(self.tenant.0)
            .sql(" AND r.resource_type = ")
            .text(&self.resource_type.name)
            .sql(" AND ")
            .then(self.dialect.prefixed_equality(column, value))
    }

    fn found_by_element<'c>(
        &self,
        target: AttributeRef<'_>,
        term: &Condition<'c>,
        condition: &Condition<'c>,
    ) -> Option<Found<'c>> {
        if target.home == Home::Core && self.resource_type.is_members(target.attribute) {
            return names_one(term).then(|| Found::exactly(self.keys_of_some_member(term)));
        }
        if target.home == Home::Core && self.resource_type.is_member_of(target.attribute) {
            return names_one(term).then(|| Found::exactly(self.keys_of_some_group(term)));
        }
        let (keys, is_exact) = self.indexed_keys(target, term)?;
        Some(Found {
            left: (!is_exact).then(|| condition.clone()),
            ..Found::exactly(keys)
        })
    }
}

/// Most queries of one union. SQLite takes five hundred.
const QUERIES_MAX: usize = 400;

/// What an index finds of a condition.
struct Found<'c> {
    /// A query of keys. All resources that satisfy the condition are among them.
    keys: Sql,
    /// What they have to satisfy besides. In a union it is that of one part.
    left: Option<Condition<'c>>,
    /// How many queries the keys come from.
    queries: usize,
}

impl Found<'_> {
    fn exactly(keys: Sql) -> Self {
        Self {
            keys,
            left: None,
            queries: 1,
        }
    }
}

/// All keys that the parts find. `None` if there is no query for one part, no part, or too many.
fn union<'c>(parts: impl Iterator<Item = Option<Found<'c>>>) -> Option<Found<'c>> {
    let parts: Vec<Found<'c>> = parts.collect::<Option<_>>()?;
    let queries = parts.iter().map(|part| part.queries).sum();
    // A query may begin with WITH, which cannot stand behind UNION.
    let apart = parts.len() > 1;
    let joined = parts.into_iter().map(|part| match apart {
        false => part,
        true => Found {
            keys: Sql::new("SELECT u.key AS key FROM (")
                .then(part.keys)
                .sql(") AS u"),
            ..part
        },
    });
    let joined = joined.reduce(|one, other| Found {
        keys: one.keys.sql(" UNION ").then(other.keys),
        left: one.left.or(other.left),
        queries,
    });
    joined.filter(|_| queries <= QUERIES_MAX)
}

/// Whether the condition on a neighbour names its id.
pub(super) fn names_one(term: &Condition<'_>) -> bool {
    match term {
        Condition::Test(test) => {
            test.target.leaf().name == "value"
                && matches!(test.operand, Operand::Text(Operator::Eq, _))
        }
        Condition::And(terms) => terms.iter().any(names_one),
        _ => false,
    }
}
