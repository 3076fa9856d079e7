//! How many resources there are, and how many the counters say.

use diesel::RunQueryDsl as _;
use diesel::sql_types::{BigInt, Text};

use crate::store::error::Result;
use crate::store::session::Session;
use crate::store::sql::Sql;

/// The number of resources of a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// Name of the type.
    pub resource_type: String,
    /// How many there are.
    pub there: i64,
    /// How many the counters say.
    pub told: i64,
}

impl Session<'_> {
    /// The numbers of all types, all of one moment.
    pub fn inspect_counts(&mut self) -> Result<Vec<Count>> {
        self.connection.allow_long_statement()?;
        let found = Sql::new("SELECT resource_type, there, told FROM ")
            .then(self.both())
            .sql(" ORDER BY resource_type")
            .typed::<(Text, BigInt, BigInt)>()
            .load::<(String, i64, i64)>(self.connection)?;
        let count = |(resource_type, there, told)| Count {
            resource_type,
            there,
            told,
        };
        Ok(found.into_iter().map(count).collect())
    }

    /// Makes the counters right. The difference is of one moment, and it is added. So it does not matter what others count
    /// meanwhile.
    pub fn mend_counts(&mut self) -> Result<usize> {
        self.connection.allow_long_statement()?;
        let written = Sql::new(
            "INSERT INTO resource_counts (tenant_id, resource_type, shard, count) SELECT ",
        )
        .integer(self.tenant.0)
        .sql(", resource_type, 0, there - told FROM ")
        .then(self.both())
        .sql(
            " WHERE there <> told ON CONFLICT (tenant_id, resource_type, shard) \
                 DO UPDATE SET count = resource_counts.count + excluded.count",
        )
        .execute(self.connection)?;
        Ok(written)
    }

    /// Both numbers of each type, for a FROM.
    fn both(&self) -> Sql {
        Sql::new(
            "(SELECT resource_type, CAST(sum(there) AS BIGINT) AS there, CAST(sum(told) AS BIGINT) AS told FROM \
             (SELECT resource_type, count(*) AS there, 0 AS told FROM resources WHERE tenant_id = ",
        )
        .integer(self.tenant.0)
        .sql(
            " GROUP BY resource_type UNION ALL \
             SELECT resource_type, 0, sum(count) FROM resource_counts WHERE tenant_id = ",
        )
        .integer(self.tenant.0)
        .sql(" GROUP BY resource_type) AS each GROUP BY resource_type) AS c")
    }
}
