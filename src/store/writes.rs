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
use super::row::{Beside, Row};
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
    pub(super) fn unrecorded(&self) -> Unrecorded {
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
    /// Whether values that clients look up may differ.
    pub(crate) changes_indexed: bool,
    /// What the answer shows beside the resource.
    pub(crate) beside: Beside,
}

impl Update<'_> {
    pub(super) fn unrecorded(&self) -> Unrecorded {
        Unrecorded::of(self.row, self.operation)
    }
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
             shown_name, active, created_ms, last_modified_ms, document, comparable, password_hash) SELECT ",
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
            .then(set_password(update.password))
            .sql(" WHERE tenant_id = ")
            .integer(self.tenant.0)
            .sql(" AND key = ")
            .bigint(row.key.0)
            .sql(" AND version = ")
            .bigint(row.stored.version.0 - 1)
            .execute(self.connection)?;
        check_changed(changed)?;
        if update.changes_indexed {
            self.replace_indexed(&row.resource_type, row.key, &columns.indexed)?;
        }
        Ok(update.unrecorded())
    }

    /// Moves version and time of a resource whose document stays: its edges or its password have changed.
    pub(crate) fn touch(
        &mut self,
        row: &Row,
        operation: Operation,
        password: &NewPassword,
    ) -> Result<Unrecorded> {
        let changed = Sql::new("UPDATE resources SET version = ")
            .bigint(row.stored.version.0)
            .sql(", last_modified_ms = ")
            .bigint(row.stored.last_modified_ms)
            .then(set_password(password))
            .sql(" WHERE tenant_id = ")
            .integer(self.tenant.0)
            .sql(" AND key = ")
            .bigint(row.key.0)
            .sql(" AND version = ")
            .bigint(row.stored.version.0 - 1)
            .execute(self.connection)?;
        check_changed(changed)?;
        Ok(Unrecorded::of(row, operation))
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

/// The columns that follow from the document, each with its value.
fn column_values(dialect: Dialect, columns: &Columns) -> Vec<(&'static str, Sql)> {
    let (document, [open, close]) = match dialect {
        Dialect::Postgres => ("::json", ["", "::jsonb"]),
        Dialect::Sqlite => ("", ["jsonb(", ")"]),
    };
    let text = |value: &Option<String>| Sql::default().optional_text(value.as_deref());
    let active = match columns.active {
        None => "NULL",
        Some(true) => "TRUE",
        Some(false) => "FALSE",
    };
    let comparable = Sql::new(open).text(json(&columns.comparable));
    vec![
        ("unique_key", text(&columns.unique_key)),
        ("external_id", text(&columns.external_id)),
        ("display_name", text(&columns.display_name)),
        ("email", text(&columns.email)),
        ("user_name", text(&columns.user_name)),
        ("shown_name", text(&columns.shown_name)),
        ("active", Sql::new(active)),
        (
            "document",
            Sql::default().text(columns.document.as_str()).sql(document),
        ),
        ("comparable", comparable.sql(close)),
    ]
}

/// The columns of a new resource and their values, between INSERT and FROM.
pub(super) fn inserted_values(dialect: Dialect, tenant: &str, new: &NewResource<'_>) -> Sql {
    let values = column_values(dialect, new.columns);
    let names: Vec<&str> = values.iter().map(|(name, _)| *name).collect();
    let names = names.join(", ");
    let own = Sql::new(format!(
        "(tenant_id, version, id, resource_type, created_ms, last_modified_ms, password_hash, {names}) SELECT {tenant}, 1, "
    ))
    .text(new.id)
    .sql(", ")
    .text(&new.resource_type.name)
    .sql(", ")
    .bigint(new.now_ms)
    .sql(", ")
    .bigint(new.now_ms)
    .sql(", ")
    .optional_text(new.password_hash);
    values
        .into_iter()
        .fold(own, |sql, (_, value)| sql.sql(", ").then(value))
}

/// The columns that follow from the document, for SET.
pub(super) fn set_columns(dialect: Dialect, columns: &Columns) -> Sql {
    let values = column_values(dialect, columns).into_iter();
    values.fold(Sql::default(), |sql, (name, value)| {
        sql.sql(format!(", {name} = ")).then(value)
    })
}

/// The columns that follow from the document, without it, behind SET.
pub(super) fn derived_columns(dialect: Dialect, columns: &Columns) -> Sql {
    let values = column_values(dialect, columns).into_iter();
    let derived = values.filter(|(name, _)| *name != "document");
    derived.fold(Sql::default(), |sql, (name, value)| {
        let comma = if sql == Sql::default() { "" } else { ", " };
        sql.sql(format!("{comma}{name} = ")).then(value)
    })
}

/// The password's column, for SET.
pub(super) fn set_password(password: &NewPassword) -> Sql {
    match password {
        NewPassword::Keep => Sql::default(),
        NewPassword::Clear => Sql::new(", password_hash = NULL"),
        NewPassword::Hash(hash) => Sql::new(", password_hash = ").text(hash),
    }
}

fn json(object: &impl Serialize) -> String {
    serde_json::to_string(object).unwrap_or_default()
}
