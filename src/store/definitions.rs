//! What tenants have defined beside the built-in schemas and resource types, and the look at what is stored under it.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Jsonb, Text};
use serde_json::{Map, Value};

use super::connection::{DbConnection, jsonb};
use super::error::Result;
use super::schema::{resource_types, schemas, tenants};
use super::{Session, Sql, Tenant, TenantId};
use scim::definition::Definitions;

/// Resources read at a time.
const BATCH: i64 = 200;

impl Session<'_> {
    /// The tenant's definitions and the revision they belong to, as of one moment.
    pub fn definitions(&mut self) -> Result<(i64, Definitions)> {
        let revision = tenants::table
            .filter(tenants::id.eq(self.tenant.0))
            .select(tenants::revision)
            .first(self.connection)?;
        Ok((revision, definitions_of(self.connection, self.tenant)?))
    }
}

fn definitions_of(connection: &mut DbConnection, tenant: TenantId) -> Result<Definitions> {
    let own_schemas: Vec<(String, Value)> = schemas::table
        .filter(schemas::tenant_id.eq(tenant.0))
        .select((schemas::urn, schemas::definition))
        .load(connection)?;
    let own_types: Vec<(String, Value)> = resource_types::table
        .filter(resource_types::tenant_id.eq(tenant.0))
        .select((resource_types::name, resource_types::definition))
        .load(connection)?;
    Ok(Definitions::stored(own_schemas, own_types))
}

impl Tenant {
    /// What the tenant has defined.
    pub fn definitions(&self, connection: &mut DbConnection) -> Result<Definitions> {
        definitions_of(connection, self.id)
    }

    /// Writes what differs from what was stored. The revision is the caller's to move, and first.
    pub fn save_definitions(
        &self,
        connection: &mut DbConnection,
        old: &Definitions,
        new: &Definitions,
    ) -> Result<()> {
        let differs =
            |one: Option<&Map<String, Value>>, other: Option<&Map<String, Value>>| one != other;
        for urn in old.schemas().keys().chain(new.schemas().keys()) {
            let definition = new.schemas().get(urn);
            if differs(old.schemas().get(urn), definition) {
                self.write_schema(connection, urn, definition)?;
            }
        }
        let names = old.resource_types().keys();
        for name in names.chain(new.resource_types().keys()) {
            let definition = new.resource_types().get(name);
            if differs(old.resource_types().get(name), definition) {
                self.write_resource_type(connection, name, definition)?;
            }
        }
        Ok(())
    }

    fn write_schema(
        &self,
        connection: &mut DbConnection,
        urn: &str,
        definition: Option<&Map<String, Value>>,
    ) -> Result<()> {
        let row = schemas::table
            .filter(schemas::tenant_id.eq(self.id.0))
            .filter(schemas::urn.eq(urn));
        diesel::delete(row).execute(connection)?;
        if let Some(definition) = definition {
            diesel::insert_into(schemas::table)
                .values((
                    schemas::tenant_id.eq(self.id.0),
                    schemas::urn.eq(urn),
                    schemas::definition.eq(jsonb(text(definition))),
                ))
                .execute(connection)?;
        }
        Ok(())
    }

    fn write_resource_type(
        &self,
        connection: &mut DbConnection,
        name: &str,
        definition: Option<&Map<String, Value>>,
    ) -> Result<()> {
        let row = resource_types::table
            .filter(resource_types::tenant_id.eq(self.id.0))
            .filter(resource_types::name.eq(name));
        diesel::delete(row).execute(connection)?;
        if let Some(definition) = definition {
            diesel::insert_into(resource_types::table)
                .values((
                    resource_types::tenant_id.eq(self.id.0),
                    resource_types::name.eq(name),
                    resource_types::definition.eq(jsonb(text(definition))),
                ))
                .execute(connection)?;
        }
        Ok(())
    }

    /// The id of some resource of this type.
    pub fn some_resource(
        &self,
        connection: &mut DbConnection,
        resource_type: &str,
    ) -> Result<Option<String>> {
        let found = Sql::new("SELECT id FROM resources WHERE tenant_id = ")
            .integer(self.id.0)
            .sql(" AND resource_type = ")
            .text(resource_type)
            .sql(" ORDER BY key LIMIT 1")
            .typed::<Text>()
            .load::<String>(connection)?;
        Ok(found.into_iter().next())
    }

    /// Shows the documents of a type one by one, with their ids, until `look` has found something.
    pub fn find_document<T>(
        &self,
        connection: &mut DbConnection,
        resource_type: &str,
        look: impl Fn(&str, &Map<String, Value>) -> Option<T>,
    ) -> Result<Option<T>> {
        connection.allow_long_statement()?;
        let mut after = 0;
        loop {
            let batch = Sql::new("SELECT key, id, document FROM resources WHERE tenant_id = ")
                .integer(self.id.0)
                .sql(" AND resource_type = ")
                .text(resource_type)
                .sql(" AND key > ")
                .bigint(after)
                .sql(" ORDER BY key LIMIT ")
                .bigint(BATCH)
                .typed::<(BigInt, Text, Jsonb)>()
                .load::<(i64, String, Value)>(connection)?;
            for (_, id, document) in &batch {
                let found = document.as_object().and_then(|document| look(id, document));
                if found.is_some() {
                    return Ok(found);
                }
            }
            match batch.last() {
                Some((key, ..)) => after = *key,
                None => return Ok(None),
            }
        }
    }
}

fn text(definition: &Map<String, Value>) -> String {
    serde_json::to_string(definition).unwrap_or_default()
}
