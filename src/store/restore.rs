//! Puts a back-up in the place of a SQLite database that nobody has open.

use std::fs;
use std::path::{Path, PathBuf};

use diesel::sql_types::Text;
use diesel::{Connection as _, RunQueryDsl as _, SqliteConnection};

use super::backup::is_same;
use super::connection::DbConnection;
use super::draft::{Draft, sync_directory};
use super::error::{Result, StoreError};
use super::files::{BESIDE, JOURNALS, companion, database_file};
use super::holdings::Holdings;
use super::sql::Sql;

type Outcome<T = ()> = std::result::Result<T, String>;

/// How long a restore waits for a command that is about to end, in milliseconds.
const PATIENCE: &str = "PRAGMA busy_timeout = 1000";

/// A database that was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// What it holds now.
    pub holdings: Holdings,
    /// Where the database before is kept, if there was one.
    pub kept: Option<PathBuf>,
}

/// Puts a back-up in the place of the database of a `sqlite:` URL. The database before is kept beside it, under its name
/// and `ending`. `damaged` allows one that cannot be opened, of which nobody knows whether it is in use.
///
/// Errors: a sentence for the operator. The database is as it was then.
pub fn restore(url: &str, from: &Path, ending: &str, damaged: bool) -> Outcome<Restored> {
    let place = resolved(&database_file(url)?)?;
    check_source(&place, from)?;
    let held = Held::of(&place, damaged)?;
    let mut draft = Draft::of(&place)?;
    draft.fill(from)?;
    let holdings = Holdings::of(draft.path(), &from.display().to_string())?;
    if let Ok(old) = fs::metadata(&place) {
        draft.take_after(&old)?;
    }
    draft.sync()?;
    let kept = keep_old(&place, ending)?;
    if let Err(error) = draft.put(true) {
        give_back(&place, ending);
        return Err(error);
    }
    drop(held);
    Ok(Restored { holdings, kept })
}

/// The file itself, where the name is a link to it or begins in the present directory.
fn resolved(file: &Path) -> Outcome<PathBuf> {
    let found = file.canonicalize().or_else(|_| std::path::absolute(file));
    found.map_err(|error| error.to_string())
}

fn check_source(place: &Path, from: &Path) -> Outcome {
    let shown = from.display();
    if !from.is_file() {
        return Err(format!("there is no file {shown}"));
    }
    if is_same(place, from) {
        return Err(format!("{shown} is the database itself"));
    }
    let open = JOURNALS.map(|suffix| companion(from, suffix));
    match open.iter().find(|journal| journal.exists()) {
        Some(journal) => Err(format!(
            "beside {shown} is {}, so it is no finished back-up: a process has it open, or did not close it; make one of \
             it with `scimd backup --database-url sqlite:{shown} NEW_FILE`",
            journal.display()
        )),
        None => Ok(()),
    }
}

/// A database that this process has for itself. All that was written is in its one file then.
struct Held {
    _connection: Option<DbConnection>,
}

impl Held {
    fn of(place: &Path, damaged: bool) -> Outcome<Self> {
        if !place.exists() {
            return Ok(Self { _connection: None });
        }
        if !place.is_file() {
            return Err(format!(
                "{} is no file; give --database-url the database's file",
                place.display()
            ));
        }
        match lock(place) {
            Ok(connection) => Ok(Self {
                _connection: Some(connection),
            }),
            Err(reason) if reason.contains("database is locked") => Err(format!(
                "{} is in use; stop scimd and every other program that has it open, then restore again",
                place.display()
            )),
            Err(_) if damaged => Ok(Self { _connection: None }),
            Err(reason) => Err(format!(
                "{} cannot be opened ({reason}), so nobody knows whether it is in use; stop scimd, then restore again with --force",
                place.display()
            )),
        }
    }
}

/// Takes the only lock. Leaving WAL mode asks that nobody else has the file open, writes everything into it, and removes
/// the files beside it.
fn lock(place: &Path) -> Outcome<DbConnection> {
    let path = place.to_str().ok_or("its path is not UTF-8")?;
    let opened = SqliteConnection::establish(path).map_err(|error| error.to_string())?;
    let mut connection = DbConnection::Sqlite(opened);
    match take(&mut connection).map_err(|error| error.to_string())? {
        true => Ok(connection),
        false => Err("database is locked".to_owned()),
    }
}

fn take(connection: &mut DbConnection) -> Result<bool> {
    let mut run = |statement: &'static str| Sql::new(statement).execute(connection);
    run(PATIENCE)?;
    let mode = Sql::new("PRAGMA journal_mode = DELETE").typed::<Text>();
    let mode = mode.load::<String>(connection).map_err(StoreError::from)?;
    if mode != ["delete"] {
        return Ok(false);
    }
    Sql::new("BEGIN EXCLUSIVE").execute(connection)?;
    Ok(true)
}

/// Brings the old database back to its place, with its logs: they hold writes that the file lacks.
fn give_back(place: &Path, ending: &str) {
    let kept = companion(place, ending);
    let back = |from: &Path, to: &Path| {
        // Where it is still in its place, it has two names.
        let done = match to.exists() {
            true => fs::remove_file(from),
            false => fs::rename(from, to),
        };
        if let Err(error) = done {
            log::error!("{} is left: {error}", from.display());
        }
    };
    let logs = BESIDE.map(|suffix| (companion(&kept, suffix), companion(place, suffix)));
    let moved = logs.iter().filter(|(from, _)| from.exists());
    moved.for_each(|(from, to)| back(from, to));
    if kept.exists() {
        back(&kept, place);
    }
}

/// Keeps the database under another name, with what is left beside it. Returns the name.
///
/// A second name for the file is made first, so that there is a database in the place at every moment: a server that
/// starts and finds none would make a new one.
fn keep_old(place: &Path, ending: &str) -> Outcome<Option<PathBuf>> {
    let kept = companion(place, ending);
    let failed =
        |error: std::io::Error| format!("cannot keep the database as {}: {error}", kept.display());
    if kept.exists() {
        return Err(format!("{} exists already; try again", kept.display()));
    }
    for suffix in BESIDE {
        let left = companion(place, suffix);
        if left.exists() {
            fs::rename(&left, companion(&kept, suffix)).map_err(failed)?;
        }
    }
    if !place.exists() {
        return Ok(None);
    }
    // Some file systems have one name for each file.
    if fs::hard_link(place, &kept).is_err() {
        fs::rename(place, &kept).map_err(failed)?;
    }
    sync_directory(&kept).map_err(failed)?;
    Ok(Some(kept))
}
