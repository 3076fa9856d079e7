//! What a path means for a resource type.

use super::attr_path::AttrPath;
use super::attribute_ref::{AttributeRef, Home};
use crate::profile::{Leniency, Rule};
use crate::quote::quoted;
use crate::resource_type::ResourceType;
use crate::schema::{Schema, builtin};

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
    #[error("attribute {} is not defined for {resource_type}", quoted(.path))]
    Undefined {
        /// The path as written.
        path: String,
        /// Name of the resource type.
        resource_type: String,
    },
    /// Several extensions define it.
    #[error("attribute {} is defined by several extensions; write it with its URN", quoted(.0))]
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
        return in_schema(&resource_type.schema, Home::Core, rest, leniency)
            .or_else(|| in_schema(builtin::common(), Home::Common, rest, leniency))
            .map(Target::Attribute)
            .ok_or_else(undefined);
    }
    for extension in &resource_type.extensions {
        if let Some(rest) = behind_urn(text, &extension.schema) {
            return in_schema(
                &extension.schema,
                Home::Extension(&extension.schema.id),
                rest,
                leniency,
            )
            .map(Target::Attribute)
            .ok_or_else(undefined);
        }
    }
    if text.contains(':') {
        return Err(undefined());
    }
    in_schema(builtin::common(), Home::Common, text, leniency)
        .or_else(|| in_schema(&resource_type.schema, Home::Core, text, leniency))
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
            leniency,
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

fn in_schema<'a>(
    schema: &'a Schema,
    home: Home<'a>,
    text: &str,
    leniency: &Leniency,
) -> Option<AttributeRef<'a>> {
    let (name, sub) = match text.split_once('.') {
        Some((name, sub)) => (name, Some(sub)),
        None => (text, None),
    };
    let whole = AttributeRef {
        home,
        attribute: schema.attribute(name)?,
        sub: None,
    };
    match sub {
        Some(sub) => Some(whole.with_sub(Some(whole.sub_named(sub, leniency)?))),
        None => Some(whole),
    }
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

    /// Rows: SCHEMA-01 EXT-01 EXT-02 EXT-03 EXT-04 EXT-12 LEN-2 LEN-17 LEN-27
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
        means("manager.managerID", Some(&manager));
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
