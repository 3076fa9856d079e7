//! The table of who was refused, and of what operators did.

use diesel::prelude::*;

use super::error::Result;
use super::schema::audit;
use super::tenants::Tenants;

/// Most rows that one statement removes.
const PRUNED_MAX: i64 = 1_000;

/// A row, without its number.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable)]
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
    /// Stores rows.
    pub fn add_audit(&mut self, rows: &[NewAudit]) -> Result<()> {
        for row in rows {
            diesel::insert_into(audit::table)
                .values(row)
                .execute(self.connection)?;
        }
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
