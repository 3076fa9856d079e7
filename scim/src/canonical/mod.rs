//! From the body a client sent to the canonical document that is stored (RFC 7643 §2, RFC 7644 §3.3, §3.5.1).
//!
//! Canonical means: names spelled as the schema spells them, no `null`, no empty array or object, values of the schema's
//! types, extensions under their URN. What is derived (`id`, `meta`, `schemas`, `$ref`) or kept elsewhere (members,
//! password) is not part of it.

mod body;
mod format;
mod members;
#[cfg(test)]
mod tests;
mod value;

use serde_json::Value;

pub(crate) use body::{extension_named, is_ignored, twice};
pub use members::{MemberRef, members};
pub(crate) use value::{
    VALUES_MAX, complex, elements, one, referenced_id, single_primary, unassigns, unwrapped,
    without_repeats,
};

use super::ScimError;
use super::compare;
use super::document::Document;
use super::filter::operand::truth;
use super::path::{AttributeRef, Home, behind_urn};
use super::profile::{Leniency, Rule};
use super::registry::Registry;
use super::resource_type::ResourceType;
use super::schema::{Attribute, Mutability, Schema, builtin};
use crate::json::Object;
pub use crate::json::get;

/// What reading a body needs to know.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The type at the endpoint.
    pub resource_type: &'a ResourceType,
    /// All types of the tenant: references are checked against them.
    pub registry: &'a Registry,
    /// The leniencies in force.
    pub leniency: &'a Leniency,
}

/// What a body is for.
#[derive(Clone, Copy)]
pub enum Purpose<'s> {
    /// POST: defaults apply.
    Create,
    /// PUT over a stored document.
    Replace(&'s Document),
    /// POST of what was deactivated: as a new one, but what cannot change is kept, and so is an `externalId` that the body
    /// does not have.
    Revive(&'s Document),
}

/// A body, taken apart.
#[derive(Debug, Default)]
pub struct Input {
    /// The canonical document.
    pub document: Document,
    /// The password to set, prepared for hashing.
    pub password: Option<String>,
    /// The members, when the type has any and the body names them.
    pub members: Option<Vec<MemberRef>>,
}

/// Makes a POST or PUT body canonical.
///
/// Read-only attributes and strangers are ignored. Errors: `invalidValue` (type, required attribute, two primaries),
/// `invalidSyntax` (`schemas`), `mutability` (an immutable attribute that differs from the stored one).
pub fn canonicalize(
    context: Context<'_>,
    body: &Object,
    purpose: Purpose<'_>,
) -> Result<Input, ScimError> {
    check_schemas(context, get(body, "schemas"))?;
    let (mut input, named) = body::read(context, body)?;
    if let Some(name) = context
        .resource_type
        .default_true
        .filter(|name| !named.contains(*name))
    {
        let kept = match purpose {
            Purpose::Create | Purpose::Revive(_) => Some(Value::Bool(true)),
            // A profile update that does not speak of `active` must not re-enable a leaver.
            Purpose::Replace(stored) => stored.get(name).cloned(),
        };
        input
            .document
            .object_mut()
            .extend(kept.map(|value| (name.to_owned(), value)));
    }
    if let Purpose::Revive(stored) = purpose
        && let Some(id) = stored.get("externalId")
    {
        let sent = input
            .document
            .object_mut()
            .entry("externalId")
            .or_insert(id.clone());
        if sent == "" {
            *sent = id.clone();
        }
    }
    if let Purpose::Replace(stored) | Purpose::Revive(stored) = purpose {
        keep_immutable(context.resource_type, stored, input.document.object_mut())?;
    }
    check_document(context.resource_type, &input.document)?;
    Ok(input)
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

/// An attribute or URN that no schema of the type defines.
pub(crate) fn stranger(context: Context<'_>, key: &str) -> Result<(), ScimError> {
    let mut schemas = context.resource_type.schemas();
    let in_known_schema = schemas.any(|schema| behind_urn(key, schema).is_some());
    let rule = if key.contains(':') && !in_known_schema {
        Rule::IgnoreUnknownExtensions
    } else {
        Rule::IgnoreStrangers
    };
    if context.leniency.allows(rule) {
        return Ok(());
    }
    Err(ScimError::InvalidSyntax(format!(
        "attribute \"{key}\" is not defined for {}",
        context.resource_type.name
    )))
}

/// Whether this is the common attribute `schemas`, which the server derives.
pub(crate) fn is_schemas(target: AttributeRef<'_>) -> bool {
    target.home == Home::Common && target.attribute.name == "schemas"
}

/// A write-only value: text, prepared for hashing. An empty one is none.
pub(crate) fn secret(
    context: Context<'_>,
    target: AttributeRef<'_>,
    value: &Value,
) -> Result<Option<String>, ScimError> {
    match one(context, target, value)? {
        Some(Value::String(text)) if !text.is_empty() => {
            compare::prepare_password(&target.to_string(), &text).map(Some)
        }
        _ => Ok(None),
    }
}

/// The canonical value of an attribute, all its elements where it is multi-valued; `None` when it is unassigned.
pub(crate) fn attribute_value(
    context: Context<'_>,
    target: AttributeRef<'_>,
    value: &Value,
) -> Result<Option<Value>, ScimError> {
    if !target.attribute.multi_valued {
        return one(context, target, value);
    }
    let mut all = elements(context, target, value)?;
    without_repeats(target.attribute, &mut all);
    single_primary(target.attribute, &all)?;
    Ok((!all.is_empty()).then_some(Value::Array(all)))
}

/// `schemas` must name the endpoint's core schema; extensions may be left out, strangers are ignored (RFC 7643 §3).
fn check_schemas(context: Context<'_>, schemas: Option<&Value>) -> Result<(), ScimError> {
    let lenient = |fault: ScimError| {
        if context.leniency.allows(Rule::IgnoreUnknownSchemas) {
            Ok(())
        } else {
            Err(fault)
        }
    };
    let core = &context.resource_type.schema;
    let missing = || ScimError::InvalidSyntax(format!("`schemas` must list \"{}\"", core.id));
    let listed = match schemas {
        None | Some(Value::Null) => return lenient(missing()),
        Some(Value::Array(listed)) if listed.is_empty() => return lenient(missing()),
        Some(Value::Array(listed)) => listed.iter().map(Value::as_str).collect::<Option<Vec<_>>>(),
        Some(Value::String(one)) => {
            lenient(missing())?;
            Some(vec![one.as_str()])
        }
        Some(_) => None,
    };
    let listed =
        listed.ok_or_else(|| ScimError::invalid_value("schemas", "is an array of URNs"))?;
    let known = |urn: &&str| context.resource_type.lists(urn);
    let strangers: Vec<_> = listed.iter().filter(|urn| !known(urn)).collect();
    if let Some(urn) = strangers.first() {
        lenient(unknown_schema(context, urn))?;
    }
    if listed.iter().any(|urn| core.is(urn)) {
        return Ok(());
    }
    let wrong = ScimError::invalid_value("schemas", format!("must list \"{}\"", core.id));
    if strangers
        .iter()
        .any(|urn| context.registry.is_core_schema(urn))
    {
        return Err(wrong);
    }
    lenient(wrong)
}

/// Strangers among URNs that are added to `schemas`.
pub(crate) fn check_known_schemas(context: Context<'_>, urns: &[String]) -> Result<(), ScimError> {
    let known = |urn: &String| context.resource_type.lists(urn);
    match urns.iter().find(|urn| !known(urn)) {
        Some(urn) if !context.leniency.allows(Rule::IgnoreUnknownSchemas) => {
            Err(unknown_schema(context, urn))
        }
        _ => Ok(()),
    }
}

/// A URN that names no schema of the type: a wrong value, or one more stranger where strangers are refused.
fn unknown_schema(context: Context<'_>, urn: &str) -> ScimError {
    let fault = format!(
        "\"{urn}\" is not a schema of {}",
        context.resource_type.name
    );
    if context.leniency.has(Rule::IgnoreUnknownExtensions) {
        ScimError::invalid_value("schemas", fault)
    } else {
        ScimError::InvalidSyntax(format!("`schemas`: {fault}"))
    }
}

/// Immutable attributes keep the value they have; a body that leaves them out does not clear them.
fn keep_immutable(
    resource_type: &ResourceType,
    stored: &Object,
    document: &mut Object,
) -> Result<(), ScimError> {
    keep_immutable_of(&resource_type.schema, stored, document)?;
    for extension in &resource_type.extensions {
        let urn = &extension.schema.id;
        let Some(Value::Object(stored)) = stored.get(urn) else {
            continue;
        };
        let mut inside = match document.shift_remove(urn) {
            Some(Value::Object(inside)) => inside,
            _ => Object::new(),
        };
        keep_immutable_of(&extension.schema, stored, &mut inside)?;
        if !inside.is_empty() {
            document.insert(urn.clone(), Value::Object(inside));
        }
    }
    Ok(())
}

fn keep_immutable_of(
    schema: &Schema,
    stored: &Object,
    document: &mut Object,
) -> Result<(), ScimError> {
    for attribute in &schema.attributes {
        if attribute.mutability != Mutability::Immutable {
            continue;
        }
        let Some(kept) = stored.get(&attribute.name) else {
            continue;
        };
        match document.get(&attribute.name) {
            Some(value) if value != kept => return Err(immutable(&attribute.name)),
            _ => document.insert(attribute.name.clone(), kept.clone()),
        };
    }
    Ok(())
}

pub(crate) fn immutable(attribute: &str) -> ScimError {
    ScimError::Mutability {
        attribute: attribute.to_owned(),
        reason: "is immutable and has a value already",
    }
}

/// What must hold of every stored document: required attributes are there, the unique one is fit to be compared.
pub(crate) fn check_document(
    resource_type: &ResourceType,
    document: &Document,
) -> Result<(), ScimError> {
    for attribute in &resource_type.schema.attributes {
        check_required(attribute, document.get(&attribute.name), "")?;
    }
    for extension in &resource_type.extensions {
        let urn = &extension.schema.id;
        let inside = document.get(urn);
        if inside.is_none() && !extension.required {
            continue;
        }
        for attribute in &extension.schema.attributes {
            let value = inside.and_then(|inside| inside.get(&attribute.name));
            check_required(attribute, value, &format!("{urn}:"))?;
        }
        if inside.is_none() {
            return Err(ScimError::invalid_value(urn, "is a required extension"));
        }
    }
    if let Some(unique) = &resource_type.unique
        && unique.preparation == compare::Preparation::UserName
        && let Some(Value::String(name)) = document.get(&unique.name)
    {
        compare::check_user_name(&unique.name, name)?;
    }
    Ok(())
}

fn check_required(
    attribute: &Attribute,
    value: Option<&Value>,
    prefix: &str,
) -> Result<(), ScimError> {
    if !attribute.required || attribute.mutability == Mutability::ReadOnly {
        return Ok(());
    }
    let blank = match value {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.trim().is_empty(),
        Some(_) => false,
    };
    if blank {
        let name = format!("{prefix}{}", attribute.name);
        return Err(ScimError::invalid_value(
            name,
            "is required and cannot be empty",
        ));
    }
    Ok(())
}

/// A boolean written as text.
pub(crate) fn boolean_from_text(leniency: &Leniency, text: &str) -> Option<bool> {
    truth(text).filter(|_| leniency.allows(Rule::BooleanString))
}
