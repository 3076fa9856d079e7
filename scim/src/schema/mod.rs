//! Schemas: the one description of attributes that validation, `/Schemas`, filters, PATCH and projection all read
//! (RFC 7643 §2, §7).
//!
//! The definitions are JSON in the RFC's own form, in `definitions/`; what is read here is what `/Schemas` serves.

mod attribute;

use serde::{Deserialize, Serialize};

pub use attribute::{Attribute, AttributeType, Mutability, Returned, Uniqueness};

/// URN of the core User schema.
pub const USER_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// URN of the core Group schema.
pub const GROUP_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
/// URN of the enterprise extension of User.
pub const ENTERPRISE_USER_URN: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// What the enterprise extension was called before, and still is in templates of some clients.
pub const FORMER_ENTERPRISE_URNS: [&str; 2] = [
    "urn:scim:schemas:extension:enterprise:1.0",
    "urn:scim:schemas:extension:enterprise:2.0",
];

/// A schema: a URN and the attributes it defines (RFC 7643 §7).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Schema {
    /// The URN.
    pub id: String,
    /// A name for people.
    pub name: String,
    /// One sentence for people.
    #[serde(default)]
    pub description: String,
    /// The attributes, in the order in which they are shown.
    pub attributes: Vec<Attribute>,
}

/// A definition that cannot be used, with the reason.
#[derive(Debug, thiserror::Error)]
#[error("schema {schema}: {reason}")]
pub struct SchemaError {
    schema: String,
    reason: String,
}

impl Schema {
    /// Reads and checks a definition in the RFC's JSON form.
    pub fn parse(json: &str) -> Result<Self, SchemaError> {
        let schema: Self = serde_json::from_str(json).map_err(|error| SchemaError {
            schema: "(unreadable)".into(),
            reason: error.to_string(),
        })?;
        for attribute in &schema.attributes {
            attribute.check(true).map_err(|reason| SchemaError {
                schema: schema.id.clone(),
                reason,
            })?;
        }
        Ok(schema)
    }

    /// The attribute of this name, in any letter case.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        find(&self.attributes, name)
    }

    /// Whether `urn` names this schema; URNs ignore case (RFC 7644 §3.10).
    pub fn is(&self, urn: &str) -> bool {
        self.id.eq_ignore_ascii_case(urn)
    }
}

fn find<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a Attribute> {
    attributes
        .iter()
        .find(|attribute| attribute.name.eq_ignore_ascii_case(name))
}

/// The definitions that are part of the program.
pub mod builtin {
    use std::sync::{Arc, LazyLock};

    use super::Schema;

    macro_rules! definition {
        ($(#[$doc:meta])* $name:ident, $file:literal) => {
            $(#[$doc])*
            pub fn $name() -> &'static Arc<Schema> {
                static SCHEMA: LazyLock<Arc<Schema>> = LazyLock::new(|| {
                    Arc::new(Schema::parse(include_str!(concat!("definitions/", $file))).expect($file))
                });
                &SCHEMA
            }
        };
    }

    definition!(
        /// `schemas`, `id`, `externalId`, `meta`: on every resource, listed by no schema (RFC 7643 §3.1).
        common, "common.json"
    );
    definition!(/** The core User. */ user, "user.json");
    definition!(/** The core Group. */ group, "group.json");
    definition!(/** The enterprise extension of User. */ enterprise_user, "enterprise_user.json");
    definition!(/** What `/ServiceProviderConfig` is made of. */ service_provider_config, "service_provider_config.json");
    definition!(/** What `/ResourceTypes` is made of. */ resource_type, "resource_type.json");
    definition!(/** What `/Schemas` is made of. */ schema, "schema.json");

    /// All of them.
    pub fn all() -> [&'static Arc<Schema>; 7] {
        [
            common(),
            user(),
            group(),
            enterprise_user(),
            service_provider_config(),
            resource_type(),
            schema(),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definitions_are_sound() {
        for schema in builtin::all() {
            assert!(!schema.attributes.is_empty(), "{}", schema.id);
        }
    }

    #[track_caller]
    fn refused(attribute: &str) {
        let json = format!(r#"{{"id":"urn:x","name":"X","attributes":[{attribute}]}}"#);
        assert!(Schema::parse(&json).is_err(), "{attribute}");
    }

    /// Rows: SCHEMA-02 SCHEMA-14
    #[test]
    fn unsound_definitions_are_refused() {
        refused(r#"{"name":"9x"}"#);
        refused(r#"{"name":"a b"}"#);
        refused(r#"{"name":"a","type":"complex"}"#);
        refused(r#"{"name":"a","subAttributes":[{"name":"b"}]}"#);
        refused(
            r#"{"name":"a","type":"complex","subAttributes":[{"name":"b","type":"complex","subAttributes":[{"name":"c"}]}]}"#,
        );
    }

    /// Rows: SCHEMA-03
    #[test]
    fn omitted_characteristics_have_the_rfcs_defaults() {
        let schema =
            Schema::parse(r#"{"id":"urn:x","name":"X","attributes":[{"name":"x"}]}"#).unwrap();
        let shown = serde_json::to_value(&schema.attributes[0]).unwrap();
        assert_eq!(
            shown,
            serde_json::json!({"name":"x","type":"string","multiValued":false,"required":false,"caseExact":false,
                "mutability":"readWrite","returned":"default","uniqueness":"none"})
        );
    }
}
