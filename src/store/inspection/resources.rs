//! Resources in the order of their keys, with their entries in the index of values.

use std::collections::BTreeMap;

use diesel::RunQueryDsl as _;
use diesel::sql_types::{BigInt, Integer, Nullable, Text};

use super::inspected::{Derived, Inspected};
use crate::store::dialect::Dialect;
use crate::store::error::Result;
use crate::store::key::Key;
use crate::store::session::Session;
use crate::store::sql::Sql;

/// Most resources that one statement reads.
const PIECE: usize = 100;

/// Consecutive resources of a tenant.
#[derive(Debug, Default)]
pub struct Piece {
    /// The resources.
    pub resources: Vec<Inspected>,
    /// The keys between theirs that the index of values knows and no resource has, each with the number of entries.
    pub strangers: Vec<(Key, u64)>,
    /// Where the next piece begins, if there may be one.
    pub last: Option<Key>,
}

type Text0 = Nullable<Text>;
type Types = (
    BigInt,
    Text,
    Text,
    Text,
    Text0,
    Text0,
    Text0,
    Text0,
    Text0,
    Text0,
    Nullable<Integer>,
    Text0,
);
type Found = (
    i64,
    String,
    String,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<i32>,
    Option<String>,
);
type Entries = BTreeMap<i64, Vec<(String, String, String)>>;

impl Session<'_> {
    /// The highest key that anything of the tenant has. What is created later has a higher one.
    pub fn last_key(&mut self) -> Result<Key> {
        let mut last = 0;
        for (column, table) in [
            ("key", "resources"),
            ("group_key", "memberships"),
            ("member_key", "memberships"),
            ("resource_key", "indexed_values"),
        ] {
            let found = Sql::new("SELECT max(")
                .sql(column)
                .sql(") FROM ")
                .sql(table)
                .sql(" WHERE tenant_id = ")
                .integer(self.tenant.0)
                .typed::<Nullable<BigInt>>()
                .load::<Option<i64>>(self.connection)?;
            last = found.into_iter().flatten().fold(last, i64::max);
        }
        Ok(Key(last))
    }

    /// The next resources after a key and up to another, whatever their type.
    pub fn inspect_after(&mut self, after: Key, until: Key) -> Result<Piece> {
        let range = Sql::new(" AND key > ")
            .bigint(after.0)
            .sql(" AND key <= ")
            .bigint(until.0)
            .sql(" ORDER BY key LIMIT ")
            .bigint(PIECE as i64);
        let mut resources = self.inspect(range)?;
        let is_full = resources.len() == PIECE;
        let last = resources.last().map(|one| one.key).filter(|_| is_full);
        let mut entries = self.entries_between(after, last.unwrap_or(until))?;
        for one in &mut resources {
            one.entries = entries.remove(&one.key.0).unwrap_or_default();
        }
        let strangers = entries
            .into_iter()
            .map(|(key, entries)| (Key(key), entries.len() as u64));
        Ok(Piece {
            resources,
            strangers: strangers.collect(),
            last,
        })
    }

    /// The resource with this key, locked against changes.
    pub fn inspect_for_update(&mut self, key: Key) -> Result<Option<Inspected>> {
        let lock = match self.dialect() {
            Dialect::Postgres => " FOR NO KEY UPDATE",
            Dialect::Sqlite => "",
        };
        let place = Sql::new(" AND key = ").bigint(key.0).sql(lock);
        let Some(mut found) = self.inspect(place)?.pop() else {
            return Ok(None);
        };
        let mut entries = self.entries_between(Key(key.0 - 1), key)?;
        found.entries = entries.remove(&key.0).unwrap_or_default();
        Ok(Some(found))
    }

    fn inspect(&mut self, place: Sql) -> Result<Vec<Inspected>> {
        let statement = match self.dialect() {
            Dialect::Postgres => {
                "SELECT key, resource_type, id, document::text, unique_key, external_id, display_name, email, user_name, \
                 shown_name, active::int, comparable::text FROM resources WHERE tenant_id = "
            }
            Dialect::Sqlite => {
                "SELECT key, resource_type, id, document, unique_key, external_id, display_name, email, user_name, \
                 shown_name, active, CASE WHEN json_valid(comparable, 8) THEN json(comparable) END \
                 FROM resources WHERE tenant_id = "
            }
        };
        let found = Sql::new(statement)
            .integer(self.tenant.0)
            .then(place)
            .typed::<Types>()
            .load::<Found>(self.connection)?;
        Ok(found.into_iter().map(Inspected::of).collect())
    }

    /// The entries of resources with keys after the first and up to the last one, by key.
    fn entries_between(&mut self, after: Key, last: Key) -> Result<Entries> {
        let found = Sql::new(
            "SELECT resource_key, resource_type, attribute, value FROM indexed_values WHERE tenant_id = ",
        )
        .integer(self.tenant.0)
        .sql(" AND resource_key > ")
        .bigint(after.0)
        .sql(" AND resource_key <= ")
        .bigint(last.0)
        .typed::<(BigInt, Text, Text, Text)>()
        .load::<(i64, String, String, String)>(self.connection)?;
        let mut entries = Entries::new();
        for (key, resource_type, attribute, value) in found {
            let of_key = entries.entry(key).or_default();
            of_key.push((resource_type, attribute, value));
        }
        Ok(entries)
    }
}

impl Inspected {
    fn of(
        (
            key,
            resource_type,
            id,
            document,
            unique_key,
            external_id,
            display_name,
            email,
            user_name,
            shown_name,
            active,
            comparable,
        ): Found,
    ) -> Self {
        Self {
            key: Key(key),
            resource_type,
            id,
            document,
            derived: Derived {
                unique_key,
                external_id,
                display_name,
                email,
                user_name,
                shown_name,
                active: active.map(|active| active != 0),
                comparable,
            },
            entries: Vec::new(),
        }
    }
}
