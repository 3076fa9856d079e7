//! The definitions that tenants add to the built-in schemas and resource types, and searches in the resources stored
//! under them.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use scim::definition::Definitions;
use scim::{Document, DocumentText, Object};
use serde_json::Value;

use super::connection::jsonb;
use super::error::Result;
use super::job::still_wanted;
use super::schema::{resource_types, schemas, tenants};
use super::session::Session;
use super::sql::Sql;

/// Resources read at a time.
const BATCH: i64 = 200;

impl Session<'_> {
    /// The tenant's definitions and their revision, both read at the same moment.
    pub fn definitions(&mut self) -> Result<(i64, Definitions)> {
        let revision = tenants::table
            .filter(tenants::id.eq(self.tenant.0))
            .select(tenants::revision)
            .first(self.connection)?;
        let own_schemas: Vec<(String, Value)> = schemas::table
            .filter(schemas::tenant_id.eq(self.tenant.0))
            .select((schemas::urn, schemas::definition))
            .load(self.connection)?;
        let own_types: Vec<(String, Value)> = resource_types::table
            .filter(resource_types::tenant_id.eq(self.tenant.0))
            .select((resource_types::name, resource_types::definition))
            .load(self.connection)?;
        Ok((revision, Definitions::stored(own_schemas, own_types)))
    }

    /// Writes the differences between the old and the new definitions. The caller moves the revision before this.
    pub fn save_definitions(&mut self, old: &Definitions, new: &Definitions) -> Result<()> {
        let differs = |one: Option<&Object>, other: Option<&Object>| one != other;
        for urn in old.schemas().keys().chain(new.schemas().keys()) {
            let definition = new.schemas().get(urn);
            if differs(old.schemas().get(urn), definition) {
                self.write_schema(urn, definition)?;
            }
        }
        let names = old.resource_types().keys();
        for name in names.chain(new.resource_types().keys()) {
            let definition = new.resource_types().get(name);
            if differs(old.resource_types().get(name), definition) {
                self.write_resource_type(name, definition)?;
            }
        }
        Ok(())
    }

    fn write_schema(&mut self, urn: &str, definition: Option<&Object>) -> Result<()> {
        let row = schemas::table
            .filter(schemas::tenant_id.eq(self.tenant.0))
            .filter(schemas::urn.eq(urn));
        diesel::delete(row).execute(self.connection)?;
        if let Some(definition) = definition {
            diesel::insert_into(schemas::table)
                .values((
                    schemas::tenant_id.eq(self.tenant.0),
                    schemas::urn.eq(urn),
                    schemas::definition.eq(jsonb(text(definition))),
                ))
                .execute(self.connection)?;
        }
        Ok(())
    }

    fn write_resource_type(&mut self, name: &str, definition: Option<&Object>) -> Result<()> {
        let row = resource_types::table
            .filter(resource_types::tenant_id.eq(self.tenant.0))
            .filter(resource_types::name.eq(name));
        diesel::delete(row).execute(self.connection)?;
        if let Some(definition) = definition {
            diesel::insert_into(resource_types::table)
                .values((
                    resource_types::tenant_id.eq(self.tenant.0),
                    resource_types::name.eq(name),
                    resource_types::definition.eq(jsonb(text(definition))),
                ))
                .execute(self.connection)?;
        }
        Ok(())
    }

    /// The id of any resource of this type.
    pub fn some_resource(&mut self, resource_type: &str) -> Result<Option<String>> {
        let found = Sql::new("SELECT id FROM resources WHERE tenant_id = ")
            .integer(self.tenant.0)
            .sql(" AND resource_type = ")
            .text(resource_type)
            .sql(" ORDER BY key LIMIT 1")
            .typed::<Text>()
            .load::<String>(self.connection)?;
        Ok(found.into_iter().next())
    }

    /// Passes the documents of a type and their ids to `look` one by one, until `look` returns a finding.
    pub fn find_document<T>(
        &mut self,
        resource_type: &str,
        look: impl Fn(&str, &Document) -> Option<T>,
    ) -> Result<Option<T>> {
        self.connection.allow_long_statement()?;
        let mut after = 0;
        loop {
            still_wanted()?;
            let batch = Sql::new("SELECT key, id, document FROM resources WHERE tenant_id = ")
                .integer(self.tenant.0)
                .sql(" AND resource_type = ")
                .text(resource_type)
                .sql(" AND key > ")
                .bigint(after)
                .sql(" ORDER BY key LIMIT ")
                .bigint(BATCH)
                .typed::<(BigInt, Text, Text)>()
                .load::<(i64, String, String)>(self.connection)?;
            let Some((last, ..)) = batch.last() else {
                return Ok(None);
            };
            after = *last;
            for (_, id, document) in batch {
                let found = look(&id, &DocumentText::stored(document).read());
                if found.is_some() {
                    return Ok(found);
                }
            }
        }
    }
}

fn text(definition: &Object) -> String {
    serde_json::to_string(definition).unwrap_or_default()
}
