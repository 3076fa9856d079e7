//! Back-ups of a database, and their way back. SQLite's are made here; PostgreSQL has its own tools.

use std::path::Path;

use scim::datetime::render_ms;

use super::clock::Clock;
use crate::store::{self, Holdings, Restored, check_url, redacted};

type Outcome<T> = std::result::Result<T, String>;

/// Copies the SQLite database of a URL into a file, while a server works. `replace` allows an older file to go.
///
/// Errors: a sentence for the operator; for PostgreSQL one that says what does it.
pub fn back_up(database_url: &str, file: &Path, replace: bool) -> Outcome<Holdings> {
    check_url(database_url)?;
    let Some(path) = database_url.strip_prefix("sqlite:") else {
        return Err(format!(
            "{} is a PostgreSQL database, whose own tools back it up. Nothing was done. Run, while scimd serves:\n  \
             pg_dump --format=custom --file={} \"$SCIMD_DATABASE_URL\"\n\
             To lose no minute, archive the WAL, too (PostgreSQL's manual: Continuous Archiving and Point-in-Time Recovery)",
            redacted(database_url),
            file.display()
        ));
    };
    if !Path::new(path).exists() && !path.starts_with("file:") {
        return Err(format!(
            "there is no database at {path}; give --database-url"
        ));
    }
    store::back_up(database_url, file, replace)
}

/// Puts a back-up in the place of the SQLite database of a URL. `damaged` allows a database that cannot be opened.
///
/// Errors: a sentence for the operator; for PostgreSQL one that says what does it.
pub fn restore(database_url: &str, file: &Path, damaged: bool) -> Outcome<Restored> {
    check_url(database_url)?;
    if !database_url.starts_with("sqlite:") {
        return Err(format!(
            "{} is a PostgreSQL database, whose own tools restore it. Nothing was done. Stop scimd, make an empty database, and run:\n  \
             pg_restore --no-owner --exit-on-error --dbname=\"$SCIMD_DATABASE_URL\" {}\n  \
             psql \"$SCIMD_DATABASE_URL\" --command=ANALYZE",
            redacted(database_url),
            file.display()
        ));
    }
    store::restore(database_url, file, &ending(), damaged)
}

/// What the name of a database that is kept ends in: the time, in characters that every file system takes.
fn ending() -> String {
    let now = render_ms(Clock.now_ms());
    let now: String = now
        .chars()
        .filter(|character| !":-".contains(*character))
        .collect();
    format!(".before-restore-{now}")
}
