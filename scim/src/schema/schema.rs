//! A schema: a URN and its attributes (RFC 7643 §7).

use super::attribute::{Attribute, find};
use serde::{Deserialize, Serialize};

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

#[cfg(test)]
mod tests {
    use super::super::builtin;
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
