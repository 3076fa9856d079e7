//! The table of all resources.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Jsonb, Text};
use serde::Serialize;
use serde_json::{Map, Value};

use super::connection::jsonb;
use super::error::{Result, StoreError};
use super::indexed_values::{entries_of, index_entry};
use super::rows::{self, Kind};
use super::schema::resources;
use super::{Dialect, Session, Sql};
use scim::ScimError;
use scim::comparable::{comparable, indexed_keys};
use scim::etag::Version;
use scim::representation::Stored;
use scim::resource_type::ResourceType;

/// Longest comparison key of a unique attribute, in bytes: PostgreSQL's index entries end near 2,700.
pub(super) const UNIQUE_BYTES_MAX: usize = 2_000;
/// Largest canonical document, in bytes.
const DOCUMENT_BYTES_MAX: usize = 2 * 1024 * 1024;

/// A stored resource with its internal key, which never leaves the store and the service.
#[derive(Debug, Clone)]
pub struct Row {
    /// Internal, in creation order.
    pub key: i64,
    /// Name of its type.
    pub resource_type: String,
    /// The resource.
    pub stored: Stored,
}

/// The columns read for a resource.
pub(super) type Selected = (i64, String, String, i64, i64, i64, Value);
/// Their SQL types.
pub(super) type SelectedTypes = (BigInt, Text, Text, BigInt, BigInt, BigInt, Jsonb);
/// Their names, for statements put together by hand.
pub(super) const SELECTED: &str = "resources.key, resources.resource_type, resources.id, resources.version, resources.created_ms, \
                                   resources.last_modified_ms, resources.document";

impl From<Selected> for Row {
    fn from(
        (key, resource_type, id, version, created_ms, last_modified_ms, document): Selected,
    ) -> Self {
        let document = match document {
            Value::Object(document) => document,
            _ => Map::new(),
        };
        Self {
            key,
            resource_type,
            stored: Stored {
                id,
                version: Version(version),
                created_ms,
                last_modified_ms,
                document,
            },
        }
    }
}

/// What is written beside the document: everything lists and look-ups compare.
#[derive(Debug, Clone)]
pub struct Columns {
    pub(crate) unique_key: Option<String>,
    external_id: Option<String>,
    display_name: Option<String>,
    active: Option<bool>,
    comparable: Map<String, Value>,
    indexed: Vec<(String, Vec<String>)>,
}

impl Columns {
    /// Derives the columns of a document.
    ///
    /// Errors: `invalidValue` for a unique value that is too long, 413 for a document that is too large.
    pub fn of(
        resource_type: &ResourceType,
        document: &Map<String, Value>,
    ) -> std::result::Result<Self, ScimError> {
        check_size(document)?;
        let comparable = comparable(resource_type, document);
        let text = |name: &str| {
            comparable
                .get(name)
                .and_then(Value::as_str)
                .map(str::to_owned)
        };
        let unique_key = match &resource_type.unique {
            Some(unique) => text(&unique.name)
                .map(|key| short(&unique.name, key))
                .transpose()?,
            None => None,
        };
        let indexed = resource_type.indexed.iter();
        Ok(Self {
            unique_key,
            external_id: text("externalId"),
            display_name: text("displayName"),
            active: document.get("active").and_then(Value::as_bool),
            indexed: indexed
                .map(|path| (path.clone(), entries(indexed_keys(&comparable, path))))
                .collect(),
            comparable,
        })
    }
}

/// The size of a document as JSON text, in bytes.
pub(super) fn size_of_document(document: &Map<String, Value>) -> usize {
    serde_json::to_vec(document).map_or(usize::MAX, |bytes| bytes.len())
}

/// A resource may grow by many small changes; PostgreSQL ends at 256 MB, readers suffer long before.
fn check_size(document: &Map<String, Value>) -> std::result::Result<(), ScimError> {
    if size_of_document(document) > DOCUMENT_BYTES_MAX {
        return Err(ScimError::TooLarge {
            what: "the resource",
            limit: format!("{DOCUMENT_BYTES_MAX} bytes"),
        });
    }
    Ok(())
}

fn short(attribute: &str, key: String) -> std::result::Result<String, ScimError> {
    if key.len() > UNIQUE_BYTES_MAX {
        return Err(ScimError::invalid_value(
            attribute,
            format!("is longer than {UNIQUE_BYTES_MAX} bytes"),
        ));
    }
    Ok(key)
}

fn json(document: &Map<String, Value>) -> String {
    serde_json::to_string(document).unwrap_or_default()
}

fn entries(keys: Vec<String>) -> Vec<String> {
    keys.iter().map(|key| index_entry(key)).collect()
}

/// A resource about to be created.
pub(crate) struct NewResource<'a> {
    pub(crate) resource_type: &'a ResourceType,
    pub(crate) id: &'a str,
    pub(crate) now_ms: i64,
    pub(crate) document: &'a Map<String, Value>,
    pub(crate) columns: &'a Columns,
    pub(crate) password_hash: Option<&'a str>,
}

/// [`NewResource`] as a row.
#[derive(Serialize)]
struct Inserted<'a> {
    id: &'a str,
    resource_type: &'a str,
    unique_key: Option<&'a str>,
    external_id: Option<&'a str>,
    display_name: Option<&'a str>,
    active: Option<bool>,
    created_ms: i64,
    last_modified_ms: i64,
    document: &'a Map<String, Value>,
    comparable: &'a Map<String, Value>,
    password_hash: Option<&'a str>,
}

const INSERTED: &rows::Columns = &[
    ("id", Kind::Text),
    ("resource_type", Kind::Text),
    ("unique_key", Kind::Text),
    ("external_id", Kind::Text),
    ("display_name", Kind::Text),
    ("active", Kind::Boolean),
    ("created_ms", Kind::BigInt),
    ("last_modified_ms", Kind::BigInt),
    ("document", Kind::Json),
    ("comparable", Kind::Json),
    ("password_hash", Kind::Text),
];

impl<'a> Inserted<'a> {
    fn of(new: &'a NewResource<'_>) -> Self {
        let columns = new.columns;
        Self {
            id: new.id,
            resource_type: &new.resource_type.name,
            unique_key: columns.unique_key.as_deref(),
            external_id: columns.external_id.as_deref(),
            display_name: columns.display_name.as_deref(),
            active: columns.active,
            created_ms: new.now_ms,
            last_modified_ms: new.now_ms,
            document: new.document,
            comparable: &columns.comparable,
            password_hash: new.password_hash,
        }
    }
}

/// A resource about to be changed.
pub(crate) struct Update<'a> {
    pub(crate) key: i64,
    pub(crate) version: Version,
    pub(crate) last_modified_ms: i64,
    pub(crate) document: &'a Map<String, Value>,
    pub(crate) columns: &'a Columns,
    /// `None` keeps the hash.
    pub(crate) password_hash: Option<Option<String>>,
}

impl Session<'_> {
    /// Reads a resource; `None` when the tenant has none of this type and id.
    pub fn find(&mut self, resource_type: &ResourceType, id: &str) -> Result<Option<Row>> {
        self.select(resource_type, id, "")
    }

    /// Reads the resource that has this prepared unique name.
    pub fn find_by_unique_key(
        &mut self,
        resource_type: &ResourceType,
        key: &str,
    ) -> Result<Option<Row>> {
        self.select_unique(resource_type, key, "")
    }

    /// The same, and keeps others from changing it until the transaction ends.
    pub fn find_by_unique_key_for_update(
        &mut self,
        resource_type: &ResourceType,
        key: &str,
    ) -> Result<Option<Row>> {
        let lock = self.lock(" FOR NO KEY UPDATE");
        self.select_unique(resource_type, key, lock)
    }

    /// Reads a resource and keeps others from changing it until the transaction ends. Edges to it may still be made.
    pub fn find_for_update(
        &mut self,
        resource_type: &ResourceType,
        id: &str,
    ) -> Result<Option<Row>> {
        self.select(resource_type, id, self.lock(" FOR NO KEY UPDATE"))
    }

    /// Reads a resource and keeps others from changing it or making edges to it: it is about to be deleted.
    pub fn find_for_delete(
        &mut self,
        resource_type: &ResourceType,
        id: &str,
    ) -> Result<Option<Row>> {
        self.select(resource_type, id, self.lock(" FOR UPDATE"))
    }

    /// Keeps others from changing these resources, in the order of their keys, so that of two transactions that change the
    /// same ones neither waits for the other in a circle. `to_delete` keeps them also from making edges to them.
    pub(crate) fn lock_in_order(&mut self, ids: &[&str], to_delete: bool) -> Result<()> {
        // No id has a U+0000, and PostgreSQL takes none in JSON.
        let ids = ids.iter().copied().filter(|id| !id.contains('\0'));
        let list: Vec<&str> = ids.collect();
        if self.dialect() == Dialect::Sqlite || list.is_empty() {
            return Ok(());
        }
        let list: Value = list.into();
        let lock = if to_delete {
            " ORDER BY key FOR UPDATE"
        } else {
            " ORDER BY key FOR NO KEY UPDATE"
        };
        let statement = Sql::new("SELECT key FROM resources WHERE tenant_id = ")
            .integer(self.tenant.0)
            .sql(" AND id = ANY(ARRAY(SELECT jsonb_array_elements_text(")
            .text(list.to_string())
            .sql("::jsonb)))")
            .sql(lock);
        statement.typed::<BigInt>().load::<i64>(self.connection)?;
        Ok(())
    }

    /// BEGIN IMMEDIATE holds the only write lock that SQLite has.
    fn lock(&self, clause: &'static str) -> &'static str {
        match self.dialect() {
            Dialect::Postgres => clause,
            Dialect::Sqlite => "",
        }
    }

    /// An id is one resource's in its tenant, whatever the type, so the type is compared here: on a table without statistics,
    /// as in the first minutes of an import, PostgreSQL takes an index on the type for as good and reads the whole tenant.
    fn select(
        &mut self,
        resource_type: &ResourceType,
        id: &str,
        lock: &str,
    ) -> Result<Option<Row>> {
        if id.contains('\0') {
            return Ok(None);
        }
        let row = self.select_one(Sql::new(" AND id = ").text(id), lock)?;
        Ok(row.filter(|row| row.resource_type == resource_type.name))
    }

    fn select_unique(
        &mut self,
        resource_type: &ResourceType,
        key: &str,
        lock: &str,
    ) -> Result<Option<Row>> {
        if key.contains('\0') {
            return Ok(None);
        }
        let place = Sql::new(" AND resource_type = ")
            .text(&resource_type.name)
            .sql(" AND unique_key = ")
            .text(key);
        self.select_one(place, lock)
    }

    fn select_one(&mut self, place: Sql, lock: &str) -> Result<Option<Row>> {
        let statement = Sql::new(format!(
            "SELECT {SELECTED} FROM resources WHERE tenant_id = "
        ))
        .integer(self.tenant.0)
        .then(place)
        .sql(lock);
        let found = statement
            .typed::<SelectedTypes>()
            .load::<Selected>(self.connection)?;
        Ok(found.into_iter().next().map(Row::from))
    }

    /// Inserts resources, all in one statement; their keys.
    ///
    /// Errors: [`StoreError::UniqueViolation`], which does not say of which.
    pub(crate) fn insert(&mut self, new: &[NewResource<'_>]) -> Result<Vec<i64>> {
        let inserted: Vec<Inserted<'_>> = new.iter().map(Inserted::of).collect();
        let dialect = self.dialect();
        let found = Sql::new(
            "INSERT INTO resources (tenant_id, version, id, resource_type, unique_key, external_id, display_name, active, \
             created_ms, last_modified_ms, document, comparable, password_hash) SELECT ",
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
        let keys = new.iter().map(|new| keys.get(new.id).copied());
        let keys: Vec<i64> = keys
            .collect::<Option<_>>()
            .ok_or(StoreError::Internal(diesel::result::Error::NotFound))?;
        let entries = new
            .iter()
            .zip(&keys)
            .flat_map(|(new, key)| entries_of(&new.resource_type.name, *key, &new.columns.indexed));
        let entries: Vec<_> = entries.collect();
        self.insert_indexed(&entries)?;
        Ok(keys)
    }

    /// Writes a changed document under a new version.
    ///
    /// Errors: [`StoreError::UniqueViolation`]; a retry when the version read is no longer the stored one.
    pub(crate) fn update(
        &mut self,
        resource_type: &ResourceType,
        update: &Update<'_>,
    ) -> Result<()> {
        let columns = update.columns;
        let row = resources::table
            .filter(resources::tenant_id.eq(self.tenant.0))
            .filter(resources::key.eq(update.key))
            .filter(resources::version.eq(update.version.0 - 1));
        let changed = diesel::update(row)
            .set((
                resources::unique_key.eq(&columns.unique_key),
                resources::external_id.eq(&columns.external_id),
                resources::display_name.eq(&columns.display_name),
                resources::active.eq(columns.active),
                resources::version.eq(update.version.0),
                resources::last_modified_ms.eq(update.last_modified_ms),
                resources::document.eq(jsonb(json(update.document))),
                resources::comparable.eq(jsonb(json(&columns.comparable))),
            ))
            .execute(self.connection)?;
        if changed != 1 {
            return Err(StoreError::Retry(diesel::result::Error::NotFound));
        }
        if let Some(hash) = &update.password_hash {
            self.set_password(update.key, hash.as_deref())?;
        }
        self.replace_indexed(&resource_type.name, update.key, &columns.indexed)
    }

    /// Moves version and time of a resource whose document stays: its edges or its password changed.
    pub(crate) fn touch(
        &mut self,
        key: i64,
        version: Version,
        last_modified_ms: i64,
    ) -> Result<()> {
        let row = resources::table
            .filter(resources::tenant_id.eq(self.tenant.0))
            .filter(resources::key.eq(key))
            .filter(resources::version.eq(version.0 - 1));
        let changed = diesel::update(row)
            .set((
                resources::version.eq(version.0),
                resources::last_modified_ms.eq(last_modified_ms),
            ))
            .execute(self.connection)?;
        match changed {
            1 => Ok(()),
            _ => Err(StoreError::Retry(diesel::result::Error::NotFound)),
        }
    }

    /// Sets or clears the password hash.
    pub(crate) fn set_password(&mut self, key: i64, hash: Option<&str>) -> Result<()> {
        let row = resources::table
            .filter(resources::tenant_id.eq(self.tenant.0))
            .filter(resources::key.eq(key));
        diesel::update(row)
            .set(resources::password_hash.eq(hash))
            .execute(self.connection)?;
        Ok(())
    }

    /// Deletes a resource; its edges and indexed values go with it.
    pub(crate) fn delete(&mut self, key: i64) -> Result<()> {
        let row = resources::table
            .filter(resources::tenant_id.eq(self.tenant.0))
            .filter(resources::key.eq(key));
        diesel::delete(row).execute(self.connection)?;
        Ok(())
    }
}
