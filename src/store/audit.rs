//! The table of who was refused, and of what operators did.

use diesel::prelude::*;
use serde::Serialize;

use super::error::Result;
use super::rows::{self, Kind};
use super::schema::audit;
use super::sql::Sql;
use super::tenants::Tenants;

/// Most rows that one statement removes.
const PRUNED_MAX: i64 = 1_000;

const COLUMNS: &rows::Columns = &[
    ("at_ms", Kind::BigInt),
    ("tenant", Kind::Text),
    ("event", Kind::Text),
    ("actor", Kind::Text),
    ("subject", Kind::Text),
    ("cause", Kind::Text),
    ("address", Kind::Text),
    ("request_id", Kind::Text),
    ("count", Kind::BigInt),
];

/// A row, without its number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Queryable, Selectable)]
#[diesel(table_name = audit)]
pub struct NewAudit {
    /// When it happened.
    pub at_ms: i64,
    /// The tenant's slug.
    pub tenant: Option<String>,
    /// What happened.
    pub event: String,
    /// Who did it.
    pub actor: Option<String>,
    /// What it was done to.
    pub subject: Option<String>,
    /// Why it was refused.
    pub cause: Option<String>,
    /// From where.
    pub address: Option<String>,
    /// The id of the request in the log.
    pub request_id: Option<String>,
    /// How many of the kind the row stands for.
    pub count: i64,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Audit {
    /// Its number.
    pub id: i64,
    /// What it says.
    pub said: NewAudit,
}

impl Tenants<'_> {
    /// Stores rows, all in one statement.
    pub fn add_audit(&mut self, said: &[NewAudit]) -> Result<()> {
        let dialect = self.dialect();
        Sql::new(
            "INSERT INTO audit (at_ms, tenant, event, actor, subject, cause, address, request_id, count) SELECT ",
        )
        .sql(rows::selected(dialect, COLUMNS))
        .sql(" FROM ")
        .then(rows::rows(dialect, COLUMNS, &said))
        .execute(self.connection)?;
        Ok(())
    }

    /// Rows of a tenant, or of all, from a time on, behind a number, oldest first.
    pub fn audit(
        &mut self,
        tenant: Option<&str>,
        since_ms: i64,
        after: i64,
        limit: i64,
    ) -> Result<Vec<Audit>> {
        let mut rows = audit::table
            .filter(audit::at_ms.ge(since_ms))
            .filter(audit::id.gt(after))
            .order(audit::id)
            .limit(limit)
            .select((audit::id, NewAudit::as_select()))
            .into_boxed();
        if let Some(tenant) = tenant {
            rows = rows.filter(audit::tenant.eq(tenant.to_owned()));
        }
        Ok(rows.load(self.connection)?)
    }

    /// Removes rows of before a time, a limited number. Returns whether there may be more.
    pub fn prune_audit(&mut self, before_ms: i64) -> Result<bool> {
        let old: Vec<i64> = audit::table
            .select(audit::id)
            .filter(audit::at_ms.lt(before_ms))
            .order(audit::at_ms)
            .limit(PRUNED_MAX)
            .load(self.connection)?;
        if old.is_empty() {
            return Ok(false);
        }
        diesel::delete(audit::table)
            .filter(audit::id.eq_any(&old))
            .execute(self.connection)?;
        Ok(i64::try_from(old.len()) == Ok(PRUNED_MAX))
    }
}
