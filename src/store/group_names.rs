//! Switches the uniqueness of names on and off. Rows written before must get the constraint, or lose it.

use diesel::RunQueryDsl as _;
use diesel::sql_types::Text;
use scim::ScimError;
use scim::resource_type::ResourceType;

use super::columns::UNIQUE_BYTES_MAX;
use super::error::{Result, StoreError};
use super::session::Session;
use super::sql::Sql;

/// Most duplicate names that a refusal lists.
const NAMES_SHOWN_MAX: usize = 5;
/// Longest part of a name that a refusal shows.
const NAME_CHARACTERS_MAX: usize = 100;

impl Session<'_> {
    /// Makes the display names of a type its unique keys. A second run finds the names that were written meanwhile.
    ///
    /// Errors: a sentence with the names that several resources have, or that are too long for a key.
    pub fn unite_names(&mut self, resource_type: &ResourceType) -> Result<()> {
        let twins = " GROUP BY display_name HAVING count(*) > 1";
        let twins = self.names(resource_type, Sql::new(twins))?;
        refuse_if_any(&twins, "share a name; rename all but one of each")?;
        let long = Sql::new(" AND octet_length(display_name) > ").bigint(UNIQUE_BYTES_MAX as i64);
        let long = self.names(resource_type, long)?;
        refuse_if_any(&long, "have names too long to be compared; shorten them")?;
        let keyed = self.set_keys(resource_type, "display_name");
        keyed.map_err(|error| match error {
            StoreError::UniqueViolation => {
                refused("a resource of the same name was written at the same time; try again")
            }
            other => other,
        })
    }

    /// Removes the names of a type from the constraint.
    pub fn free_names(&mut self, resource_type: &ResourceType) -> Result<()> {
        self.set_keys(resource_type, "NULL")
    }

    fn set_keys(&mut self, resource_type: &ResourceType, key: &'static str) -> Result<()> {
        Sql::new("UPDATE resources SET unique_key = ")
            .sql(key)
            .then(self.rows(resource_type))
            .execute(self.connection)?;
        Ok(())
    }

    /// Some display names of a type that the condition selects, one more than a refusal shows.
    fn names(&mut self, resource_type: &ResourceType, condition: Sql) -> Result<Vec<String>> {
        let found = Sql::new("SELECT display_name FROM resources")
            .then(self.rows(resource_type))
            .sql(" AND display_name IS NOT NULL")
            .then(condition)
            .sql(" ORDER BY display_name LIMIT ")
            .bigint(NAMES_SHOWN_MAX as i64 + 1)
            .typed::<Text>()
            .load::<String>(self.connection)?;
        Ok(found)
    }

    fn rows(&self, resource_type: &ResourceType) -> Sql {
        Sql::new(" WHERE tenant_id = ")
            .integer(self.tenant.0)
            .sql(" AND resource_type = ")
            .text(&resource_type.name)
    }
}

fn refuse_if_any(names: &[String], reason: &str) -> Result<()> {
    if names.is_empty() {
        return Ok(());
    }
    let quoted = |name: &String| {
        let shown: String = name.chars().take(NAME_CHARACTERS_MAX).collect();
        format!("\"{shown}\"")
    };
    let shown: Vec<String> = names.iter().take(NAMES_SHOWN_MAX).map(quoted).collect();
    let more = if names.len() > NAMES_SHOWN_MAX {
        " and more"
    } else {
        ""
    };
    let listed = shown.join(", ");
    Err(refused(&format!("groups {reason}: {listed}{more}")))
}

fn refused(sentence: &str) -> StoreError {
    ScimError::InvalidSyntax(sentence.to_owned()).into()
}
