//! What a file with a SQLite database holds, read without changing the file.

use std::path::Path;

use diesel::sql_types::{BigInt, Text};
use diesel::{Connection as _, RunQueryDsl as _, SqliteConnection};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::connection::DbConnection;
use super::error::{Result, StoreError};
use super::migrate::sqlite_migrations;
use super::sql::Sql;
use super::tenants::Tenants;
use super::upkeep::Integrity;

type Outcome<T> = std::result::Result<T, String>;

/// What stands in a URI as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-');
/// Most faults of a file that a sentence lists.
const FAULTS_SHOWN: usize = 3;

/// What a database file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holdings {
    /// Its size.
    pub bytes: u64,
    /// Its tenants.
    pub tenants: i64,
    /// Their resources.
    pub resources: i64,
    /// Edges between groups and members.
    pub memberships: i64,
    /// Rows of changes.
    pub changes: i64,
    /// Tokens, also those that have ended.
    pub tokens: i64,
    /// The migrations of this version that have not run on it.
    pub pending: Vec<String>,
}

impl Holdings {
    /// Reads a file that nobody writes. Checks that it is a database of scimd, that this version knows its tables, and that
    /// it is sound.
    ///
    /// Errors: a sentence for the operator, which calls the file `name`.
    pub(super) fn of(file: &Path, name: &str) -> Outcome<Self> {
        let bytes =
            std::fs::metadata(file).map_err(|error| format!("cannot read {name}: {error}"))?;
        let mut connection = open_unchanged(file)
            .map_err(|error| format!("{name} is no SQLite database: {error}"))?;
        let versions = versions(&mut connection)
            .map_err(|error| format!("{name} is no database of scimd: {error}"))?;
        let pending = pending(&versions).map_err(|reason| format!("{name} {reason}"))?;
        let unsound = |error: StoreError| format!("{name} cannot be read: {error}");
        if let Integrity::Faults(mut faults) =
            Tenants::new(&mut connection).integrity().map_err(unsound)?
        {
            faults.truncate(FAULTS_SHOWN);
            return Err(format!("{name} is damaged: {}", faults.join("; ")));
        }
        let counts = counts(&mut connection).map_err(unsound)?;
        let (tenants, resources, memberships, changes, tokens) = counts;
        Ok(Self {
            bytes: bytes.len(),
            tenants,
            resources,
            memberships,
            changes,
            tokens,
            pending,
        })
    }
}

/// Opens a file without a lock, without companions, and without the right to write.
fn open_unchanged(file: &Path) -> Outcome<DbConnection> {
    let absolute = std::path::absolute(file).map_err(|error| error.to_string())?;
    let path = absolute.to_str().ok_or("its path is not UTF-8")?;
    let uri = format!(
        "file:{}?mode=ro&immutable=1",
        utf8_percent_encode(path, PLAIN)
    );
    let opened = SqliteConnection::establish(&uri).map_err(|error| error.to_string())?;
    Ok(DbConnection::Sqlite(opened))
}

/// The migrations that ran on it.
fn versions(connection: &mut DbConnection) -> Result<Vec<String>> {
    let found = Sql::new("SELECT version FROM __diesel_schema_migrations ORDER BY version");
    Ok(found.typed::<Text>().load::<String>(connection)?)
}

/// Those of our migrations that have not run.
///
/// Errors: what is wrong with a file that another version has migrated.
fn pending(versions: &[String]) -> Outcome<Vec<String>> {
    let ours = sqlite_migrations();
    let is_ours = |version: &&String| ours.iter().any(|(known, _)| known == *version);
    if let Some(stranger) = versions.iter().find(|version| !is_ours(version)) {
        return Err(format!(
            "was written by another version of scimd (migration {stranger}), which this one cannot read; use that version"
        ));
    }
    if versions.is_empty() {
        return Err("has no tables of scimd".to_owned());
    }
    let waiting = ours
        .into_iter()
        .filter(|(known, _)| !versions.contains(known));
    Ok(waiting.map(|(_, name)| name).collect())
}

type Counts = (i64, i64, i64, i64, i64);

fn counts(connection: &mut DbConnection) -> Result<Counts> {
    let found = Sql::new(
        "SELECT (SELECT count(*) FROM tenants), (SELECT count(*) FROM resources), (SELECT count(*) FROM memberships), \
         (SELECT count(*) FROM changes), (SELECT count(*) FROM credentials)",
    )
    .typed::<(BigInt, BigInt, BigInt, BigInt, BigInt)>()
    .load::<Counts>(connection)?;
    Ok(found.into_iter().next().unwrap_or_default())
}
