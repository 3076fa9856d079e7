//! Names of resources at the other end of a reference.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{Jsonb, Text};
use serde_json::Value;

use super::error::Result;
use super::memberships::id_list;
use super::{Session, Sql};

impl Session<'_> {
    /// The `displayName` of each of these resources that exists and has one.
    pub fn display_names(&mut self, ids: &[String]) -> Result<HashMap<String, String>> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let statement = Sql::new("SELECT id, document FROM resources WHERE tenant_id = ")
            .integer(self.tenant.0)
            .sql(" AND id IN (")
            .then(id_list(self.dialect(), ids))
            .sql(")");
        let found = statement
            .typed::<(Text, Jsonb)>()
            .load::<(String, Value)>(self.connection)?;
        let named = found.into_iter().filter_map(|(id, document)| {
            Some((id, document.get("displayName")?.as_str()?.to_owned()))
        });
        Ok(named.collect())
    }
}
