//! Changing what a tenant has defined: all of a change or nothing, and nothing that contradicts what is stored.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::{Service, Settings, Tenancy};
use scim::ScimError;
use scim::definition::{Definitions, Effect, contradiction, effect};
use scim::registry::Registry;
use scim::resource_type::ResourceType;
use crate::store::{DbConnection, Result, Tenant};

/// One change of a tenant's definitions.
#[derive(Debug, Clone)]
pub enum Edit {
    /// A schema in the RFC's form.
    Schema(Map<String, Value>, Mode),
    /// Takes a schema away.
    RemoveSchema(String),
    /// A resource type in the RFC's form.
    ResourceType(Map<String, Value>, Mode),
    /// Takes a resource type away.
    RemoveResourceType(String),
    /// Makes a schema an extension of a resource type.
    Extend {
        /// Name of the resource type.
        resource_type: String,
        /// URN of the schema.
        schema: String,
        /// Whether every resource needs it.
        required: bool,
    },
    /// Takes an extension off every resource type.
    Detach(String),
}

/// Whether the thing is expected to be there.
#[derive(Debug, Clone)]
pub enum Mode {
    /// It must not be there yet.
    Add,
    /// It must be there, under this name.
    Replace(String),
    /// Either way.
    Put,
}

/// Changes the caller's tenant; the resource types that follow.
///
/// Errors: those of [`change`].
pub async fn define(service: &Service, tenancy: &Tenancy, edit: Edit) -> Result<Arc<Registry>> {
    let slug = tenancy.slug.clone();
    let edits = [edit];
    service
        .store
        .anywhere(true, move |connection| change(connection, &slug, &edits))
        .await
}

/// Changes a tenant's definitions in the present transaction; the resource types that follow.
///
/// No write of the tenant can end between the look at what is stored and the change, nor later under the old definitions:
/// see [`Tenant::hold`] and [`Tenant::advance`]. What defines the same again changes nothing.
///
/// Errors: `invalidValue` for a definition that cannot be served, 404, 409 (it exists already, or contradicts what is
/// stored), 403 for what is built in.
pub fn change(connection: &mut DbConnection, slug: &str, edits: &[Edit]) -> Result<Arc<Registry>> {
    let found = Tenant::find(connection, slug)?;
    let mut tenant = found.ok_or_else(|| not_found("Tenant", slug))?;
    tenant.hold(connection)?;
    let unique_group_names = Settings::read(&tenant.settings).unique_group_names;
    let old = tenant.definitions(connection)?;
    let before = old.registry(unique_group_names)?;
    let mut new = old.clone();
    for edit in edits {
        edit.apply(&mut new, &before)?;
    }
    let after = new.registry(unique_group_names)?;
    if old != new {
        for kind in before.resource_types() {
            check(connection, &tenant, kind, &after)?;
        }
        tenant.advance(connection)?;
        tenant.save_definitions(connection, &old, &new)?;
    }
    Ok(Arc::new(after))
}

fn not_found(resource_type: &str, id: &str) -> ScimError {
    ScimError::NotFound {
        resource_type: resource_type.to_owned(),
        id: id.chars().take(200).collect(),
    }
}

/// Holds the new definition of a type against the resources that the type has.
fn check(
    connection: &mut DbConnection,
    tenant: &Tenant,
    old: &ResourceType,
    after: &Registry,
) -> Result<()> {
    let name = &old.name;
    let new = after.named(name).map(Arc::as_ref);
    match (effect(old, new), new) {
        (Effect::None, _) => Ok(()),
        (Effect::NoResources(reason), _) => match tenant.some_resource(connection, name)? {
            Some(id) => Err(ScimError::Conflict(format!(
                "{name}: {reason} while there are resources of this type, such as \"{id}\""
            ))
            .into()),
            None => Ok(()),
        },
        (Effect::Documents, new) => {
            let Some(new) = new else { return Ok(()) };
            let found = tenant.find_document(connection, name, |id, document| {
                let found = contradiction(old, new, after, document)?;
                Some(format!(
                    "{name} \"{id}\" contradicts the new definition: `{}`: {}",
                    found.attribute, found.expected
                ))
            })?;
            match found {
                Some(sentence) => Err(ScimError::Conflict(sentence).into()),
                None => Ok(()),
            }
        }
    }
}

impl Edit {
    fn apply(
        &self,
        definitions: &mut Definitions,
        before: &Registry,
    ) -> std::result::Result<(), ScimError> {
        match self {
            Self::Schema(definition, mode) => {
                let urn = definitions.put_schema(definition)?;
                let known = before.schemas();
                mode.check("Schema", &urn, known.iter().any(|known| known.is(&urn)))
            }
            Self::RemoveSchema(urn) => match definitions.remove_schema(urn)? {
                true => Ok(()),
                false => Err(not_found("Schema", urn)),
            },
            Self::ResourceType(definition, mode) => {
                let name = definitions.put_resource_type(definition)?;
                mode.check("ResourceType", &name, before.named(&name).is_some())
            }
            Self::RemoveResourceType(name) => match definitions.remove_resource_type(name)? {
                true => Ok(()),
                false => Err(not_found("ResourceType", name)),
            },
            Self::Extend {
                resource_type,
                schema,
                required,
            } => definitions.extend(resource_type, schema, *required),
            Self::Detach(urn) => definitions.detach(urn),
        }
    }
}

impl Mode {
    fn check(
        &self,
        resource_type: &str,
        id: &str,
        is_known: bool,
    ) -> std::result::Result<(), ScimError> {
        match self {
            Self::Put => Ok(()),
            Self::Add if is_known => Err(ScimError::Uniqueness {
                resource_type: resource_type.to_owned(),
                attribute: "id".to_owned(),
                value: id.to_owned(),
            }),
            Self::Add => Ok(()),
            Self::Replace(named) if !named.eq_ignore_ascii_case(id) => Err(
                ScimError::invalid_value("id", format!("is \"{id}\", the path says \"{named}\"")),
            ),
            Self::Replace(_) if !is_known => Err(not_found(resource_type, id)),
            Self::Replace(_) => Ok(()),
        }
    }
}
