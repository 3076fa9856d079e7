//! The table of all resources: writing. Every write returns an [`Unrecorded`].

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use scim::comparable::Comparable;
use scim::etag::Version;
use scim::resource_type::ResourceType;
use serde::Serialize;

use super::columns::Columns;
use super::dialect::Dialect;
use super::error::{Result, StoreError};
use super::indexed_values::entries_of;
use super::key::Key;
use super::row::Row;
use super::rows::{self, Kind};
use super::schema::resources;
use super::session::Session;
use super::sql::Sql;
use super::unrecorded::{Operation, Unrecorded};

/// A resource about to be created.
pub(crate) struct NewResource<'a> {
    pub(crate) resource_type: &'a ResourceType,
    pub(crate) id: &'a str,
    pub(crate) now_ms: i64,
    pub(crate) columns: &'a Columns,
    pub(crate) password_hash: Option<&'a str>,
}

/// [`NewResource`] as a row.
#[derive(Serialize)]
struct NewRow<'a> {
    id: &'a str,
    resource_type: &'a str,
    unique_key: Option<&'a str>,
    external_id: Option<&'a str>,
    display_name: Option<&'a str>,
    email: Option<&'a str>,
    user_name: Option<&'a str>,
    shown_name: Option<&'a str>,
    active: Option<bool>,
    created_ms: i64,
    last_modified_ms: i64,
    document: &'a str,
    comparable: &'a Comparable,
    password_hash: Option<&'a str>,
}

const INSERTED: &rows::Columns = &[
    ("id", Kind::Text),
    ("resource_type", Kind::Text),
    ("unique_key", Kind::Text),
    ("external_id", Kind::Text),
    ("display_name", Kind::Text),
    ("email", Kind::Text),
    ("user_name", Kind::Text),
    ("shown_name", Kind::Text),
    ("active", Kind::Boolean),
    ("created_ms", Kind::BigInt),
    ("last_modified_ms", Kind::BigInt),
    ("document", Kind::Verbatim),
    ("comparable", Kind::Json),
    ("password_hash", Kind::Text),
];

impl<'a> NewRow<'a> {
    fn of(new: &'a NewResource<'_>) -> Self {
        let columns = new.columns;
        Self {
            id: new.id,
            resource_type: &new.resource_type.name,
            unique_key: columns.unique_key.as_deref(),
            external_id: columns.external_id.as_deref(),
            display_name: columns.display_name.as_deref(),
            email: columns.email.as_deref(),
            user_name: columns.user_name.as_deref(),
            shown_name: columns.shown_name.as_deref(),
            active: columns.active,
            created_ms: new.now_ms,
            last_modified_ms: new.now_ms,
            document: columns.document.as_str(),
            comparable: &columns.comparable,
            password_hash: new.password_hash,
        }
    }
}

/// Resources that are inserted: the key of each, and its change.
#[must_use = "record the changes in the transaction that makes them"]
pub(crate) struct InsertedUnrecorded(Vec<(Key, Unrecorded)>);

impl IntoIterator for InsertedUnrecorded {
    type Item = (Key, Unrecorded);
    type IntoIter = std::vec::IntoIter<(Key, Unrecorded)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl NewResource<'_> {
    fn unrecorded(&self) -> Unrecorded {
        Unrecorded {
            operation: Operation::Create,
            resource_type: self.resource_type.name.clone(),
            resource_id: self.id.to_owned(),
            version: Version(1),
            at_ms: self.now_ms,
        }
    }
}

/// A resource about to be changed.
pub(crate) struct Update<'a> {
    /// The row as it is afterwards, with its new version and time.
    pub(crate) row: &'a Row,
    pub(crate) operation: Operation,
    pub(crate) columns: &'a Columns,
    pub(crate) password: &'a NewPassword,
}

/// The new state of the password hash.
pub(crate) enum NewPassword {
    /// It stays.
    Keep,
    /// It is removed.
    Clear,
    /// This hash replaces it.
    Hash(String),
}

impl Session<'_> {
    /// Inserts resources, all in one statement. Returns the key of each, and its change, which is still to be recorded.
    ///
    /// Errors: [`StoreError::UniqueViolation`], which does not name the resource.
    pub(crate) fn insert(&mut self, new: &[NewResource<'_>]) -> Result<InsertedUnrecorded> {
        let inserted: Vec<NewRow<'_>> = new.iter().map(NewRow::of).collect();
        let dialect = self.dialect();
        let found = Sql::new(
            "INSERT INTO resources (tenant_id, version, id, resource_type, unique_key, external_id, display_name, email, user_name, \
             shown_name, active,              created_ms, last_modified_ms, document, comparable, password_hash) SELECT ",
        )
        .integer(self.tenant.0)
        .sql(", 1, ")
        .sql(rows::selected(dialect, INSERTED))
        .sql(" FROM ")
        .then(rows::rows(dialect, INSERTED, &inserted))
        .sql(" WHERE TRUE RETURNING resources.id, resources.key")
        .typed::<(Text, BigInt)>()
        .load::<(String, i64)>(self.connection)?;
        let keys: HashMap<String, i64> = found.into_iter().collect();
        let keys = new.iter().map(|new| keys.get(new.id).copied().map(Key));
        let keys: Vec<Key> = keys
            .collect::<Option<_>>()
            .ok_or(StoreError::Internal(diesel::result::Error::NotFound))?;
        let entries = new
            .iter()
            .zip(&keys)
            .flat_map(|(new, key)| entries_of(&new.resource_type.name, *key, &new.columns.indexed));
        let entries: Vec<_> = entries.collect();
        self.insert_indexed(&entries)?;
        let changes = new.iter().map(NewResource::unrecorded);
        Ok(InsertedUnrecorded(keys.into_iter().zip(changes).collect()))
    }

    /// Writes a changed document under a new version.
    ///
    /// Errors: [`StoreError::UniqueViolation`]; a retry when the stored version is no longer the one that was read.
    pub(crate) fn update(&mut self, update: &Update<'_>) -> Result<Unrecorded> {
        let (row, columns) = (update.row, update.columns);
        let changed = Sql::new("UPDATE resources SET version = ")
            .bigint(row.stored.version.0)
            .sql(", last_modified_ms = ")
            .bigint(row.stored.last_modified_ms)
            .then(set_columns(self.dialect(), columns))
            .sql(" WHERE tenant_id = ")
            .integer(self.tenant.0)
            .sql(" AND key = ")
            .bigint(row.key.0)
            .sql(" AND version = ")
            .bigint(row.stored.version.0 - 1)
            .execute(self.connection)?;
        check_changed(changed)?;
        self.set_password(row.key, update.password)?;
        self.replace_indexed(&row.resource_type, row.key, &columns.indexed)?;
        Ok(Unrecorded::of(row, update.operation))
    }

    /// Moves version and time of a resource whose document stays: its edges or its password have changed.
    pub(crate) fn touch(
        &mut self,
        row: &Row,
        operation: Operation,
        password: &NewPassword,
    ) -> Result<Unrecorded> {
        let changed = diesel::update(resources::table)
            .filter(resources::tenant_id.eq(self.tenant.0))
            .filter(resources::key.eq(row.key.0))
            .filter(resources::version.eq(row.stored.version.0 - 1))
            .set((
                resources::version.eq(row.stored.version.0),
                resources::last_modified_ms.eq(row.stored.last_modified_ms),
            ))
            .execute(self.connection)?;
        check_changed(changed)?;
        self.set_password(row.key, password)?;
        Ok(Unrecorded::of(row, operation))
    }

    fn set_password(&mut self, key: Key, password: &NewPassword) -> Result<()> {
        let hash = match password {
            NewPassword::Keep => return Ok(()),
            NewPassword::Clear => None,
            NewPassword::Hash(hash) => Some(hash),
        };
        diesel::update(resources::table)
            .filter(resources::tenant_id.eq(self.tenant.0))
            .filter(resources::key.eq(key.0))
            .set(resources::password_hash.eq(hash))
            .execute(self.connection)?;
        Ok(())
    }

    /// Deletes a resource with its edges and indexed values.
    pub(crate) fn delete(&mut self, row: &Row, now_ms: i64) -> Result<Unrecorded> {
        diesel::delete(resources::table)
            .filter(resources::tenant_id.eq(self.tenant.0))
            .filter(resources::key.eq(row.key.0))
            .execute(self.connection)?;
        Ok(Unrecorded {
            at_ms: now_ms,
            ..Unrecorded::of(row, Operation::Delete)
        })
    }
}

/// Checks that a row was changed. The row was locked when it was read, so another version is possible only where the
/// database does not lock.
fn check_changed(rows: usize) -> Result<()> {
    match rows {
        1 => Ok(()),
        _ => Err(StoreError::Retry(diesel::result::Error::NotFound)),
    }
}

/// The columns that follow from the document, for SET.
fn set_columns(dialect: Dialect, columns: &Columns) -> Sql {
    let (document, [open, close]) = match dialect {
        Dialect::Postgres => ("::json", ["", "::jsonb"]),
        Dialect::Sqlite => ("", ["jsonb(", ")"]),
    };
    let texts = [
        ("unique_key", &columns.unique_key),
        ("external_id", &columns.external_id),
        ("display_name", &columns.display_name),
        ("email", &columns.email),
        ("user_name", &columns.user_name),
        ("shown_name", &columns.shown_name),
    ];
    let active = match columns.active {
        None => "NULL",
        Some(true) => "TRUE",
        Some(false) => "FALSE",
    };
    let mut set = Sql::new(format!(", active = {active}"));
    for (name, value) in texts {
        set = set
            .sql(format!(", {name} = "))
            .optional_text(value.as_deref());
    }
    set.sql(", document = ")
        .text(columns.document.as_str())
        .sql(format!("{document}, comparable = {open}"))
        .text(json(&columns.comparable))
        .sql(close)
}

fn json(object: &impl Serialize) -> String {
    serde_json::to_string(object).unwrap_or_default()
}
