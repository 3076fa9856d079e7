//! Names of resources at the other end of a reference.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{Jsonb, Text};
use serde_json::Value;

use super::error::Result;
use super::{Session, Sql};

impl Session<'_> {
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
