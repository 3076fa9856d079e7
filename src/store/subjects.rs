//! Finds the resource that a credential is linked to.

use diesel::prelude::*;
use scim::resource_type::ResourceType;

use super::error::Result;
use super::schema::resources;
use super::session::Session;

impl Session<'_> {
    /// The id of a resource of one of these types, given by its id or by its unique name. An id has precedence.
    pub fn find_resource(
        &mut self,
        resource_types: &[&ResourceType],
        text: &str,
    ) -> Result<Option<String>> {
        if text.contains('\0') {
            return Ok(None);
        }
        let by_id = resources::table
            .select(resources::resource_type)
            .filter(resources::tenant_id.eq(self.tenant.0))
            .filter(resources::id.eq(text))
            .first::<String>(self.connection)
            .optional()?;
        if by_id.is_some_and(|name| resource_types.iter().any(|known| known.name == name)) {
            return Ok(Some(text.to_owned()));
        }
        for resource_type in resource_types {
            let Some(unique) = &resource_type.unique else {
                continue;
            };
            let found = resources::table
                .select(resources::id)
                .filter(resources::tenant_id.eq(self.tenant.0))
                .filter(resources::resource_type.eq(&resource_type.name))
                .filter(resources::unique_key.eq(unique.preparation.key(text)))
                .first::<String>(self.connection)
                .optional()?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }
}
