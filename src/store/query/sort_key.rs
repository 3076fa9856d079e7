//! Sort keys as SQL.

use scim::path::{AttributeRef, Home};
use scim::schema::AttributeType;

use super::compiler::Compiler;
use super::kept::{Kept, document_keys};
use super::position::SortKind;
use super::scope::Scope;
use crate::store::sql::Sql;

impl Compiler<'_> {
    /// The sort key of a list, and its type. Long texts are ordered by their first characters: a cursor contains a
    /// place in the list, and one long value must not make the cursor too long for a URL. NULL where the resource has
    /// no value.
    pub(super) fn sort_key(&self, by: AttributeRef<'_>) -> (Sql, SortKind) {
        let core = by.home == Home::Core;
        if core && self.resource_type.is_members(by.attribute) {
            let value = self.text_of(by, Scope::Member);
            let first = Sql::new("(SELECT ")
                .then(value)
                .sql(" FROM memberships e JOIN resources m ON m.tenant_id = e.tenant_id AND m.key = e.member_key WHERE e.tenant_id = resources.tenant_id AND e.group_key = resources.key ORDER BY e.member_key LIMIT 1)");
            return (self.dialect.beginning(first), SortKind::Text);
        }
        if core && self.resource_type.is_member_of(by.attribute) {
            let value = self.text_of(by, Scope::DirectGroup);
            let first = Sql::new("(SELECT ")
                .then(value)
                .sql(" FROM memberships e JOIN resources g ON g.tenant_id = e.tenant_id AND g.key = e.group_key WHERE e.tenant_id = resources.tenant_id AND e.member_key = resources.key ORDER BY e.group_key LIMIT 1)");
            return (self.dialect.beginning(first), SortKind::Text);
        }
        if by.attribute.multi_valued && by.home != Home::Common {
            return self.typed_text(by, self.primary_or_first(by));
        }
        match self.kept(by, Scope::Resource) {
            // Ids, versions and unique names are short, and their indexes have this order.
            Kept::Text(text) if by.home == Home::Common || self.is_unique(&by.leaf().name) => {
                (text, SortKind::Text)
            }
            Kept::Text(text) => self.typed_text(by, text),
            Kept::Prefixed(column) => (self.dialect.beginning(column), SortKind::Text),
            Kept::Boolean(column) => (self.dialect.boolean_as_integer(column), SortKind::Integer),
            Kept::Milliseconds(column) => (column, SortKind::Integer),
        }
    }

    fn text_of(&self, target: AttributeRef<'_>, scope: Scope) -> Sql {
        match self.kept(target, scope) {
            Kept::Text(sql)
            | Kept::Prefixed(sql)
            | Kept::Boolean(sql)
            | Kept::Milliseconds(sql) => sql,
        }
    }

    fn typed_text(&self, target: AttributeRef<'_>, text: Sql) -> (Sql, SortKind) {
        match target.leaf().kind {
            AttributeType::Integer | AttributeType::DateTime => {
                (self.dialect.as_integer(text), SortKind::Integer)
            }
            AttributeType::Decimal => (self.dialect.as_double(text), SortKind::Decimal),
            _ => (self.dialect.beginning(text), SortKind::Text),
        }
    }

    /// The value of the primary element, or of the first one (RFC 7644 §3.4.2.3).
    fn primary_or_first(&self, by: AttributeRef<'_>) -> Sql {
        let keys = document_keys(by.with_sub(None));
        let sub = by.sub.map(|sub| sub.name.as_str());
        let first = self
            .dialect
            .first_element_text("resources.comparable", &keys, sub);
        if by.attribute.sub_attribute("primary").is_none() {
            return first;
        }
        let elements = self.dialect.elements("resources.comparable", &keys);
        let own: Vec<&str> = sub.into_iter().collect();
        Sql::new("coalesce((SELECT ")
            .then(self.dialect.json_text("item.value", &own))
            .sql(format!(" FROM {elements} WHERE "))
            .then(self.dialect.json_text("item.value", &["primary"]))
            .sql(" = 'true' LIMIT 1), ")
            .then(first)
            .sql(")")
    }
}
