//! The index of values inside multi-valued attributes (`emails.value`).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use diesel::prelude::*;
use sha2::{Digest as _, Sha256};

use super::error::Result;
use super::memberships::id_rows;
use super::schema::indexed_values;
use super::{Session, Sql};

/// Longest value kept as it is, in bytes.
const ENTRY_BYTES_MAX: usize = 500;

/// What stands in the index for a value: itself, or a digest where it is long. Only equality is asked of it.
pub(super) fn index_entry(value: &str) -> String {
    if value.len() <= ENTRY_BYTES_MAX {
        return value.to_owned();
    }
    let digest = Sha256::digest(value.as_bytes());
    format!("sha256:{}", URL_SAFE_NO_PAD.encode(digest))
}

impl Session<'_> {
    /// Writes what is indexed of a new resource, one statement for each attribute.
    pub(super) fn insert_indexed(
        &mut self,
        resource_type: &str,
        key: i64,
        indexed: &[(&'static str, Vec<String>)],
    ) -> Result<()> {
        for (attribute, values) in indexed {
            if values.is_empty() {
                continue;
            }
            Sql::new("INSERT INTO indexed_values (tenant_id, resource_type, attribute, value, resource_key) SELECT ")
                .integer(self.tenant.0)
                .sql(", ")
                .text(resource_type)
                .sql(", ")
                .text(*attribute)
                .sql(", w.value, ")
                .bigint(key)
                .sql(" FROM ")
                .then(id_rows(self.dialect(), values))
                .execute(self.connection)?;
        }
        Ok(())
    }

    /// Replaces what is indexed of a resource, touching nothing when it is the same.
    pub(super) fn replace_indexed(
        &mut self,
        resource_type: &str,
        key: i64,
        indexed: &[(&'static str, Vec<String>)],
    ) -> Result<()> {
        if indexed.is_empty() {
            return Ok(());
        }
        let own = indexed_values::table
            .filter(indexed_values::tenant_id.eq(self.tenant.0))
            .filter(indexed_values::resource_key.eq(key));
        let mut stored: Vec<(String, String)> = own
            .select((indexed_values::attribute, indexed_values::value))
            .load(self.connection)?;
        let mut wanted: Vec<(String, String)> = indexed
            .iter()
            .flat_map(|(attribute, values)| {
                values
                    .iter()
                    .map(|value| ((*attribute).to_owned(), value.clone()))
            })
            .collect();
        stored.sort_unstable();
        wanted.sort_unstable();
        if stored == wanted {
            return Ok(());
        }
        diesel::delete(own).execute(self.connection)?;
        self.insert_indexed(resource_type, key, indexed)
    }
}
