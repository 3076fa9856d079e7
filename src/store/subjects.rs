//! Finding whom a credential stands for.

use diesel::prelude::*;

use super::Tenant;
use super::connection::DbConnection;
use super::error::Result;
use super::schema::resources;
use scim::resource_type::ResourceType;

impl Tenant {
    /// The id of a resource of one of these types, given by it or by its unique name; ids come first.
    pub fn find_resource(
        &self,
        connection: &mut DbConnection,
        kinds: &[&ResourceType],
        text: &str,
    ) -> Result<Option<String>> {
        if text.contains('\0') {
            return Ok(None);
        }
        let by_id = resources::table
            .select(resources::resource_type)
            .filter(resources::tenant_id.eq(self.id.0))
            .filter(resources::id.eq(text))
            .first::<String>(connection)
            .optional()?;
        if by_id.is_some_and(|name| kinds.iter().any(|kind| kind.name == name)) {
            return Ok(Some(text.to_owned()));
        }
        for kind in kinds {
            let Some(unique) = &kind.unique else { continue };
            let found = resources::table
                .select(resources::id)
                .filter(resources::tenant_id.eq(self.id.0))
                .filter(resources::resource_type.eq(&kind.name))
                .filter(resources::unique_key.eq(unique.preparation.key(text)))
                .first::<String>(connection)
                .optional()?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }
}
