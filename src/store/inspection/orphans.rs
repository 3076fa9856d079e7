//! Rows of tenants that do not exist. Foreign keys prevent them, unless somebody switched those off.

use diesel::RunQueryDsl as _;
use diesel::sql_types::{BigInt, Text};

use crate::store::error::Result;
use crate::store::sql::Sql;
use crate::store::tenants::Tenants;

/// Rows that belong to nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Orphans {
    /// The table.
    pub table: String,
    /// How many rows.
    pub rows: u64,
}

const OF_NO_TENANT: &str = "\
SELECT 'resources' AS name, count(*) AS rows FROM resources x WHERE NOT EXISTS (SELECT 1 FROM tenants t WHERE t.id = x.tenant_id)
UNION ALL SELECT 'credentials', count(*) FROM credentials x WHERE NOT EXISTS (SELECT 1 FROM tenants t WHERE t.id = x.tenant_id)
UNION ALL SELECT 'memberships', count(*) FROM memberships x WHERE NOT EXISTS (SELECT 1 FROM tenants t WHERE t.id = x.tenant_id)
UNION ALL SELECT 'changes', count(*) FROM changes x WHERE NOT EXISTS (SELECT 1 FROM tenants t WHERE t.id = x.tenant_id)
UNION ALL SELECT 'schemas', count(*) FROM schemas x WHERE NOT EXISTS (SELECT 1 FROM tenants t WHERE t.id = x.tenant_id)
UNION ALL SELECT 'resource_types', count(*) FROM resource_types x WHERE NOT EXISTS (SELECT 1 FROM tenants t WHERE t.id = x.tenant_id)
UNION ALL SELECT 'walks', count(*) FROM walks x WHERE NOT EXISTS (SELECT 1 FROM credentials c WHERE c.tenant_id = x.tenant_id AND c.key_id = x.key_id)
UNION ALL SELECT 'indexed_values', count(*) FROM indexed_values x WHERE NOT EXISTS (SELECT 1 FROM tenants t WHERE t.id = x.tenant_id)";

impl Tenants<'_> {
    /// The number of orphans in each table that may have some, also where there are none.
    pub fn orphans(&mut self) -> Result<Vec<Orphans>> {
        self.connection.allow_long_statement()?;
        let found = Sql::new(OF_NO_TENANT)
            .typed::<(Text, BigInt)>()
            .load::<(String, i64)>(self.connection)?;
        let orphans = |(table, rows)| Orphans {
            table,
            rows: u64::try_from(rows).unwrap_or_default(),
        };
        Ok(found.into_iter().map(orphans).collect())
    }

    /// Removes entries of the index of values that belong to no tenant.
    pub fn remove_entries_of_no_tenant(&mut self) -> Result<usize> {
        self.connection.allow_long_statement()?;
        let statement =
            "DELETE FROM indexed_values WHERE tenant_id NOT IN (SELECT t.id FROM tenants t)";
        self.execute(Sql::new(statement))
    }
}
