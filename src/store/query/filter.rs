//! Conditions as SQL.
//!
//! A test over an absent value is NULL. `AND` and `OR` carry NULL up as "not true"; only `NOT` must turn it into false.
//! Chains are joined in halves, so that a thousand terms are ten levels deep and not a thousand.

use scim::filter::{Condition, Operand, Operator, Test};
use scim::path::{AttributeRef, Home};
use scim::schema::AttributeType;

use super::compiler::Compiler;
use super::kept::{Kept, document_keys};
use super::look_up::names_one;
use super::scope::Scope;
use super::spelling::after_prefix;
use crate::store::indexed_values::index_entry;
use crate::store::sql::Sql;

impl Compiler<'_> {
    /// A condition on a row of `resources`.
    pub fn resource(&self, condition: &Condition<'_>) -> Sql {
        self.condition(condition, Scope::Resource)
    }

    /// A condition on a member, a row `m` of `resources`.
    pub fn member(&self, condition: &Condition<'_>) -> Sql {
        self.condition(condition, Scope::Member)
    }

    fn condition(&self, condition: &Condition<'_>, scope: Scope) -> Sql {
        match condition {
            Condition::Constant(true) => Sql::new("TRUE"),
            Condition::Constant(false) => Sql::new("FALSE"),
            Condition::And(terms) => self.joined(terms, " AND ", "TRUE", scope),
            Condition::Or(terms) => self.joined(terms, " OR ", "FALSE", scope),
            Condition::Not(term) => Sql::new("NOT coalesce(")
                .then(self.condition(term, scope))
                .sql(", FALSE)"),
            Condition::Test(test) => self.test(test, scope),
            Condition::Element(target, term) => self.element(*target, term),
        }
    }

    fn joined(&self, terms: &[Condition<'_>], word: &str, empty: &str, scope: Scope) -> Sql {
        match terms {
            [] => Sql::new(empty),
            [only] => self.condition(only, scope),
            _ => {
                let (left, right) = terms.split_at(terms.len() / 2);
                Sql::new("(")
                    .then(self.joined(left, word, empty, scope))
                    .sql(word)
                    .then(self.joined(right, word, empty, scope))
                    .sql(")")
            }
        }
    }

    /// True if one element of a multi-valued attribute satisfies the term.
    fn element(&self, target: AttributeRef<'_>, term: &Condition<'_>) -> Sql {
        if target.home == Home::Core && self.resource_type.is_members(target.attribute) {
            return is_key_among(self.keys_of_some_member(term));
        }
        if target.home == Home::Core && self.resource_type.is_member_of(target.attribute) {
            return is_key_among(self.keys_of_some_group(term));
        }
        let elements = self
            .dialect
            .elements("resources.comparable", &document_keys(target));
        let exists = Sql::new(format!("EXISTS (SELECT 1 FROM {elements} WHERE "))
            .then(self.condition(term, Scope::Element))
            .sql(")");
        match self.indexed_keys(target, term) {
            Some((keys, true)) => is_key_among(keys),
            Some((keys, false)) => Sql::new("(")
                .then(is_key_among(keys))
                .sql(" AND ")
                .then(exists)
                .sql(")"),
            None => exists,
        }
    }

    /// Uses the index of values for an equality that is the whole term (`true`), or one of several conditions on the
    /// element.
    pub(super) fn indexed_keys(
        &self,
        target: AttributeRef<'_>,
        term: &Condition<'_>,
    ) -> Option<(Sql, bool)> {
        let (test, whole) = match term {
            Condition::Test(test) => (test, true),
            Condition::And(terms) => (
                terms
                    .iter()
                    .find_map(|term| self.indexed_equality(target, term))?,
                false,
            ),
            _ => return None,
        };
        let (path, value) = self.indexed_path(target, test)?;
        Some((self.indexed(path, value), whole))
    }

    /// The keys of resources with this value at an indexed path.
    fn indexed(&self, path: &str, value: &str) -> Sql {
        Sql::new("SELECT v.resource_key AS key FROM indexed_values v WHERE v.tenant_id = ")
            .integer(self.tenant.0)
            .sql(" AND v.resource_type = ")
            .text(&self.resource_type.name)
            .sql(" AND v.attribute = ")
            .text(path)
            .sql(" AND v.value = ")
            .text(index_entry(value))
    }

    /// Uses the index of values for an equality of a single-valued attribute.
    pub(super) fn single_lookup(&self, test: &Test<'_>, scope: Scope) -> Option<Sql> {
        if scope != Scope::Resource || test.target.attribute.multi_valued {
            return None;
        }
        let (path, value) = self.indexed_path(test.target, test)?;
        Some(self.indexed(path, value))
    }

    fn indexed_equality<'t, 'a>(
        &self,
        target: AttributeRef<'_>,
        term: &'t Condition<'a>,
    ) -> Option<&'t Test<'a>> {
        match term {
            Condition::Test(test) => self.indexed_path(target, test).map(|_| test),
            _ => None,
        }
    }

    fn indexed_path<'t>(
        &self,
        target: AttributeRef<'_>,
        test: &'t Test<'_>,
    ) -> Option<(&str, &'t str)> {
        let Operand::Text(Operator::Eq, value) = &test.operand else {
            return None;
        };
        let named = test.target.to_string();
        let indexed = self.resource_type.indexed.iter();
        let path = indexed
            .filter(|_| target.home == Home::Core)
            .find(|path| **path == named)?;
        Some((path, value))
    }

    /// The groups with a member that satisfies the term.
    pub(super) fn keys_of_some_member(&self, term: &Condition<'_>) -> Sql {
        Sql::new("SELECT e.group_key AS key FROM resources m")
            .then(self.edges_of("m", "member_key", term))
            .sql(" AND ")
            .then(self.condition(term, Scope::Member))
    }

    /// The edges `e` at the resources at one of their ends, with the tenant. Where the term names one resource, the statement
    /// begins there.
    fn edges_of(&self, alias: &str, end: &str, term: &Condition<'_>) -> Sql {
        if names_one(term) {
            return self
                .for_each("memberships", "e", &format!("{end} = {alias}.key"))
                .sql(" WHERE ")
                .then(self.dialect.of_tenant(self.tenant, alias));
        }
        Sql::new(format!(
            " JOIN memberships e ON e.tenant_id = {alias}.tenant_id AND e.{end} = {alias}.key WHERE {alias}.tenant_id = "
        ))
        .integer(self.tenant.0)
    }

    /// Members of the groups that satisfy the term, and members of groups inside them.
    ///
    /// The walk goes down from the matching groups. Only conditions on `type` wait until its end.
    pub(super) fn keys_of_some_group(&self, term: &Condition<'_>) -> Sql {
        let single = std::slice::from_ref(term);
        let terms = match term {
            Condition::And(terms) => terms.as_slice(),
            _ => single,
        };
        let (late, early): (Vec<_>, Vec<_>) = terms.iter().cloned().partition(asks_type);
        let walk = Sql::new(
            "WITH RECURSIVE down(root, key) AS (SELECT e.group_key, e.member_key FROM resources g",
        )
        .then(self.edges_of("g", "group_key", term))
        .sql(" AND ")
        .then(self.joined(&early, " AND ", "TRUE", Scope::DirectGroup))
        .sql(" UNION SELECT down.root, e.member_key FROM down")
        .then(self.for_each("memberships", "e", "group_key = down.key"))
        .sql(") ");
        let found = if late.is_empty() {
            Sql::new("SELECT down.key FROM down")
        } else {
            Sql::new("SELECT link.key FROM (SELECT down.root, down.key, CASE (SELECT count(*) FROM memberships d WHERE d.tenant_id = ")
                .integer(self.tenant.0)
                .sql(" AND d.group_key = down.root AND d.member_key = down.key) WHEN 1 THEN 'direct' ELSE 'indirect' END AS kind FROM down) AS link")
                .then(self.for_each("resources", "g", "key = link.root"))
                .sql(" WHERE ")
                .then(self.joined(&late, " AND ", "TRUE", Scope::Group))
        };
        self.dialect.few(walk.then(found))
    }

    fn test(&self, test: &Test<'_>, scope: Scope) -> Sql {
        if let Some(id) = self.id_of_location(test, scope) {
            return Sql::new("resources.id = ").text(id);
        }
        if let Some(keys) = self.single_lookup(test, scope) {
            return is_key_among(keys);
        }
        match (self.kept(test.target, scope), &test.operand) {
            (Kept::Prefixed(column), Operand::Text(Operator::Eq, value)) => {
                self.dialect.prefixed_equality(column, value)
            }
            (Kept::Prefixed(column), Operand::Text(operator, value)) => {
                self.compare_text(column, *operator, value)
            }
            (Kept::Text(text) | Kept::Prefixed(text), Operand::Present) => {
                present(test.target, text)
            }
            (Kept::Boolean(column) | Kept::Milliseconds(column), Operand::Present) => {
                column.sql(" IS NOT NULL")
            }
            (Kept::Text(text), Operand::Text(operator, value)) => {
                self.compare_text(text, *operator, value)
            }
            (Kept::Text(text), Operand::Boolean(truth)) => text.sql(format!(" = '{truth}'")),
            (Kept::Boolean(column), Operand::Boolean(truth)) => {
                column.sql(if *truth { " = TRUE" } else { " = FALSE" })
            }
            (
                Kept::Text(text),
                Operand::Integer(operator, value) | Operand::Instant(operator, value),
            ) => self
                .dialect
                .as_integer(text)
                .sql(symbol(*operator))
                .bigint(*value),
            (Kept::Text(text), Operand::Decimal(operator, value)) if value.is_finite() => self
                .dialect
                .as_double(text)
                .sql(symbol(*operator))
                .double(*value),
            (Kept::Milliseconds(column), Operand::Instant(operator, value)) => {
                let condition = instant_in_ms(column, *operator, *value);
                self.dialect.selective(condition)
            }
            // Resolution gives every attribute operands of its own type, so other pairs are never equal.
            _ => Sql::new("FALSE"),
        }
    }

    /// `meta.location eq` is a look-up by id.
    pub(super) fn id_of_location<'t>(&self, test: &'t Test<'_>, scope: Scope) -> Option<&'t str> {
        let Operand::Text(Operator::Eq, location) = &test.operand else {
            return None;
        };
        let is_location = scope == Scope::Resource
            && test.target.home == Home::Common
            && test.target.leaf().name == "location";
        location
            .strip_prefix(&self.base.prefix(&self.resource_type.endpoint))
            .filter(|_| is_location)
    }

    fn compare_text(&self, text: Sql, operator: Operator, value: &str) -> Sql {
        match operator {
            Operator::Co | Operator::Sw | Operator::Ew if value.is_empty() => {
                text.sql(" IS NOT NULL")
            }
            Operator::Co => self.dialect.contains(text, value),
            Operator::Ew => self.dialect.ends_with(text, value),
            // A range instead of LIKE: it can use an index, and needs no escapes.
            Operator::Sw => {
                let from = Sql::new("(").then(text.clone()).sql(" >= ").text(value);
                match after_prefix(value) {
                    Some(end) => from.sql(" AND ").then(text).sql(" < ").text(end).sql(")"),
                    None => from.sql(")"),
                }
            }
            ordered => text.sql(symbol(ordered)).text(value),
        }
    }
}

fn asks_type(condition: &Condition<'_>) -> bool {
    match condition {
        Condition::Constant(_) => false,
        Condition::And(terms) | Condition::Or(terms) => terms.iter().any(asks_type),
        Condition::Not(term) | Condition::Element(_, term) => asks_type(term),
        Condition::Test(test) => test.target.leaf().name == "type",
    }
}

fn present(target: AttributeRef<'_>, text: Sql) -> Sql {
    let textual = matches!(
        target.leaf().kind,
        AttributeType::String | AttributeType::Reference | AttributeType::Binary
    );
    if textual {
        // NULL <> '' is also not true.
        return text.sql(" <> ''");
    }
    text.sql(" IS NOT NULL")
}

fn symbol(operator: Operator) -> &'static str {
    match operator {
        Operator::Ne => " <> ",
        Operator::Gt => " > ",
        Operator::Ge => " >= ",
        Operator::Lt => " < ",
        Operator::Le => " <= ",
        Operator::Eq | Operator::Co | Operator::Sw | Operator::Ew => " = ",
    }
}

/// Compares an instant in microseconds with a column of milliseconds, without arithmetic on the column.
fn instant_in_ms(column: Sql, operator: Operator, value_us: i64) -> Sql {
    let floor = value_us.div_euclid(1_000);
    let exact = value_us.rem_euclid(1_000) == 0;
    match operator {
        Operator::Eq if !exact => Sql::new("FALSE"),
        Operator::Ge if !exact => column.sql(" > ").bigint(floor),
        Operator::Lt if !exact => column.sql(" <= ").bigint(floor),
        other => column.sql(symbol(other)).bigint(floor),
    }
}

/// Whether the resource's key is one of those that a query finds.
fn is_key_among(keys: Sql) -> Sql {
    Sql::new("resources.key IN (").then(keys).sql(")")
}
