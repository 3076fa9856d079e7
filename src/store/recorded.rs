//! Writes of one resource together with the row of their change. On PostgreSQL each is one statement, which needs no
//! transaction around it.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Text};

use super::admission::ADMITTED;
use super::dialect::Dialect;
use super::direct_groups::FoundGroups;
use super::error::{Result, StoreError};
use super::indexed_values::{entries_of, entry_rows, new_entries};
use super::key::Key;
use super::origin::Origin;
use super::session::Session;
use super::sql::Sql;
use super::unrecorded::Effect;
use super::writes::{NewResource, Update, inserted_values, set_columns, set_password};

/// The state of a tenant under which a request writes, and who writes.
#[derive(Debug, Clone)]
pub(crate) struct Authorship {
    /// The revision that the request has read.
    pub(crate) revision: i64,
    /// The request.
    pub(crate) origin: Origin,
}

impl Session<'_> {
    /// Creates a resource without edges, and records it.
    ///
    /// Errors: [`StoreError::UniqueViolation`]; [`StoreError::Outdated`], [`StoreError::Unproven`].
    pub(crate) fn create(
        &mut self,
        new: &NewResource<'_>,
        effect: Effect,
        author: &Authorship,
    ) -> Result<Key> {
        if self.dialect() == Dialect::Sqlite {
            let inserted = self.insert(std::slice::from_ref(new))?;
            let (key, change) = inserted
                .into_iter()
                .next()
                .ok_or(StoreError::Fault("a row was not inserted"))?;
            self.record(author, vec![(change, effect)])?;
            return Ok(key);
        }
        let ordinal = self.number_rows(1)?;
        let mut statement = self
            .held(author.revision)
            .sql(", made AS (INSERT INTO resources ")
            .then(inserted_values(self.dialect(), "t.id", new))
            .sql(" FROM t RETURNING resources.key)");
        let type_name = &new.resource_type.name;
        let entries: Vec<_> = entries_of(type_name, Key(0), &new.columns.indexed).collect();
        if !entries.is_empty() {
            statement = statement
                .sql(", come AS (")
                .then(new_entries(self.dialect(), self.tenant, "made.key"))
                .then(entry_rows(self.dialect(), &entries))
                .sql(", made)");
        }
        let change = new.unrecorded();
        let found = statement
            .sql(", noted AS (")
            .then(self.noted(ordinal, &author.origin, &(change, effect)))
            .sql(" FROM t) SELECT key FROM made")
            .typed::<BigInt>()
            .load::<i64>(self.connection)?;
        let key = found.into_iter().next().map(Key);
        let key = key.ok_or_else(|| self.refused_author())?;
        self.prove_open();
        Ok(key)
    }

    /// Writes a changed document under a new version, and records it. Returns what the answer shows beside it, if the statement has read that.
    ///
    /// Errors: [`StoreError::UniqueViolation`]; a retry when the stored version is no longer the one that was read;
    /// [`StoreError::Outdated`], [`StoreError::Unproven`].
    pub(crate) fn change(
        &mut self,
        update: &Update<'_>,
        effect: Effect,
        author: &Authorship,
    ) -> Result<FoundGroups> {
        if self.dialect() == Dialect::Sqlite {
            let change = self.update(update)?;
            self.record(author, vec![(change, effect)])?;
            return Ok(FoundGroups::Unasked);
        }
        let ordinal = self.number_rows(1)?;
        let row = update.row;
        let groups = update.beside.column(self.dialect());
        let mut statement = self
            .held(author.revision)
            .sql(", changed AS (UPDATE resources SET version = ")
            .bigint(row.stored.version.0)
            .sql(", last_modified_ms = ")
            .bigint(row.stored.last_modified_ms)
            .then(set_columns(self.dialect(), update.columns))
            .then(set_password(update.password))
            .sql(" FROM t WHERE resources.tenant_id = ")
            .integer(self.tenant.0)
            .sql(" AND resources.key = ")
            .bigint(row.key.0)
            .sql(" AND resources.version = ")
            .bigint(row.stored.version.0 - 1)
            .sql(format!(
                " RETURNING resources.key, {groups}::text AS direct_groups)"
            ));
        if update.changes_indexed {
            statement = statement.then(self.replaced_entries(update));
        }
        let change = update.unrecorded();
        let found = statement
            .sql(", noted AS (")
            .then(self.noted(ordinal, &author.origin, &(change, effect)))
            .sql(" FROM t, changed) SELECT (SELECT count(*)::int FROM t), c.key, c.direct_groups FROM (SELECT) one LEFT JOIN changed c ON TRUE")
            .typed::<(Integer, Nullable<BigInt>, Nullable<Text>)>()
            .load::<(i32, Option<i64>, Option<String>)>(self.connection)?;
        let (held, changed, groups) = found.into_iter().next().unwrap_or_default();
        if held == 0 {
            return Err(self.refused_author());
        }
        self.prove_open();
        if changed.is_none() {
            return Err(StoreError::Retry(diesel::result::Error::NotFound));
        }
        Ok(FoundGroups::read(groups.as_deref()))
    }

    /// The tenant's row under the revision that was read, as `t`. It is held until the commit: see
    /// [`Session::record`]. The statement also proves the admission while it is open.
    pub(super) fn held(&self, revision: i64) -> Sql {
        let (from, condition) = self.tenant_at(revision);
        Sql::new(format!(
            "WITH t AS (SELECT t.id, t.changes_shift FROM {from} WHERE "
        ))
        .then(condition)
        .sql(" FOR KEY SHARE OF t)")
    }

    /// What to read the tenant `t` from, and the condition that finds it under this revision. While the admission is open,
    /// the condition also holds only if that still holds.
    pub(super) fn tenant_at(&self, revision: i64) -> (&'static str, Sql) {
        let (from, holds) = match self.open_admission() {
            None => ("tenants t", Sql::new("t.id = ").integer(self.tenant.0)),
            Some(admission) => (ADMITTED, admission.holds()),
        };
        (from, holds.sql(" AND t.revision = ").bigint(revision))
    }

    /// The index entries of a resource that change, as parts of a statement that has `changed`.
    fn replaced_entries(&self, update: &Update<'_>) -> Sql {
        let (dialect, key) = (self.dialect(), update.row.key);
        let entries: Vec<_> =
            entries_of(&update.row.resource_type, key, &update.columns.indexed).collect();
        let rows = || entry_rows(dialect, &entries);
        Sql::new(", gone AS (DELETE FROM indexed_values v WHERE ")
            .then(dialect.of_tenant(self.tenant, "v"))
            .sql(" AND v.resource_key = ")
            .bigint(key.0)
            // NOT IN is one table of hashes. For NOT EXISTS, PostgreSQL expects so few entries that it would compare each with each.
            .sql(" AND EXISTS (SELECT FROM changed) AND (v.attribute, v.value) NOT IN (SELECT w.attribute, w.value FROM ")
            .then(rows())
            .sql(")), come AS (")
            .then(new_entries(dialect, self.tenant, "changed.key"))
            .then(rows())
            .sql(", changed ON CONFLICT DO NOTHING)")
    }

    /// Why a statement did not find the tenant by [`Session::tenant_at`].
    pub(super) fn refused_author(&self) -> StoreError {
        match self.open_admission() {
            Some(_) => StoreError::Unproven,
            None => StoreError::Outdated,
        }
    }

    /// Notes that a statement found the tenant by [`Session::tenant_at`], and so proved the admission if it was open.
    pub(super) fn prove_open(&self) {
        if let Some(admission) = self.open_admission() {
            admission.prove();
        }
    }
}
