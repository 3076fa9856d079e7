//! Finds where the values of an attribute are stored: in a column, in the comparison document, or in another row.

use scim::path::{AttributeRef, Home};
use scim::schema::{Attribute, AttributeType};

use super::compiler::Compiler;
use super::scope::Scope;
use crate::store::dialect::Dialect;
use crate::store::sql::Sql;

/// How a value is stored.
pub(super) enum Kept {
    /// As text, or inside JSON.
    Text(Sql),
    /// As a text column whose first characters the database indexes.
    Prefixed(Sql),
    /// As a boolean column.
    Boolean(Sql),
    /// As milliseconds since 1970 in a column.
    Milliseconds(Sql),
}

impl Compiler<'_> {
    /// The place of the value of `target` in this scope.
    pub(super) fn kept(&self, target: AttributeRef<'_>, scope: Scope) -> Kept {
        match scope {
            Scope::Resource => self.kept_in_resource(target),
            Scope::Element => Kept::Text(self.in_element(target)),
            Scope::Member => Kept::Text(self.in_neighbour(target.leaf(), "m", "m.resource_type")),
            Scope::Group => Kept::Text(self.in_neighbour(target.leaf(), "g", "link.kind")),
            Scope::DirectGroup => Kept::Text(self.in_neighbour(target.leaf(), "g", "'direct'")),
        }
    }

    fn kept_in_resource(&self, target: AttributeRef<'_>) -> Kept {
        let column = |name: &str| Kept::Text(Sql::new(format!("resources.{name}")));
        let name = target.leaf().name.as_str();
        match (target.home, target.sub.is_some()) {
            (Home::Common, false) => match name {
                "id" => return column("id"),
                "externalId" => return Kept::Prefixed(Sql::new("resources.external_id")),
                _ => return column("resource_type"),
            },
            (Home::Common, true) => match name {
                "created" => return Kept::Milliseconds(Sql::new("resources.created_ms")),
                "lastModified" => {
                    return Kept::Milliseconds(Sql::new("resources.last_modified_ms"));
                }
                "version" => return Kept::Text(self.dialect.version_text("resources.version")),
                "location" => {
                    let prefix = self.base.prefix(&self.resource_type.endpoint);
                    return Kept::Text(
                        Sql::new("(")
                            .text(prefix)
                            .sql(self.as_text())
                            .sql(" || resources.id)"),
                    );
                }
                _ => return column("resource_type"),
            },
            (Home::Core, false) => match name {
                // This comes before the unique key, which a group has only while names are unique.
                "displayName" => return Kept::Prefixed(Sql::new("resources.display_name")),
                _ if self.is_unique(name) => return column("unique_key"),
                "active" if target.attribute.kind == AttributeType::Boolean => {
                    return Kept::Boolean(Sql::new("resources.active"));
                }
                _ => {}
            },
            _ => {}
        }
        Kept::Text(self.in_document(target))
    }

    pub(super) fn is_unique(&self, name: &str) -> bool {
        let unique = self.resource_type.unique.as_ref();
        unique.is_some_and(|unique| unique.name == name)
    }

    /// A value in the comparison document, or derived from the reference beside it.
    fn in_document(&self, target: AttributeRef<'_>) -> Sql {
        let keys = document_keys(target.with_sub(None));
        let text = |sub: Option<&str>| {
            let mut keys = keys.clone();
            keys.extend(sub);
            self.dialect.json_text("resources.comparable", &keys)
        };
        match target.sub {
            Some(sub) => self
                .derived(target.attribute, sub, &|| text(Some("value")))
                .unwrap_or_else(|| text(Some(&sub.name))),
            None => text(None),
        }
    }

    fn in_element(&self, target: AttributeRef<'_>) -> Sql {
        let text = |keys: &[&str]| self.dialect.json_text("item.value", keys);
        match target.sub {
            Some(sub) => self
                .derived(target.attribute, sub, &|| text(&["value"]))
                .unwrap_or_else(|| text(&[&sub.name])),
            None => text(&[]),
        }
    }

    /// Derives `$ref` and the name of the referenced resource from `value`.
    fn derived(&self, parent: &Attribute, sub: &Attribute, value: &dyn Fn() -> Sql) -> Option<Sql> {
        if sub.is_resource_reference() {
            let resource_type = self.registry.named(sub.reference_types.first()?)?;
            let prefix = Sql::new("(")
                .text(self.base.prefix(&resource_type.endpoint))
                .sql(self.as_text());
            // An empty reference has no address, as in the representation.
            return Some(prefix.sql(" || NULLIF(").then(value()).sql(", ''))"));
        }
        sub.is_referenced_name(parent).then(|| {
            Sql::new("(SELECT x.display_name FROM resources x WHERE x.tenant_id = resources.tenant_id AND x.id = ").then(value()).sql(")")
        })
    }

    /// A sub-attribute of an edge, from the neighbour's own columns.
    fn in_neighbour(&self, sub: &Attribute, alias: &str, kind: &str) -> Sql {
        match sub.name.as_str() {
            "value" => Sql::new(format!("{alias}.id")),
            "$ref" => {
                let mut prefix = Sql::new(format!("(CASE {alias}.resource_type"));
                for known in self.registry.resource_types() {
                    prefix = prefix
                        .sql(" WHEN ")
                        .text(&known.name)
                        .sql(" THEN ")
                        .text(self.base.prefix(&known.endpoint))
                        .sql(self.as_text());
                }
                prefix.sql(format!(" END || {alias}.id)"))
            }
            "type" => self.folded_kind(kind),
            _ => Sql::new(format!("{alias}.display_name")),
        }
    }

    /// `type` is compared without regard to case. The names are ASCII.
    fn folded_kind(&self, kind: &str) -> Sql {
        self.dialect.lower_word(kind)
    }

    /// Tells PostgreSQL that a bind is text. It must know this where an operator takes several types.
    fn as_text(&self) -> &'static str {
        match self.dialect {
            Dialect::Postgres => "::text",
            Dialect::Sqlite => "",
        }
    }
}

/// The JSON keys that lead to an attribute.
pub(super) fn document_keys<'a>(target: AttributeRef<'a>) -> Vec<&'a str> {
    let mut keys = Vec::new();
    if let Home::Extension(urn) = target.home {
        keys.push(urn);
    }
    keys.push(target.attribute.name.as_str());
    keys.extend(target.sub.map(|sub| sub.name.as_str()));
    keys
}
