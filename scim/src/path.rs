//! Attribute notation: `[URN ":"] name ["." subAttribute]` (RFC 7644 §3.10), and what it means for a resource type.
//!
//! An [`AttrPath`] is a text of the right grammar. [`resolve`] finds its [`Target`] in a resource type: an [`AttributeRef`],
//! or a whole extension.
//!
//! ```
//! use scim::path::{AttrPath, Target, resolve};
//! use scim::profile::Leniency;
//! use scim::resource_type::ResourceType;
//!
//! let user = ResourceType::user();
//! let path = AttrPath::parse("NAME.givenname").ok_or("no path")?;
//! let Target::Attribute(found) = resolve(&path, &user, &Leniency::rfc())? else {
//!     return Err("an extension".into());
//! };
//! assert_eq!(found.to_string(), "name.givenName");
//! assert!(AttrPath::parse("a.b.c").is_none());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Not supported: sub-attributes of sub-attributes. RFC 7643 has none.

use std::fmt;

use serde_json::Value;

use super::json::Object;
use super::profile::{Leniency, Rule};
use super::resource_type::ResourceType;
use super::schema::{Attribute, Schema, builtin};

/// An attribute path as the client wrote it. Its grammar is checked.
///
/// It is kept as text. Only the schemas tell where the URN ends, because a URN has colons and dots of its own
/// (`urn:…:enterprise:2.0:User:manager.value`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttrPath(String);

impl AttrPath {
    /// Checks the grammar: the part behind the last colon is a name with at most one sub-attribute.
    pub fn parse(text: &str) -> Option<Self> {
        let local = text.rsplit(':').next()?;
        let mut names = local.split('.');
        let sound = names.next().is_some_and(is_name)
            && names.next().is_none_or(is_name)
            && names.next().is_none()
            && !text.starts_with(':');
        sound.then(|| Self(text.to_owned()))
    }

    /// The path as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AttrPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// `ATTRNAME = ALPHA *(nameChar)`, with the leading `$` that `$ref` needs.
fn is_name(text: &str) -> bool {
    let mut characters = text.chars();
    characters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '$')
        && characters.all(|c| c.is_ascii_alphanumeric() || "$-_".contains(c))
}

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

/// What a path means.
#[derive(Debug, Clone, Copy)]
pub enum Target<'a> {
    /// A whole extension.
    Extension(&'a Schema),
    /// An attribute or sub-attribute.
    Attribute(AttributeRef<'a>),
}

/// Why a path means nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnknownPath {
    /// No schema of the type defines it.
    #[error("attribute \"{path}\" is not defined for {resource_type}")]
    Undefined {
        /// The path as written.
        path: String,
        /// Name of the resource type.
        resource_type: String,
    },
    /// Several extensions define it.
    #[error("attribute \"{0}\" is defined by several extensions; write it with its URN")]
    Ambiguous(String),
}

/// Finds what `path` means for `resource_type`. Names and URNs ignore case.
///
/// A name without a URN is looked up among the common attributes, then in the core schema, then (a leniency) in the only
/// extension that has it.
pub fn resolve<'a>(
    path: &AttrPath,
    resource_type: &'a ResourceType,
    leniency: &Leniency,
) -> Result<Target<'a>, UnknownPath> {
    let text = path.as_str();
    let undefined = || UnknownPath::Undefined {
        path: text.to_owned(),
        resource_type: resource_type.name.clone(),
    };
    if let Some(extension) = resource_type.extension(text) {
        return Ok(Target::Extension(&extension.schema));
    }
    if let Some(rest) = behind_urn(text, &resource_type.schema) {
        // The common attributes are found there too.
        return in_schema(&resource_type.schema, Home::Core, rest)
            .or_else(|| in_schema(builtin::common(), Home::Common, rest))
            .map(Target::Attribute)
            .ok_or_else(undefined);
    }
    for extension in &resource_type.extensions {
        if let Some(rest) = behind_urn(text, &extension.schema) {
            return in_schema(
                &extension.schema,
                Home::Extension(&extension.schema.id),
                rest,
            )
            .map(Target::Attribute)
            .ok_or_else(undefined);
        }
    }
    if text.contains(':') {
        return Err(undefined());
    }
    in_schema(builtin::common(), Home::Common, text)
        .or_else(|| in_schema(&resource_type.schema, Home::Core, text))
        .map_or_else(
            || in_some_extension(text, resource_type, leniency, undefined),
            |found| Ok(Target::Attribute(found)),
        )
}

fn in_some_extension<'a>(
    text: &str,
    resource_type: &'a ResourceType,
    leniency: &Leniency,
    undefined: impl Fn() -> UnknownPath,
) -> Result<Target<'a>, UnknownPath> {
    let mut candidates = resource_type.extensions.iter().filter_map(|extension| {
        in_schema(
            &extension.schema,
            Home::Extension(&extension.schema.id),
            text,
        )
    });
    match (candidates.next(), candidates.next()) {
        (Some(_), Some(_)) if leniency.has(Rule::BareExtensionAttribute) => {
            Err(UnknownPath::Ambiguous(text.to_owned()))
        }
        (Some(found), None) if leniency.allows(Rule::BareExtensionAttribute) => {
            Ok(Target::Attribute(found))
        }
        _ => Err(undefined()),
    }
}

/// What stands behind `URN:` when `text` begins with the schema's URN.
pub(crate) fn behind_urn<'t>(text: &'t str, schema: &Schema) -> Option<&'t str> {
    let (head, tail) = text.split_at_checked(schema.id.len())?;
    (schema.is(head)).then(|| tail.strip_prefix(':'))?
}

fn in_schema<'a>(schema: &'a Schema, home: Home<'a>, text: &str) -> Option<AttributeRef<'a>> {
    let (name, sub) = match text.split_once('.') {
        Some((name, sub)) => (name, Some(sub)),
        None => (text, None),
    };
    let attribute = schema.attribute(name)?;
    let sub = match sub {
        Some(sub) => Some(attribute.sub_attribute(sub)?),
        None => None,
    };
    Some(AttributeRef {
        home,
        attribute,
        sub,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::ENTERPRISE_USER_URN;

    #[track_caller]
    fn means(path: &str, expected: Option<&str>) {
        let user = ResourceType::user();
        let found = AttrPath::parse(path)
            .and_then(|path| resolve(&path, &user, &Leniency::lenient()).ok())
            .map(|target| match target {
                Target::Extension(schema) => schema.id.clone(),
                Target::Attribute(found) => found.to_string(),
            });
        assert_eq!(found.as_deref(), expected, "{path}");
    }

    /// Rows: SCHEMA-01 EXT-01 EXT-02 EXT-03 EXT-04 EXT-12 LEN-2 LEN-17
    #[test]
    fn paths_are_found_in_any_case_and_form() {
        let manager = format!("{ENTERPRISE_USER_URN}:manager.value");
        means("USERNAME", Some("userName"));
        means(
            "urn:ietf:params:scim:schemas:core:2.0:user:NAME.givenname",
            Some("name.givenName"),
        );
        means(&manager, Some(&manager));
        means(&manager.to_uppercase(), Some(&manager));
        means("manager.value", Some(&manager));
        means(ENTERPRISE_USER_URN, Some(ENTERPRISE_USER_URN));
        means("groups.$ref", Some("groups.$ref"));
        means("meta.lastModified", Some("meta.lastModified"));
        for unknown in [
            "bogus",
            "name.bogus",
            "userName.x",
            "urn:x:userName",
            "a..b",
            ".a",
            "name.",
            "a.b.c",
            "9x",
            "",
        ] {
            means(unknown, None);
        }
    }

    /// Rows: EXT-05
    #[test]
    fn profile_rfc_wants_the_urn() {
        let path = AttrPath::parse("department").unwrap();
        assert!(resolve(&path, &ResourceType::user(), &Leniency::rfc()).is_err());
    }
}
