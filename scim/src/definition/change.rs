//! What a change of definitions means for resources that are stored already.

use serde_json::Value;

use crate::ScimError;
use crate::canonical::{Context, Purpose, canonicalize};
use crate::comparable::comparable;
use crate::document::Document;
use crate::json::Object;
use crate::profile::{Leniency, Rules};
use crate::registry::Registry;
use crate::resource_type::ResourceType;
use crate::schema::{Attribute, Mutability, Schema};

/// What must be known of the stored resources of a type before its definition may change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Nothing: whatever is stored fits the new definition.
    None,
    /// Each document must be looked at with [`contradiction`].
    Documents,
    /// There must be none; the reason.
    NoResources(String),
}

/// Why a stored document does not fit a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction {
    /// The attribute.
    pub attribute: String,
    /// What the new definition expects of it.
    pub expected: String,
}

/// What it means that a type is replaced by another one of its name. `None`: the type is removed.
pub fn effect(old: &ResourceType, new: Option<&ResourceType>) -> Effect {
    let Some(new) = new else {
        return Effect::NoResources("the resource type cannot be removed".to_owned());
    };
    let key = |resource_type: &ResourceType| {
        let unique = resource_type.unique.as_ref();
        unique.map(|unique| (unique.name.clone(), unique.preparation))
    };
    if key(old) != key(new) {
        return Effect::NoResources("the unique attribute cannot change".to_owned());
    }
    let paths = |resource_type: &ResourceType| {
        let mut paths = resource_type.indexed.clone();
        paths.sort_unstable();
        paths
    };
    if paths(old) != paths(new) {
        return Effect::NoResources("the indexed attributes cannot change".to_owned());
    }
    if only_adds(old, new) {
        Effect::None
    } else {
        Effect::Documents
    }
}

/// Whether every document of the old type is certainly a document of the new type with the same meaning.
fn only_adds(old: &ResourceType, new: &ResourceType) -> bool {
    let kept = old.extensions.iter().all(|extension| {
        new.extension(&extension.schema.id).is_some_and(|kept| {
            kept.required <= extension.required && schema_only_adds(&extension.schema, &kept.schema)
        })
    });
    let come = new
        .extensions
        .iter()
        .filter(|extension| old.extension(&extension.schema.id).is_none());
    let optional = come.into_iter().all(|extension| !extension.required);
    kept && optional && schema_only_adds(&old.schema, &new.schema)
}

fn schema_only_adds(old: &Schema, new: &Schema) -> bool {
    old.id == new.id && attributes_only_add(&old.attributes, &new.attributes)
}

fn attributes_only_add(old: &[Attribute], new: &[Attribute]) -> bool {
    let named =
        |among: &[Attribute], name: &str| among.iter().position(|attribute| attribute.name == name);
    let kept = old.iter().all(|attribute| {
        named(new, &attribute.name).is_some_and(|at| takes_all_of(attribute, &new[at]))
    });
    let come = new
        .iter()
        .filter(|attribute| named(old, &attribute.name).is_none());
    kept && come.into_iter().all(|attribute| !attribute.required)
}

/// Whether the new attribute takes every value of the old one, and stores and compares it the same way.
fn takes_all_of(old: &Attribute, new: &Attribute) -> bool {
    let is_read_only = |attribute: &Attribute| attribute.mutability == Mutability::ReadOnly;
    old.kind == new.kind
        && old.multi_valued == new.multi_valued
        && old.preparation() == new.preparation()
        && new.required <= old.required
        && is_read_only(old) == is_read_only(new)
        && old.reference_types == new.reference_types
        && attributes_only_add(&old.sub_attributes, &new.sub_attributes)
}

/// The first attribute of a document that the new type would read, store or compare in another way than the old type.
pub fn contradiction(
    old: &ResourceType,
    new: &ResourceType,
    registry: &Registry,
    document: &Document,
) -> Option<Contradiction> {
    let read = match read_again(new, registry, document) {
        Ok(read) => read,
        Err(error) => return Some(refusal(error, new, document)),
    };
    if let Some(attribute) = difference(document, &read) {
        return Some(Contradiction {
            attribute,
            expected: "the new definition would change its stored value".to_owned(),
        });
    }
    let keys = (comparable(old, document), comparable(new, document));
    difference(&keys.0, &keys.1).map(|attribute| Contradiction {
        attribute,
        expected: "the new definition would compare its value in another way (type, caseExact)"
            .to_owned(),
    })
}

/// Why the new type does not take the document.
fn refusal(error: ScimError, new: &ResourceType, document: &Document) -> Contradiction {
    match error {
        ScimError::InvalidValue {
            attribute,
            expected,
        } => Contradiction {
            attribute,
            expected,
        },
        other => Contradiction {
            attribute: stranger(new, document).unwrap_or_default(),
            expected: other.to_string(),
        },
    }
}

/// The first name whose values differ.
fn difference(one: &Object, other: &Object) -> Option<String> {
    let mut names = one.keys().chain(other.keys());
    names
        .find(|name| one.get(*name) != other.get(*name))
        .cloned()
}

/// Reads the document under the new type, as if a client had sent it.
fn read_again(
    resource_type: &ResourceType,
    registry: &Registry,
    document: &Document,
) -> Result<Document, ScimError> {
    let mut body = document.clone().into_object();
    let mut listed = vec![Value::from(resource_type.schema.id.as_str())];
    let extensions = resource_type.extensions.iter();
    let present = extensions.filter(|extension| document.contains_key(&extension.schema.id));
    listed.extend(present.map(|extension| Value::from(extension.schema.id.as_str())));
    body.insert("schemas".to_owned(), Value::Array(listed));
    let leniency = Leniency::new(Rules::of_stored());
    let context = Context {
        resource_type,
        registry,
        leniency: &leniency,
    };
    canonicalize(context, &body, Purpose::Replace(document)).map(|input| input.document)
}

/// A top-level name of the document that the type does not know.
fn stranger(resource_type: &ResourceType, document: &Document) -> Option<String> {
    let known = |name: &str| {
        resource_type.extension(name).is_some()
            || resource_type.schema.attribute(name).is_some()
            || name == "externalId"
    };
    document.keys().find(|name| !known(name)).cloned()
}
