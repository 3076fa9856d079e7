//! The index of values that clients look up (`emails.value`).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use diesel::prelude::*;
use sha2::{Digest as _, Sha256};

use super::Session;
use super::error::Result;
use super::schema::indexed_values;

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
    pub(super) fn insert_indexed(
        &mut self,
        resource_type: &str,
        key: i64,
        indexed: &[(String, Vec<String>)],
    ) -> Result<()> {
        for (attribute, values) in indexed {
            for value in values {
                diesel::insert_into(indexed_values::table)
                    .values((
                        indexed_values::tenant_id.eq(self.tenant.0),
                        indexed_values::resource_type.eq(resource_type),
                        indexed_values::attribute.eq(attribute),
                        indexed_values::value.eq(value),
                        indexed_values::resource_key.eq(key),
                    ))
                    .execute(self.connection)?;
            }
        }
        Ok(())
    }

    /// Replaces what is indexed of a resource, touching nothing when it is the same.
    pub(super) fn replace_indexed(
        &mut self,
        resource_type: &str,
        key: i64,
        indexed: &[(String, Vec<String>)],
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
                    .map(|value| (attribute.clone(), value.clone()))
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
