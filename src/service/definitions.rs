//! Changes the definitions of a tenant. A change is made as a whole, and never contradicts stored resources.

use std::sync::Arc;

use scim::definition::{Definitions, Effect, contradiction, effect};
use scim::registry::Registry;
use scim::resource_type::ResourceType;
use scim::{Object, ScimError};

use super::service::Service;
use super::settings::Settings;
use super::tenancy::Tenancy;
use super::tenants;
use crate::store::{Result, Session, Tenants};
use scim::quote::quoted_to;

/// One change of a tenant's definitions.
#[derive(Debug, Clone)]
pub enum Edit {
    /// A schema in the RFC's form.
    Schema(Object, Mode),
    /// Removes a schema.
    RemoveSchema(String),
    /// A resource type in the RFC's form.
    ResourceType(Object, Mode),
    /// Removes a resource type.
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
    /// Removes an extension from every resource type.
    Detach(String),
}

/// Whether the definition must already exist.
#[derive(Debug, Clone)]
pub enum Mode {
    /// It must not exist yet.
    Add,
    /// It must exist, under this name.
    Replace(String),
    /// It may exist or not.
    Put,
}

/// Changes the definitions of the caller's tenant. Returns the resource types that follow.
///
/// Errors: 404 and 409 for the definition; 400 where stored resources do not fit the new one.
pub async fn define(service: &Service, tenancy: &Tenancy, edit: Edit) -> Result<Arc<Registry>> {
    let tenant = tenancy.tenant;
    let edits = [edit];
    let change = move |tenants: &mut Tenants<'_>| change(&mut tenants.session(tenant), &edits);
    service.store.over_tenants(change).await
}

/// A tenant's definitions, and the resource types that follow.
///
/// Errors: 404 for the tenant; `invalidValue` for stored definitions that this version cannot serve.
pub(super) fn load(tenants: &mut Tenants<'_>, slug: &str) -> Result<(Definitions, Registry)> {
    let tenant = tenants::find(tenants, slug)?;
    let (_, definitions) = tenants.session(tenant.id).definitions()?;
    let unique_group_names = Settings::read(&tenant.settings).unique_group_names;
    let registry = definitions.registry(unique_group_names)?;
    Ok((definitions, registry))
}

/// Changes a tenant's definitions in the present transaction. Returns the resource types that follow.
///
/// No write of the tenant can end between the look at stored resources and the change. No later write can end under the
/// old definitions: see [`Session::hold_tenant`] and [`Session::advance_tenant`]. The same definition again makes no
/// change.
///
/// Errors: `invalidValue` for a definition that cannot be served, 404, 409 (it exists already, or contradicts stored
/// resources), 403 for built-in ones.
pub(super) fn change(session: &mut Session<'_>, edits: &[Edit]) -> Result<Arc<Registry>> {
    let tenant = session.hold_tenant()?;
    let unique_group_names = Settings::read(&tenant.settings).unique_group_names;
    let (_, old) = session.definitions()?;
    let before = old.registry(unique_group_names)?;
    let mut new = old.clone();
    for edit in edits {
        edit.apply(&mut new, &before)?;
    }
    let after = new.registry(unique_group_names)?;
    if old != new {
        for resource_type in before.resource_types() {
            check(session, resource_type, &after)?;
        }
        session.advance_tenant()?;
        session.save_definitions(&old, &new)?;
    }
    Ok(Arc::new(after))
}

fn not_found(resource_type: &str, id: &str) -> ScimError {
    ScimError::NotFound {
        resource_type: resource_type.to_owned(),
        id: id.to_owned(),
    }
}

/// Checks the new definition of a type against the stored resources of the type.
fn check(session: &mut Session<'_>, old: &ResourceType, after: &Registry) -> Result<()> {
    let name = &old.name;
    let new = after.named(name).map(Arc::as_ref);
    match (effect(old, new), new) {
        (Effect::None, _) => Ok(()),
        (Effect::NoResources(reason), _) => match session.some_resource(name)? {
            Some(id) => {
                let way_out = match new {
                    None => format!("; delete them first ({})", deletion(old, &id)),
                    Some(_) => String::new(),
                };
                Err(ScimError::Conflict(format!(
                    "{name}: {reason} while there are resources of this type, such as \"{id}\"{way_out}"
                ))
                .into())
            }
            None => Ok(()),
        },
        (Effect::Documents, new) => {
            let Some(new) = new else { return Ok(()) };
            let found = session.find_document(name, |id, document| {
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

/// The request that deletes a resource, for people.
fn deletion(resource_type: &ResourceType, id: &str) -> String {
    let who = match resource_type.read_only {
        true => ", with a token of the scope admin",
        false => "",
    };
    format!("DELETE /{}/{id}{who}", resource_type.endpoint)
}

impl Edit {
    /// The name of the resource type that the edit defines.
    pub fn resource_type(&self) -> Option<&str> {
        match self {
            Self::ResourceType(definition, _) => scim::canonical::get(definition, "name")?.as_str(),
            _ => None,
        }
    }

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
            Self::Replace(named) if !named.eq_ignore_ascii_case(id) => {
                Err(ScimError::invalid_value(
                    "id",
                    format!(
                        "is {}, the path says {}",
                        quoted_to(id, 100),
                        quoted_to(named, 100)
                    ),
                ))
            }
            Self::Replace(_) if !is_known => Err(not_found(resource_type, id)),
            Self::Replace(_) => Ok(()),
        }
    }
}
