//! What a tenant has defined.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::resource_type::{STORAGE_URN, TypeDefinition};
use super::{build, schema};
use crate::ScimError;
use crate::json::Object;
use crate::quote::quoted;
use crate::registry::Registry;
use crate::schema::builtin;

/// Most schemas and most resource types of a tenant.
const DEFINITIONS_MAX: usize = 100;

/// Most bytes of all definitions of a tenant together, as JSON.
const BYTES_MAX: usize = 1024 * 1024;

/// What a tenant has defined, each as it was understood.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Definitions {
    schemas: BTreeMap<String, Object>,
    resource_types: BTreeMap<String, Object>,
}

impl Definitions {
    /// Stored definitions: schemas by their URN in lower case, resource types by name.
    pub fn stored(
        schemas: impl IntoIterator<Item = (String, Value)>,
        resource_types: impl IntoIterator<Item = (String, Value)>,
    ) -> Self {
        let object = |(name, definition)| match definition {
            Value::Object(definition) => (name, definition),
            _ => (name, Object::new()),
        };
        Self {
            schemas: schemas.into_iter().map(object).collect(),
            resource_types: resource_types.into_iter().map(object).collect(),
        }
    }

    /// Whether the tenant has defined nothing.
    pub fn is_empty(&self) -> bool {
        self.schemas.is_empty() && self.resource_types.is_empty()
    }

    /// Schemas by their URN in lower case.
    pub fn schemas(&self) -> &BTreeMap<String, Object> {
        &self.schemas
    }

    /// Resource types by name; one of a built-in name says which extensions that type has.
    pub fn resource_types(&self) -> &BTreeMap<String, Object> {
        &self.resource_types
    }

    /// Adds a schema or replaces the one of its URN. Returns the URN.
    ///
    /// Errors: `invalidValue`; 403 for a schema that is built in.
    pub fn put_schema(&mut self, definition: &Object) -> Result<String, ScimError> {
        let schema = schema::read(definition)?;
        if is_built_in(&schema.id) {
            return Err(ScimError::Forbidden(BUILT_IN_SCHEMA));
        }
        let kept = match serde_json::to_value(&schema) {
            Ok(Value::Object(understood)) => understood,
            _ => Object::new(),
        };
        self.schemas.insert(schema.id.to_ascii_lowercase(), kept);
        Ok(schema.id)
    }

    /// Removes a schema. Returns whether there was one.
    ///
    /// Errors: 403 for a schema that is built in, 409 while a resource type uses it.
    pub fn remove_schema(&mut self, urn: &str) -> Result<bool, ScimError> {
        if is_built_in(urn) {
            return Err(ScimError::Forbidden(BUILT_IN_SCHEMA));
        }
        for definition in self.type_definitions()? {
            let extensions = definition.extensions.iter().flatten();
            let mut used = extensions.map(|(urn, _)| urn).chain([&definition.schema]);
            if used.any(|used| used.eq_ignore_ascii_case(urn)) {
                return Err(ScimError::Conflict(format!(
                    "schema \"{urn}\" is used by the resource type {}; take it off there first",
                    definition.name
                )));
            }
        }
        Ok(self.schemas.remove(&urn.to_ascii_lowercase()).is_some())
    }

    /// Adds a resource type or replaces the one of its name. Returns the name. A definition that does not speak of storage
    /// or of extensions keeps what was known of them.
    ///
    /// Errors: `invalidValue`.
    pub fn put_resource_type(&mut self, definition: &Object) -> Result<String, ScimError> {
        let mut definition = TypeDefinition::read(definition)?;
        if let Some(known) = self.resource_types.get(&definition.name) {
            let known = TypeDefinition::read(known)?;
            definition.storage = definition.storage.or(known.storage);
            definition.extensions = definition.extensions.or(known.extensions);
        }
        self.resource_types
            .insert(definition.name.clone(), definition.to_json());
        Ok(definition.name)
    }

    /// Removes a resource type. Returns whether there was one.
    ///
    /// Errors: 403 for a type that is built in.
    pub fn remove_resource_type(&mut self, name: &str) -> Result<bool, ScimError> {
        if Registry::standard(true).named(name).is_some() {
            return Err(ScimError::Forbidden(
                "this resource type is built in and cannot be removed",
            ));
        }
        Ok(self.resource_types.remove(name).is_some())
    }

    /// Makes a schema an extension of a resource type. The type may be built in.
    ///
    /// Errors: `invalidValue` when there is no such type.
    pub fn extend(&mut self, name: &str, urn: &str, required: bool) -> Result<(), ScimError> {
        self.edit_extensions(name, |extensions| {
            let known = extensions
                .iter_mut()
                .find(|(known, _)| known.eq_ignore_ascii_case(urn));
            match known {
                Some(known) => known.1 = required,
                None => extensions.push((urn.to_owned(), required)),
            }
        })
    }

    /// Takes an extension off every resource type that has it.
    ///
    /// Errors: `invalidValue`, when a stored definition cannot be read.
    pub fn detach(&mut self, urn: &str) -> Result<(), ScimError> {
        let names: Vec<String> = self.resource_types.keys().cloned().collect();
        names.iter().try_for_each(|name| {
            self.edit_extensions(name, |extensions| {
                extensions.retain(|(known, _)| !known.eq_ignore_ascii_case(urn));
            })
        })
    }

    fn edit_extensions(
        &mut self,
        name: &str,
        edit: impl FnOnce(&mut Vec<(String, bool)>),
    ) -> Result<(), ScimError> {
        let mut definition = match self.resource_types.get(name) {
            Some(known) => TypeDefinition::read(known)?,
            None => built_in_type(name)?,
        };
        edit(definition.extensions.get_or_insert_default());
        self.resource_types
            .insert(name.to_owned(), definition.to_json());
        Ok(())
    }

    /// Makes the resource types that the definitions describe.
    ///
    /// Errors: `invalidValue`, naming what does not fit together; 409 and 413 for too many and too large.
    pub fn registry(&self, unique_group_names: bool) -> Result<Registry, ScimError> {
        self.check_size()?;
        let mut schemas = build::Schemas::new();
        for (urn, definition) in &self.schemas {
            schemas.insert(urn.clone(), Arc::new(schema::read(definition)?));
        }
        build::registry(&schemas, &self.type_definitions()?, unique_group_names)
    }

    fn check_size(&self) -> Result<(), ScimError> {
        for (what, number) in [
            ("schemas", self.schemas.len()),
            ("resource types", self.resource_types.len()),
        ] {
            if number > DEFINITIONS_MAX {
                return Err(ScimError::Conflict(format!(
                    "a tenant defines at most {DEFINITIONS_MAX} {what}"
                )));
            }
        }
        let all = self.schemas.values().chain(self.resource_types.values());
        let size =
            |definition| serde_json::to_vec(definition).map_or(usize::MAX, |json| json.len());
        if all.map(size).fold(0, usize::saturating_add) > BYTES_MAX {
            return Err(ScimError::TooLarge {
                what: "all definitions of the tenant together",
                limit: format!("{BYTES_MAX} bytes"),
            });
        }
        Ok(())
    }

    fn type_definitions(&self) -> Result<Vec<TypeDefinition>, ScimError> {
        self.resource_types
            .values()
            .map(TypeDefinition::read)
            .collect()
    }
}

const BUILT_IN_SCHEMA: &str = "this schema is built in; define an extension of your own instead";

/// Whether the program, or the protocol's messages, own this URN.
fn is_built_in(urn: &str) -> bool {
    let lower = urn.to_ascii_lowercase();
    builtin::all().iter().any(|schema| schema.is(urn))
        || lower == STORAGE_URN.to_ascii_lowercase()
        || lower.starts_with("urn:ietf:params:scim:api:")
}

/// The definition of a built-in type, to be changed.
fn built_in_type(name: &str) -> Result<TypeDefinition, ScimError> {
    let standard = Registry::standard(true);
    let resource_type = standard.named(name).ok_or_else(|| {
        ScimError::invalid_value(
            "resource type",
            format!("{} does not exist; /ResourceTypes lists all", quoted(name)),
        )
    })?;
    let extensions = resource_type.extensions.iter();
    Ok(TypeDefinition {
        name: resource_type.name.clone(),
        endpoint: resource_type.endpoint.clone(),
        description: None,
        schema: resource_type.schema.id.clone(),
        extensions: Some(
            extensions
                .map(|extension| (extension.schema.id.clone(), extension.required))
                .collect(),
        ),
        storage: None,
    })
}
