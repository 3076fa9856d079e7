//! Types and names of resources at the other end of a reference.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{Jsonb, Text};
use serde_json::Value;

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
        let statement =
            Sql::new("SELECT r.id, r.resource_type, r.document FROM ").then(self.resources_of(ids));
        let found = statement
            .typed::<(Text, Text, Jsonb)>()
            .load::<(String, String, Value)>(self.connection)?;
        let named = found
            .into_iter()
            .map(|(id, resource_type, document)| Named {
                id,
                resource_type,
                display: document["displayName"].as_str().map(str::to_owned),
            });
        Ok(named.collect())
    }

    /// The `displayName` of each of these resources that exists and has one.
    pub fn display_names(&mut self, ids: &[String]) -> Result<HashMap<String, String>> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let statement = Sql::new("SELECT r.id, r.document FROM ").then(self.resources_of(ids));
        let found = statement
            .typed::<(Text, Jsonb)>()
            .load::<(String, Value)>(self.connection)?;
        let named = found.into_iter().filter_map(|(id, document)| {
            Some((id, document.get("displayName")?.as_str()?.to_owned()))
        });
        Ok(named.collect())
    }
}
