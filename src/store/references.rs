//! Types and names of resources at the other end of a reference.

use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};

use super::error::Result;
use super::session::Session;
use super::sql::Sql;

/// A resource that another resource refers to.
#[derive(Debug, Clone)]
pub struct Named {
    /// Its id.
    pub id: String,
    /// Name of its resource type.
    pub resource_type: String,
    /// Its `displayName`.
    pub display: Option<String>,
}

impl Session<'_> {
    /// The resources of these ids that exist.
    pub fn named_resources(&mut self, ids: &[String]) -> Result<Vec<Named>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let statement = Sql::new("SELECT r.id, r.resource_type, r.shown_name FROM ")
            .then(self.resources_of(ids));
        let found =
            statement
                .typed::<(Text, Text, Nullable<Text>)>()
                .load::<(String, String, Option<String>)>(self.connection)?;
        let named = found.into_iter().map(|(id, resource_type, display)| Named {
            id,
            resource_type,
            display,
        });
        Ok(named.collect())
    }
}
