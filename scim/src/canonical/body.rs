//! The attributes of a body, each put where it belongs.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::attribute::{attribute_value, secret};
use super::context::Context;
use super::input::Input;
use super::members::members;
use super::schemas::is_schemas;
use super::stranger::stranger;
use super::unassigned::unassigns;
use crate::ScimError;
use crate::json::{Object, describe};
use crate::path::{AttrPath, AttributeRef, Home, Target, resolve};
use crate::profile::Rule;
use crate::quote::quoted;
use crate::resource_type::Extension;
use crate::schema::{
    Attribute, ENTERPRISE_USER_URN, FORMER_ENTERPRISE_URNS, Mutability, Schema, builtin,
};

/// A body on its way to a document.
struct Reader<'a> {
    context: Context<'a>,
    input: Input,
    /// The attributes that were read: with a URN and without, one could be there twice.
    named: HashSet<String>,
}

/// Reads the attributes of a body; each may be there once. Returns also the names of all that were there, with or without
/// a value.
pub(super) fn read(
    context: Context<'_>,
    body: &Object,
) -> Result<(Input, HashSet<String>), ScimError> {
    let mut reader = Reader {
        context,
        input: Input::default(),
        named: HashSet::new(),
    };
    for (key, value) in body {
        reader.read(key, value)?;
    }
    Ok((reader.input, reader.named))
}

impl<'a> Reader<'a> {
    fn read(&mut self, key: &str, value: &Value) -> Result<(), ScimError> {
        let context = self.context;
        if let Some(extension) = extension_named(context, key) {
            return self.extension(extension, value);
        }
        if let Some(target) = top_level(context, key) {
            return self.attribute(target, value);
        }
        // An attribute by its full name, and the core schema as an object, have one meaning only.
        let core = &context.resource_type.schema;
        match (qualified(context, key), value) {
            (Some(target), _) => {
                if !is_ignored(target) {
                    self.check_full_name(key)?;
                }
                self.attribute(target, value)
            }
            (None, Value::Object(attributes)) if core.is(key) => {
                self.check_full_name(key)?;
                attributes.iter().try_for_each(|(name, value)| {
                    let path = format!("{}:{name}", core.id);
                    match qualified(context, &path) {
                        Some(target) => self.attribute(target, value),
                        None => stranger(context, &path),
                    }
                })
            }
            _ => stranger(context, key),
        }
    }

    /// An attribute by its full name is read or refused, but never ignored.
    fn check_full_name(&self, key: &str) -> Result<(), ScimError> {
        if self.context.leniency.allows(Rule::DottedKeys) {
            return Ok(());
        }
        Err(ScimError::InvalidSyntax(format!(
            "{} is a full name; give the attribute by its own name",
            quoted(key)
        )))
    }

    /// Puts one attribute where it belongs.
    fn attribute(&mut self, target: AttributeRef<'a>, value: &Value) -> Result<(), ScimError> {
        let (context, input) = (self.context, &mut self.input);
        let attribute = target.attribute;
        if is_ignored(target) {
            return Ok(());
        }
        if !self.named.insert(target.to_string()) {
            return Err(twice(target));
        }
        if context.resource_type.is_members(attribute) {
            input.members = Some(members(context, target, value)?);
        } else if attribute.mutability == Mutability::WriteOnly {
            input.password = secret(context, target, value)?;
        } else if let Some(value) = attribute_value(context, target, value)? {
            match target.home {
                Home::Common | Home::Core => input
                    .document
                    .object_mut()
                    .insert(attribute.name.clone(), value),
                Home::Extension(urn) => {
                    let inside = input
                        .document
                        .object_mut()
                        .entry(urn)
                        .or_insert_with(|| json!({}));
                    let inside = inside.as_object_mut();
                    inside.and_then(|inside| inside.insert(attribute.name.clone(), value))
                }
            };
        }
        Ok(())
    }

    fn extension(&mut self, extension: &'a Extension, value: &Value) -> Result<(), ScimError> {
        let (context, schema) = (self.context, &extension.schema);
        let attributes = match value {
            value if unassigns(value) => return Ok(()),
            Value::Object(attributes) => attributes,
            other => {
                return Err(ScimError::invalid_value(
                    &schema.id,
                    format!("is an object of attributes, not {}", describe(other)),
                ));
            }
        };
        attributes.iter().try_for_each(|(name, value)| {
            let Some(attribute) = schema.attribute(name) else {
                return stranger(context, &format!("{}:{name}", schema.id));
            };
            let home = Home::Extension(&schema.id);
            let target = AttributeRef {
                home,
                attribute,
                sub: None,
            };
            self.attribute(target, value)
        })
    }
}

fn top_level<'a>(context: Context<'a>, key: &str) -> Option<AttributeRef<'a>> {
    let found = |home, schema: &'a Schema| {
        schema.attribute(key).map(|attribute| AttributeRef {
            home,
            attribute,
            sub: None,
        })
    };
    found(Home::Common, builtin::common())
        .or_else(|| found(Home::Core, &context.resource_type.schema))
}

/// Whether a body may hold the attribute although a client cannot change it.
pub(crate) fn is_ignored(target: AttributeRef<'_>) -> bool {
    let read_only = |attribute: &Attribute| attribute.mutability == Mutability::ReadOnly;
    is_schemas(target) || read_only(target.attribute) || read_only(target.leaf())
}

pub(crate) fn twice(target: AttributeRef<'_>) -> ScimError {
    ScimError::invalid_value(target.to_string(), "is given twice")
}

/// The attribute that a key names in full, by URN and name.
fn qualified<'a>(context: Context<'a>, key: &str) -> Option<AttributeRef<'a>> {
    let path = AttrPath::parse(key).filter(|_| key.contains(':'))?;
    match resolve(&path, context.resource_type, context.leniency).ok()? {
        Target::Attribute(target) if target.sub.is_none() => Some(target),
        _ => None,
    }
}

/// The extension of this URN, or of one that it had before.
pub(crate) fn extension_named<'a>(context: Context<'a>, urn: &str) -> Option<&'a Extension> {
    let resource_type = context.resource_type;
    let former = || {
        let mut known = FORMER_ENTERPRISE_URNS.iter();
        let found = resource_type.extension(ENTERPRISE_USER_URN)?;
        let is_former = known.any(|former| former.eq_ignore_ascii_case(urn));
        (is_former && context.leniency.allows(Rule::FormerUrns)).then_some(found)
    };
    resource_type.extension(urn).or_else(former)
}
