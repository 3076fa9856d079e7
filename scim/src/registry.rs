//! The resource types that a tenant serves (RFC 7644 §4).
//!
//! ```
//! use scim::registry::Registry;
//!
//! let registry = Registry::standard(true);
//! assert_eq!(registry.at_endpoint("Groups")?.name, "Group");
//! assert!(registry.at_endpoint("groups").is_err());
//! assert!(registry.named("User").is_some());
//! # Ok::<(), scim::ScimError>(())
//! ```

use std::sync::Arc;

use super::ScimError;
use super::resource_type::ResourceType;
use super::schema::{Attribute, Schema, builtin};

/// Endpoints that the protocol keeps for itself, and `feed`, where scimd tells what has changed: no resource type is served
/// there.
pub(super) const RESERVED: [&str; 6] = [
    "Schemas",
    "ResourceTypes",
    "ServiceProviderConfig",
    "Bulk",
    "Me",
    "feed",
];

/// All resource types of a tenant, in the order in which `/ResourceTypes` lists them.
#[derive(Debug, Clone)]
pub struct Registry {
    resource_types: Vec<Arc<ResourceType>>,
    /// Schemas that the tenant has defined, whether a type uses them or not.
    own_schemas: Vec<Arc<Schema>>,
}

impl Registry {
    /// Users and groups.
    pub fn standard(unique_group_names: bool) -> Self {
        Self {
            resource_types: vec![
                Arc::new(ResourceType::user()),
                Arc::new(ResourceType::group(unique_group_names)),
            ],
            own_schemas: Vec::new(),
        }
    }

    /// A registry of these types.
    pub fn of(resource_types: Vec<Arc<ResourceType>>) -> Self {
        Self::with_schemas(resource_types, Vec::new())
    }

    /// A registry of these types and of schemas that types may use later.
    pub(super) fn with_schemas(
        resource_types: Vec<Arc<ResourceType>>,
        own_schemas: Vec<Arc<Schema>>,
    ) -> Self {
        Self {
            resource_types,
            own_schemas,
        }
    }

    /// Every type.
    pub fn resource_types(&self) -> &[Arc<ResourceType>] {
        &self.resource_types
    }

    /// The type served at `/{endpoint}`; path segments are case-sensitive.
    pub fn at_endpoint(&self, endpoint: &str) -> Result<&Arc<ResourceType>, ScimError> {
        self.resource_types
            .iter()
            .find(|resource_type| resource_type.endpoint == endpoint)
            .ok_or(ScimError::UnknownEndpoint)
    }

    /// The type of this name.
    pub fn named(&self, name: &str) -> Option<&Arc<ResourceType>> {
        self.resource_types
            .iter()
            .find(|resource_type| resource_type.name == name)
    }

    /// The types whose resources are allowed values of a type's attributes, each with the attribute.
    pub fn catalogues_of<'a>(
        &'a self,
        resource_type: &'a ResourceType,
    ) -> impl Iterator<Item = (&'a Attribute, &'a ResourceType)> {
        let types = self.resource_types.iter();
        types.filter_map(|catalogue| {
            let attribute = resource_type.draws_on(catalogue.catalogue.as_ref()?)?;
            Some((attribute, catalogue.as_ref()))
        })
    }

    /// Every schema that `/Schemas` lists: those of the resource types, then others that the tenant has defined, then those
    /// of the discovery resources.
    pub fn schemas(&self) -> Vec<Arc<Schema>> {
        let mut schemas: Vec<Arc<Schema>> = Vec::new();
        let own = self
            .resource_types
            .iter()
            .flat_map(|resource_type| resource_type.schemas());
        for schema in own.chain(&self.own_schemas) {
            if !schemas.iter().any(|known| known.is(&schema.id)) {
                schemas.push(Arc::clone(schema));
            }
        }
        schemas.extend(
            [
                builtin::service_provider_config(),
                builtin::resource_type(),
                builtin::schema(),
            ]
            .map(Arc::clone),
        );
        schemas
    }

    /// Whether `urn` is the core schema of some resource type.
    pub fn is_core_schema(&self, urn: &str) -> bool {
        self.resource_types
            .iter()
            .any(|resource_type| resource_type.schema.is(urn))
    }
}
