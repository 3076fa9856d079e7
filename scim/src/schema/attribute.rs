//! One attribute and its characteristics (RFC 7643 §2.2, §7).

use super::characteristics::{AttributeType, Mutability, Returned, Uniqueness};
use crate::compare::Preparation;
use serde::{Deserialize, Serialize, Serializer};

/// An attribute or sub-attribute.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names are the RFC's")]
pub struct Attribute {
    pub name: String,
    #[serde(rename = "type", default)]
    pub kind: AttributeType,
    #[serde(default)]
    pub multi_valued: bool,
    #[serde(default)]
    pub description: String,
    #[serde(default)]
    pub required: bool,
    #[serde(default)]
    pub canonical_values: Vec<String>,
    #[serde(default)]
    pub case_exact: bool,
    #[serde(default)]
    pub mutability: Mutability,
    #[serde(default)]
    pub returned: Returned,
    #[serde(default)]
    pub uniqueness: Uniqueness,
    #[serde(default)]
    pub reference_types: Vec<String>,
    #[serde(default)]
    pub sub_attributes: Vec<Attribute>,
}

impl Attribute {
    /// The sub-attribute of this name, in any letter case.
    pub fn sub_attribute(&self, name: &str) -> Option<&Attribute> {
        find(&self.sub_attributes, name)
    }

    /// Whether the attribute has sub-attributes.
    pub fn is_complex(&self) -> bool {
        self.kind == AttributeType::Complex
    }

    /// How its text is prepared before it is compared. Binary and reference values are always case-exact
    /// (RFC 7643 §2.3.6, §2.3.7).
    pub fn preparation(&self) -> Preparation {
        match self.kind {
            AttributeType::Binary | AttributeType::Reference => Preparation::Exact,
            _ if self.case_exact => Preparation::Exact,
            _ => Preparation::Folded,
        }
    }

    /// The `value` sub-attribute that a bare name of a complex attribute stands for (RFC 7643 §2.4).
    pub fn default_sub_attribute(&self) -> Option<&Attribute> {
        self.sub_attribute("value")
    }

    /// Whether this is a `$ref` that points at resources of this provider. The server derives it from the `value` beside
    /// it and never stores it.
    pub fn is_resource_reference(&self) -> bool {
        self.kind == AttributeType::Reference
            && self.name == "$ref"
            && self
                .reference_types
                .iter()
                .any(|target| target != "external" && target != "uri")
    }

    /// Whether this sub-attribute shows the name of the resource that `value` refers to (`manager.displayName`). It is
    /// readOnly text beside a reference.
    pub fn is_referenced_name(&self, parent: &Attribute) -> bool {
        self.mutability == Mutability::ReadOnly
            && parent.mutability != Mutability::ReadOnly
            && self.name.eq_ignore_ascii_case("displayName")
            && parent
                .sub_attributes
                .iter()
                .any(Attribute::is_resource_reference)
    }

    /// Checks the definition. A name is a letter, then letters, digits, `$`, `-`, `_` (RFC 7643 §2.1); `$ref` begins with
    /// `$`. Complex attributes have simple sub-attributes, other attributes have none.
    pub(crate) fn check(&self, top: bool) -> Result<(), String> {
        let mut characters = self.name.chars();
        let first = characters.next().unwrap_or(' ');
        let named = (first.is_ascii_alphabetic() || first == '$')
            && characters.all(|c| c.is_ascii_alphanumeric() || "$-_".contains(c));
        if !named {
            return Err(format!("\"{}\" is not an attribute name", self.name));
        }
        if self.is_complex() == self.sub_attributes.is_empty() {
            return Err(format!(
                "\"{}\": a complex attribute needs subAttributes, and other attributes cannot have them",
                self.name
            ));
        }
        if self.is_complex() && !top {
            return Err(format!(
                "\"{}\": a sub-attribute cannot be complex",
                self.name
            ));
        }
        self.sub_attributes
            .iter()
            .try_for_each(|sub| sub.check(false))
    }
}

/// The attribute of this name, in any letter case.
pub(super) fn find<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a Attribute> {
    attributes
        .iter()
        .find(|attribute| attribute.name.eq_ignore_ascii_case(name))
}

impl Serialize for Attribute {
    /// Shows the characteristics that apply to the type. Booleans, numbers and complex attributes have no `caseExact`;
    /// complex attributes and booleans have no `uniqueness`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let textual = matches!(
            self.kind,
            AttributeType::String | AttributeType::Reference | AttributeType::Binary
        );
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", &self.name)?;
        map.serialize_entry("type", &self.kind)?;
        map.serialize_entry("multiValued", &self.multi_valued)?;
        if !self.description.is_empty() {
            map.serialize_entry("description", &self.description)?;
        }
        map.serialize_entry("required", &self.required)?;
        if !self.canonical_values.is_empty() {
            map.serialize_entry("canonicalValues", &self.canonical_values)?;
        }
        if textual {
            map.serialize_entry("caseExact", &self.case_exact)?;
        }
        map.serialize_entry("mutability", &self.mutability)?;
        map.serialize_entry("returned", &self.returned)?;
        if !self.is_complex() && self.kind != AttributeType::Boolean {
            map.serialize_entry("uniqueness", &self.uniqueness)?;
        }
        if !self.reference_types.is_empty() {
            map.serialize_entry("referenceTypes", &self.reference_types)?;
        }
        if !self.sub_attributes.is_empty() {
            map.serialize_entry("subAttributes", &self.sub_attributes)?;
        }
        map.end()
    }
}
