//! A tenant's own schema: the RFC's JSON form (RFC 7643 §7), without what this provider does not support.
//!
//! Not supported, and therefore refused: `writeOnly`, `uniqueness` on anything but one single-valued string at the top,
//! attributes named like the common ones, a `$ref` to several types.

use serde_json::Value;

use super::read::{array, follows, known_members, object, optional_text, shortened, text};
use crate::ScimError;
use crate::discovery::SCHEMA_URN;
use crate::json::Object;
use crate::schema::{Attribute, AttributeType, Mutability, Schema, Uniqueness, builtin};

/// Most attributes and sub-attributes of one schema.
const ATTRIBUTES_MAX: usize = 500;
/// Longest URN and longest attribute name, in bytes.
const NAME_BYTES_MAX: usize = 250;

const MEMBERS: [&str; 6] = ["schemas", "id", "name", "description", "attributes", "meta"];
const CHARACTERISTICS: [&str; 12] = [
    "name",
    "type",
    "multiValued",
    "description",
    "required",
    "canonicalValues",
    "caseExact",
    "mutability",
    "returned",
    "uniqueness",
    "referenceTypes",
    "subAttributes",
];

/// Reads and checks a definition.
///
/// Errors: `invalidValue`, naming the attribute and what was expected.
pub(super) fn read(definition: &Object) -> Result<Schema, ScimError> {
    known_members(definition, &MEMBERS, "schema")?;
    follows(definition, SCHEMA_URN)?;
    let id = text(definition, "id")?;
    check_urn("id", id)?;
    let listed = array(definition, "attributes")?.unwrap_or_default();
    if listed.is_empty() {
        return Err(ScimError::invalid_value(
            "attributes",
            "is required and cannot be empty",
        ));
    }
    let attributes = listed
        .iter()
        .map(|attribute| read_attribute(attribute, "attributes"))
        .collect::<Result<Vec<_>, _>>()?;
    let count: usize = attributes
        .iter()
        .map(|attribute| 1 + attribute.sub_attributes.len())
        .sum();
    if count > ATTRIBUTES_MAX {
        return Err(ScimError::invalid_value(
            "attributes",
            format!("{count} with their sub-attributes; at most {ATTRIBUTES_MAX} are allowed"),
        ));
    }
    unrepeated(&attributes, "attributes")?;
    attributes.iter().try_for_each(check_top)?;
    one_unique(&attributes)?;
    Ok(Schema {
        id: id.to_owned(),
        name: optional_text(definition, "name")?.unwrap_or(id).to_owned(),
        description: optional_text(definition, "description")?
            .unwrap_or_default()
            .to_owned(),
        attributes,
    })
}

/// A URN is `urn:`, a namespace and a name. Its characters need no quoting in paths and filters.
pub(super) fn check_urn(place: &str, urn: &str) -> Result<(), ScimError> {
    let characters = urn
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || ":._-".contains(c));
    let parts: Vec<&str> = urn.split(':').collect();
    let begins = parts[0].eq_ignore_ascii_case("urn") && parts.len() >= 3;
    if characters && begins && !parts.contains(&"") && urn.len() <= NAME_BYTES_MAX {
        return Ok(());
    }
    Err(ScimError::invalid_value(
        place,
        format!(
            "\"{}\" is not a schema URN; write urn:NAMESPACE:NAME with letters, digits and : . _ -, at most {NAME_BYTES_MAX} bytes",
            shortened(urn)
        ),
    ))
}

fn fault(place: &str, expected: impl Into<String>) -> ScimError {
    ScimError::invalid_value(place, expected)
}

fn read_attribute(definition: &Value, place: &str) -> Result<Attribute, ScimError> {
    let definition = object(definition, place)?;
    let name = match text(definition, "name") {
        Ok(name) => name,
        Err(_) => return Err(fault(place, "each attribute needs a `name`, a string")),
    };
    let place = format!("{place}.{}", shortened(name));
    known_members(definition, &CHARACTERISTICS, &place)?;
    let subs = array(definition, "subAttributes")
        .map_err(|_| fault(&place, "`subAttributes` is an array"))?;
    let subs = subs.unwrap_or_default().iter();
    let sub_attributes = subs
        .map(|sub| read_attribute(sub, &place))
        .collect::<Result<Vec<_>, _>>()?;
    unrepeated(&sub_attributes, &place)?;
    let mut attribute = characteristics(definition, &place)?;
    attribute.sub_attributes = sub_attributes;
    if attribute.name.len() > NAME_BYTES_MAX {
        return Err(fault(
            &place,
            format!("a name has at most {NAME_BYTES_MAX} bytes"),
        ));
    }
    if attribute.mutability == Mutability::WriteOnly {
        return Err(fault(
            &place,
            "`mutability` writeOnly is not offered: only the password of a user is write-only; use readWrite with `returned` never instead",
        ));
    }
    Ok(attribute)
}

/// Reads everything but the sub-attributes. Those are read one by one, so that a message can name them.
fn characteristics(definition: &Object, place: &str) -> Result<Attribute, ScimError> {
    let mut plain = Object::new();
    for (name, value) in definition {
        let spelled = CHARACTERISTICS
            .iter()
            .find(|known| known.eq_ignore_ascii_case(name));
        match spelled {
            Some(spelled) if *spelled != "subAttributes" && !value.is_null() => {
                plain.insert((*spelled).to_owned(), value.clone());
            }
            _ => {}
        }
    }
    serde_json::from_value(Value::Object(plain)).map_err(|error| fault(place, error.to_string()))
}

fn unrepeated(attributes: &[Attribute], place: &str) -> Result<(), ScimError> {
    let mut seen = std::collections::HashSet::new();
    match attributes
        .iter()
        .find(|attribute| !seen.insert(attribute.name.to_ascii_lowercase()))
    {
        Some(twice) => Err(fault(
            &format!("{place}.{}", shortened(&twice.name)),
            "is defined twice; names ignore case",
        )),
        None => Ok(()),
    }
}

fn check_top(attribute: &Attribute) -> Result<(), ScimError> {
    let place = format!("attributes.{}", attribute.name);
    attribute
        .check(true)
        .map_err(|reason| fault(&place, reason))?;
    if builtin::common().attribute(&attribute.name).is_some() {
        return Err(fault(
            &place,
            "every resource has a common attribute of this name (RFC 7643 §3.1)",
        ));
    }
    attribute
        .sub_attributes
        .iter()
        .try_for_each(|sub| check_sub(attribute, sub, &format!("{place}.{}", sub.name)))
}

fn check_sub(parent: &Attribute, sub: &Attribute, place: &str) -> Result<(), ScimError> {
    if sub.uniqueness != Uniqueness::None {
        return Err(fault(place, NOT_UNIQUE));
    }
    if sub.name.eq_ignore_ascii_case("primary")
        && parent.multi_valued
        && (sub.multi_valued || sub.kind != AttributeType::Boolean)
    {
        return Err(fault(place, "`primary` is one boolean (RFC 7643 §2.4)"));
    }
    if sub.name.eq_ignore_ascii_case("value") && sub.multi_valued {
        return Err(fault(place, "`value` is one value (RFC 7643 §2.4)"));
    }
    for special in ["value", "primary", "type", "$ref"] {
        if sub.name.eq_ignore_ascii_case(special) && sub.name != special {
            return Err(fault(place, format!("is spelled `{special}`")));
        }
    }
    if !sub.is_resource_reference() {
        return Ok(());
    }
    let value = parent.default_sub_attribute();
    let has_value = value.is_some_and(|value| value.kind == AttributeType::String);
    if sub.multi_valued || sub.reference_types.len() != 1 || !has_value {
        return Err(fault(
            place,
            "a `$ref` to a resource is derived from the string `value` beside it and names one resource type in `referenceTypes`; use `external` or `uri` for links that are stored as sent",
        ));
    }
    Ok(())
}

const NOT_UNIQUE: &str = "only one attribute of a schema can be unique: a single-valued string, not inside another attribute";

/// The database can keep one attribute unique: a single-valued string.
fn one_unique(attributes: &[Attribute]) -> Result<(), ScimError> {
    let mut unique = attributes
        .iter()
        .filter(|attribute| attribute.uniqueness != Uniqueness::None);
    let first = unique.next();
    let unfit =
        |attribute: &&Attribute| attribute.multi_valued || attribute.kind != AttributeType::String;
    match first.filter(unfit).or_else(|| unique.next()) {
        Some(refused) => Err(fault(&format!("attributes.{}", refused.name), NOT_UNIQUE)),
        None => Ok(()),
    }
}
