//! From definitions to resource types. Each definition is checked together with the others.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::resource_type::{STORAGE_URN, TypeDefinition};
use crate::ScimError;
use crate::path::{AttrPath, AttributeRef, Home, Target, resolve};
use crate::profile::{Leniency, Rules};
use crate::quote::quoted;
use crate::registry::Registry;
use crate::resource_type::{Extension, ResourceType, UniqueAttribute};
use crate::schema::{Attribute, AttributeType, Returned, Schema, Uniqueness, builtin};

/// A tenant's own schemas by their URN in lower case.
pub(super) type Schemas = BTreeMap<String, Arc<Schema>>;

/// Puts the built-in types and the tenant's own together.
///
/// Errors: `invalidValue`, naming the attribute of the definition and what was expected.
pub(super) fn registry(
    schemas: &Schemas,
    definitions: &[TypeDefinition],
    unique_group_names: bool,
) -> Result<Registry, ScimError> {
    let standard = Registry::standard(unique_group_names);
    let mut built = Vec::new();
    for resource_type in standard.resource_types() {
        let changed = definitions
            .iter()
            .find(|changed| changed.name == resource_type.name);
        built.push(match changed {
            Some(changed) => Arc::new(extended(resource_type, changed, schemas)?),
            None => Arc::clone(resource_type),
        });
    }
    let own = definitions
        .iter()
        .filter(|definition| standard.named(&definition.name).is_none());
    for definition in own {
        unlike(definition, &built)?;
        built.push(Arc::new(own_type(definition, schemas)?));
    }
    for resource_type in &built {
        check_catalogue(resource_type, &built)?;
    }
    Ok(Registry::with_schemas(
        built,
        schemas.values().map(Arc::clone).collect(),
    ))
}

fn fault(place: &str, expected: impl Into<String>) -> ScimError {
    ScimError::invalid_value(place, expected)
}

/// Names and endpoints are told apart without regard to case.
fn unlike(definition: &TypeDefinition, others: &[Arc<ResourceType>]) -> Result<(), ScimError> {
    for other in others {
        if other.name.eq_ignore_ascii_case(&definition.name) {
            return Err(fault(
                "name",
                format!("there is a resource type {} already", other.name),
            ));
        }
        if other.endpoint.eq_ignore_ascii_case(&definition.endpoint) {
            return Err(fault(
                "endpoint",
                format!(
                    "/{} belongs to the resource type {}",
                    other.endpoint, other.name
                ),
            ));
        }
    }
    Ok(())
}

/// A built-in type with other extensions. Everything else stays.
fn extended(
    resource_type: &ResourceType,
    definition: &TypeDefinition,
    schemas: &Schemas,
) -> Result<ResourceType, ScimError> {
    let stays = |place: &str| {
        Err(fault(
            place,
            format!(
                "{} is built in; only its schemaExtensions can change",
                resource_type.name
            ),
        ))
    };
    if definition.endpoint != resource_type.endpoint {
        return stays("endpoint");
    }
    if !resource_type.schema.is(&definition.schema) {
        return stays("schema");
    }
    if definition.storage.is_some() {
        return stays(STORAGE_URN);
    }
    let mut changed = resource_type.clone();
    if let Some(listed) = &definition.extensions {
        changed.extensions = extensions(listed, &changed.schema, schemas)?;
    }
    Ok(changed)
}

fn own_type(definition: &TypeDefinition, schemas: &Schemas) -> Result<ResourceType, ScimError> {
    let schema = schemas
        .get(&definition.schema.to_ascii_lowercase())
        .ok_or_else(|| undefined("schema", &definition.schema))?;
    check_hot(schema)?;
    let storage = definition.storage.clone().unwrap_or_default();
    let listed = definition.extensions.as_deref().unwrap_or_default();
    let mut resource_type = ResourceType {
        name: definition.name.clone(),
        endpoint: definition.endpoint.clone(),
        description: definition.description.clone().unwrap_or_default(),
        schema: Arc::clone(schema),
        extensions: extensions(listed, schema, schemas)?,
        unique: unique(schema),
        indexed: Vec::new(),
        emails: None,
        members: None,
        member_of: None,
        default_true: None,
        read_only: storage.read_only,
        catalogue: storage.catalogue,
    };
    for path in &storage.indexed {
        let path = indexed(path, &resource_type)?;
        if !resource_type.indexed.contains(&path) {
            resource_type.indexed.push(path);
        }
    }
    Ok(resource_type)
}

fn undefined(place: &str, urn: &str) -> ScimError {
    fault(
        place,
        format!(
            "this tenant has no schema {}; add the schema first",
            quoted(urn)
        ),
    )
}

fn unique(schema: &Schema) -> Option<UniqueAttribute> {
    let mut attributes = schema.attributes.iter();
    let attribute = attributes.find(|attribute| attribute.uniqueness != Uniqueness::None)?;
    Some(UniqueAttribute {
        name: attribute.name.clone(),
        preparation: attribute.preparation(),
    })
}

/// `displayName` and `active` have columns of their own, and other resources show the `displayName`. So both have one
/// form.
fn check_hot(schema: &Schema) -> Result<(), ScimError> {
    let place = |attribute: &Attribute| format!("attributes.{}", attribute.name);
    for name in ["displayName", "active"] {
        let misspelt = schema
            .attribute(name)
            .filter(|attribute| attribute.name != name);
        if let Some(attribute) = misspelt {
            return Err(fault(&place(attribute), format!("is spelled `{name}`")));
        }
    }
    if let Some(name) = schema.attribute("displayName") {
        let fits = name.kind == AttributeType::String
            && !name.multi_valued
            && !name.case_exact
            && name.returned != Returned::Never;
        if !fits {
            return Err(fault(
                &place(name),
                "other resources show this name, so it must be a single-valued string without caseExact, and `returned` cannot be never",
            ));
        }
    }
    match schema.attribute("active") {
        Some(active) if active.kind != AttributeType::Boolean || active.multi_valued => {
            Err(fault(&place(active), "is a single-valued boolean"))
        }
        _ => Ok(()),
    }
}

fn extensions(
    listed: &[(String, bool)],
    core: &Schema,
    schemas: &Schemas,
) -> Result<Vec<Extension>, ScimError> {
    let mut built: Vec<Extension> = Vec::new();
    for (urn, required) in listed {
        let schema = match schemas.get(&urn.to_ascii_lowercase()) {
            Some(own) => own,
            None if builtin::enterprise_user().is(urn) => builtin::enterprise_user(),
            None => return Err(undefined("schemaExtensions.schema", urn)),
        };
        let known = std::iter::once(core).chain(built.iter().map(|known| known.schema.as_ref()));
        for known in known {
            apart(&known.id, &schema.id)?;
        }
        if let Some(unique) = unique(schema) {
            return Err(fault(
                "schemaExtensions.schema",
                format!(
                    "\"{urn}\" has the unique attribute `{}`; only a core schema can have one",
                    unique.name
                ),
            ));
        }
        built.push(Extension {
            schema: Arc::clone(schema),
            required: *required,
        });
    }
    Ok(built)
}

/// Refuses two schemas of one type if the URN of one could begin a path into the other.
fn apart(known: &str, urn: &str) -> Result<(), ScimError> {
    let place = "schemaExtensions.schema";
    if known.eq_ignore_ascii_case(urn) {
        return Err(fault(
            place,
            format!("{} is listed twice, or is the core schema", quoted(urn)),
        ));
    }
    let begins = |short: &str, long: &str| {
        let (short, long) = (short.to_ascii_lowercase(), long.to_ascii_lowercase());
        long.strip_prefix(&short)
            .is_some_and(|rest| rest.starts_with(':'))
    };
    if begins(known, urn) || begins(urn, known) {
        return Err(fault(
            place,
            format!(
                "\"{urn}\" and \"{known}\" cannot be on one type: a path could mean either of them"
            ),
        ));
    }
    Ok(())
}

/// The path of an indexed attribute as the schema spells it.
fn indexed(path: &str, resource_type: &ResourceType) -> Result<String, ScimError> {
    let refused = |reason: &str| Err(fault("indexed", format!("{} {reason}", quoted(path))));
    let found = AttrPath::parse(path)
        .map(|path| resolve(&path, resource_type, &Leniency::new(Rules::of_stored())));
    let target = match found {
        Some(Ok(Target::Attribute(target))) if target.home == Home::Core => target,
        _ => return refused("is not an attribute of the core schema"),
    };
    let has_column =
        resource_type.is_unique(target.attribute) || target.attribute.name == "displayName";
    if target.sub.is_none() && has_column {
        return refused("already has an index");
    }
    if is_stored_text(target) {
        return Ok(target.to_string());
    }
    refused(
        "is not stored as text; name a string, or a single-valued string inside a complex attribute (tags.value)",
    )
}

fn is_stored_text(target: AttributeRef<'_>) -> bool {
    let textual = matches!(
        target.leaf().kind,
        AttributeType::String | AttributeType::Reference | AttributeType::Binary
    );
    let derived = target
        .sub
        .is_some_and(|sub| sub.is_resource_reference() || sub.is_referenced_name(target.attribute));
    textual && !derived && !target.is_nested_list()
}

/// Refuses a catalogue that no type draws from: it is misspelt.
fn check_catalogue(
    resource_type: &ResourceType,
    resource_types: &[Arc<ResourceType>],
) -> Result<(), ScimError> {
    let Some(catalogue) = &resource_type.catalogue else {
        return Ok(());
    };
    let drawn = resource_types
        .iter()
        .any(|other| other.draws_on(catalogue).is_some());
    if drawn {
        return Ok(());
    }
    Err(fault(
        "catalogue.attribute",
        format!(
            "{} has no multi-valued complex attribute {} with a string `value`; users have roles and entitlements",
            catalogue.resource_type,
            quoted(&catalogue.attribute)
        ),
    ))
}
