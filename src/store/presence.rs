//! A process that uses a SQLite database, so that others know.

use std::fs::Metadata;
use std::path::Path;

use super::connection::DbConnection;
use super::error::StoreError;
use super::files::database_file;
use super::sql::Sql;
use super::times::Times;
use super::url::redacted;

/// How often a database may be exchanged while it is opened.
const ATTEMPTS: u32 = 3;

/// Holds a SQLite database open for as long as it lives. It does nothing for PostgreSQL.
///
/// In WAL mode an open connection keeps a lock on the file, by which a restore finds that the file is in use. The pool
/// gives back connections that rest, so a server without requests would seem to be gone.
pub struct Presence {
    _connection: Option<DbConnection>,
}

impl Presence {
    /// Opens the database of a URL.
    ///
    /// Errors: a sentence without the URL's secrets.
    pub fn of(url: &str) -> std::result::Result<Self, String> {
        let Ok(file) = database_file(url) else {
            return Ok(Self { _connection: None });
        };
        for _ in 0..ATTEMPTS {
            let before = file_number(&file);
            let opened = open(url);
            // A restore may have put another file here while this waited for the lock, and SQLite may have refused the old one.
            // From now on none can.
            if before.is_none() || before == file_number(&file) {
                return opened.map(|connection| Self {
                    _connection: Some(connection),
                });
            }
        }
        Err(format!("{} is being restored; try again", redacted(url)))
    }
}

fn open(url: &str) -> std::result::Result<DbConnection, String> {
    let failed = |error: String| format!("cannot connect to {}: {error}", redacted(url));
    let mut connection = DbConnection::establish_url(url, Times::of_commands())
        .map_err(|error| failed(error.to_string()))?;
    // The lock comes with the first look into the file.
    Sql::new("SELECT count(*) FROM sqlite_schema")
        .execute(&mut connection)
        .map_err(|error| failed(StoreError::from(error).to_string()))?;
    Ok(connection)
}

fn file_number(file: &Path) -> Option<(u64, u64)> {
    std::fs::metadata(file).ok().as_ref().map(number)
}

#[cfg(unix)]
fn number(found: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt as _;

    (found.dev(), found.ino())
}

#[cfg(not(unix))]
fn number(_: &Metadata) -> (u64, u64) {
    (0, 0)
}
