//! An attribute of a resource type.

use serde_json::Value;

use crate::json::Object;
use crate::profile::{Leniency, Rule};
use crate::schema::{Attribute, FORMER_SUB_ATTRIBUTES};
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

    /// The sub-attribute that a client means by this name, in any letter case: one of today, or (a leniency) of SCIM 1.1.
    pub fn sub_named(&self, name: &str, leniency: &Leniency) -> Option<&'a Attribute> {
        let former = || {
            let found = self.sub_formerly_named(name)?;
            leniency.allows(Rule::FormerNames).then_some(found)
        };
        self.attribute.sub_attribute(name).or_else(former)
    }

    fn sub_formerly_named(&self, name: &str) -> Option<&'a Attribute> {
        let Home::Extension(home) = self.home else {
            return None;
        };
        let renamed = FORMER_SUB_ATTRIBUTES
            .iter()
            .find(|(urn, attribute, former, _)| {
                *urn == home
                    && *attribute == self.attribute.name
                    && former.eq_ignore_ascii_case(name)
            });
        let (.., today) = renamed?;
        self.attribute.sub_attribute(today)
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
