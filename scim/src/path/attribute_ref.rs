//! An attribute of a resource type.

use serde_json::Value;

use crate::json::Object;
use crate::schema::Attribute;
use std::fmt;

/// Where an attribute lives in a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Home<'a> {
    /// `schemas`, `id`, `externalId`, `meta`.
    Common,
    /// The core schema: at the top of the resource.
    Core,
    /// The extension of this URN: inside the object under it.
    Extension(&'a str),
}

/// An attribute of a resource type, perhaps with one of its sub-attributes.
#[derive(Debug, Clone, Copy)]
pub struct AttributeRef<'a> {
    /// Where it lives.
    pub home: Home<'a>,
    /// The attribute.
    pub attribute: &'a Attribute,
    /// The sub-attribute that was named.
    pub sub: Option<&'a Attribute>,
}

impl<'a> AttributeRef<'a> {
    /// The attribute whose values are meant: the sub-attribute where one was named.
    pub fn leaf(&self) -> &'a Attribute {
        self.sub.unwrap_or(self.attribute)
    }

    /// Whether this is a multi-valued sub-attribute. Filters and sorting do not look at a list inside a value.
    pub fn is_nested_list(&self) -> bool {
        self.sub.is_some_and(|sub| sub.multi_valued)
    }

    /// The value of the whole attribute in a document.
    pub fn value_in<'d>(&self, document: &'d Object) -> Option<&'d Value> {
        match self.home {
            Home::Common | Home::Core => document.get(&self.attribute.name),
            Home::Extension(urn) => document.get(urn)?.get(&self.attribute.name),
        }
    }

    /// The same attribute with another sub-attribute.
    pub fn with_sub(self, sub: Option<&'a Attribute>) -> Self {
        Self { sub, ..self }
    }
}

impl fmt::Display for AttributeRef<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Home::Extension(urn) = self.home {
            write!(formatter, "{urn}:")?;
        }
        formatter.write_str(&self.attribute.name)?;
        match self.sub {
            Some(sub) => write!(formatter, ".{}", sub.name),
            None => Ok(()),
        }
    }
}
