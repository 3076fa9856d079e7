//! The index of values that clients look up (`emails.value`).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use diesel::prelude::*;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::dialect::Dialect;
use super::error::Result;
use super::key::Key;
use super::rows::{self, Kind};
use super::schema::indexed_values;
use super::session::Session;
use super::sql::Sql;
use super::tenant_id::TenantId;

/// Longest value kept as it is, in bytes.
const ENTRY_BYTES_MAX: usize = 500;

/// The index entry of a value: the value itself, or a digest if it is long. The index only serves equality.
pub(super) fn index_entry(value: &str) -> String {
    if value.len() <= ENTRY_BYTES_MAX {
        return value.to_owned();
    }
    let digest = Sha256::digest(value.as_bytes());
    format!("sha256:{}", URL_SAFE_NO_PAD.encode(digest))
}

/// An entry of the index.
#[derive(Serialize)]
pub(super) struct Entry<'a> {
    resource_type: &'a str,
    attribute: &'a str,
    value: &'a str,
    key: Key,
}

const ROWS: &rows::Columns = &[
    ("resource_type", Kind::Text),
    ("attribute", Kind::Text),
    ("value", Kind::Text),
    ("key", Kind::BigInt),
];
/// Those that the table has under these names: all but the last.
const COLUMNS: &rows::Columns = match ROWS.split_last() {
    Some((_, columns)) => columns,
    None => ROWS,
};

/// The entries of a resource.
pub(super) fn entries_of<'a>(
    resource_type: &'a str,
    key: Key,
    indexed: &'a [(String, Vec<String>)],
) -> impl Iterator<Item = Entry<'a>> {
    indexed.iter().flat_map(move |(attribute, values)| {
        values.iter().map(move |value| Entry {
            resource_type,
            attribute,
            value,
            key,
        })
    })
}

/// The beginning of a statement that writes entries: up to their rows. All belong to one resource, or each has its key.
pub(super) fn new_entries(dialect: Dialect, tenant: TenantId, key: &str) -> Sql {
    Sql::new("INSERT INTO indexed_values (tenant_id, resource_type, attribute, value, resource_key) SELECT ")
        .integer(tenant.0)
        .sql(", ")
        .sql(rows::selected(dialect, COLUMNS))
        .sql(format!(", {key} FROM "))
}

/// Entries as rows `w`.
pub(super) fn entry_rows(dialect: Dialect, entries: &[Entry<'_>]) -> Sql {
    rows::rows(dialect, ROWS, &entries)
}

impl Session<'_> {
    /// Writes entries, all in one statement.
    pub(super) fn insert_indexed(&mut self, entries: &[Entry<'_>]) -> Result<()> {
        if entries.is_empty() {
            return Ok(());
        }
        let dialect = self.dialect();
        let key = match dialect {
            Dialect::Postgres => "w.key",
            Dialect::Sqlite => "w.value ->> 'key'",
        };
        new_entries(dialect, self.tenant, key)
            .then(entry_rows(dialect, entries))
            .execute(self.connection)?;
        Ok(())
    }

    /// Replaces the index entries of a resource. Equal entries are not written.
    pub(super) fn replace_indexed(
        &mut self,
        resource_type: &str,
        key: Key,
        indexed: &[(String, Vec<String>)],
    ) -> Result<()> {
        if indexed.is_empty() {
            return Ok(());
        }
        let own = indexed_values::table
            .filter(indexed_values::tenant_id.eq(self.tenant.0))
            .filter(indexed_values::resource_key.eq(key.0));
        let mut stored: Vec<(String, String)> = own
            .select((indexed_values::attribute, indexed_values::value))
            .load(self.connection)?;
        let mut wanted: Vec<(String, String)> = indexed
            .iter()
            .flat_map(|(attribute, values)| {
                values
                    .iter()
                    .map(|value| (attribute.clone(), value.clone()))
            })
            .collect();
        stored.sort_unstable();
        wanted.sort_unstable();
        if stored == wanted {
            return Ok(());
        }
        diesel::delete(own).execute(self.connection)?;
        let entries: Vec<_> = entries_of(resource_type, key, indexed).collect();
        self.insert_indexed(&entries)
    }
}
