//! Versions of resources, and those that rows of changes name.

use diesel::RunQueryDsl as _;
use diesel::sql_types::{BigInt, Text};

use crate::store::error::Result;
use crate::store::key::Key;
use crate::store::session::Session;
use crate::store::sql::Sql;

/// The version of a resource.
#[derive(Debug, Clone)]
pub struct StoredVersion {
    /// Its internal key.
    pub key: Key,
    /// Name of its type.
    pub resource_type: String,
    /// Its public id.
    pub id: String,
    /// The version.
    pub version: i64,
    /// When it came to be.
    pub last_modified_ms: i64,
}

/// A version that a row of changes names.
#[derive(Debug, Clone)]
pub struct NotedVersion {
    /// Where the row stands.
    pub position: i64,
    /// The resource's public id.
    pub id: String,
    /// The version.
    pub version: i64,
}

impl Session<'_> {
    /// The versions of at most `count` resources after a key and up to another.
    pub fn versions_after(
        &mut self,
        after: Key,
        until: Key,
        count: i64,
    ) -> Result<Vec<StoredVersion>> {
        let found = Sql::new(
            "SELECT key, resource_type, id, version, last_modified_ms FROM resources WHERE tenant_id = ",
        )
        .integer(self.tenant.0)
        .sql(" AND key > ")
        .bigint(after.0)
        .sql(" AND key <= ")
        .bigint(until.0)
        .sql(" ORDER BY key LIMIT ")
        .bigint(count)
        .typed::<(BigInt, Text, Text, BigInt, BigInt)>()
        .load::<(i64, String, String, i64, i64)>(self.connection)?;
        let stored = |(key, resource_type, id, version, last_modified_ms)| StoredVersion {
            key: Key(key),
            resource_type,
            id,
            version,
            last_modified_ms,
        };
        Ok(found.into_iter().map(stored).collect())
    }

    /// The version that a resource has now. `None` when it is gone.
    pub fn version_now(&mut self, key: Key) -> Result<Option<i64>> {
        let found = Sql::new("SELECT version FROM resources WHERE tenant_id = ")
            .integer(self.tenant.0)
            .sql(" AND key = ")
            .bigint(key.0)
            .typed::<BigInt>()
            .load::<i64>(self.connection)?;
        Ok(found.into_iter().next())
    }

    /// What at most `count` rows of changes after a position name.
    pub fn noted_after(&mut self, position: i64, count: i64) -> Result<Vec<NotedVersion>> {
        let found =
            Sql::new("SELECT position, resource_id, version FROM changes WHERE tenant_id = ")
                .integer(self.tenant.0)
                .sql(" AND position > ")
                .bigint(position)
                .sql(" ORDER BY position LIMIT ")
                .bigint(count)
                .typed::<(BigInt, Text, BigInt)>()
                .load::<(i64, String, i64)>(self.connection)?;
        let noted = |(position, id, version)| NotedVersion {
            position,
            id,
            version,
        };
        Ok(found.into_iter().map(noted).collect())
    }

    /// The time of the first row of changes after a position.
    pub fn first_noted_ms(&mut self, position: i64) -> Result<Option<i64>> {
        let found = Sql::new("SELECT at_ms FROM changes WHERE tenant_id = ")
            .integer(self.tenant.0)
            .sql(" AND position > ")
            .bigint(position)
            .sql(" ORDER BY position LIMIT 1")
            .typed::<BigInt>()
            .load::<i64>(self.connection)?;
        Ok(found.into_iter().next())
    }
}
