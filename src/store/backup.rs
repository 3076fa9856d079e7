//! A back-up of a SQLite database, made while others read and write.

use std::path::Path;

use super::connection::DbConnection;
use super::draft::Draft;
use super::error::StoreError;
use super::files::{BESIDE, JOURNALS, companion, database_file};
use super::holdings::Holdings;
use super::sql::Sql;
use super::times::Times;

type Outcome<T = ()> = std::result::Result<T, String>;

/// Copies the database of a `sqlite:` URL into a new file, as it is at one moment. Nobody has to wait for that. The copy
/// is checked before it gets its name.
///
/// Errors: a sentence for the operator. Nothing is left behind then, and an older file of the name stays.
pub fn back_up(url: &str, target: &Path, replace: bool) -> Outcome<Holdings> {
    check_target(&database_file(url)?, target, replace)?;
    let draft = Draft::of(target)?;
    copy(url, draft.path())?;
    let holdings = Holdings::of(draft.path(), "the copy").map_err(|reason| {
        format!(
            "{reason}; so the database is damaged, too: see `scimd doctor`, and keep older back-ups"
        )
    })?;
    draft.put(replace)?;
    Ok(holdings)
}

/// `VACUUM INTO` reads in one transaction, which blocks no writer in WAL mode. It fills an empty file, so the file has the
/// permissions that it was made with.
fn copy(url: &str, to: &Path) -> Outcome {
    let path = to.to_str().ok_or("the path of the back-up is not UTF-8")?;
    let failed = |error: String| format!("cannot copy {url}: {error}");
    let mut connection = DbConnection::establish_url(url, Times::of_commands())
        .map_err(|error| failed(error.to_string()))?;
    Sql::new("VACUUM INTO ")
        .text(path)
        .execute(&mut connection)
        .map(drop)
        .map_err(|error| failed(StoreError::from(error).to_string()))
}

fn check_target(source: &Path, target: &Path, replace: bool) -> Outcome {
    let shown = target.display();
    if target.is_dir() {
        return Err(format!("{shown} is a directory; give the name of a file"));
    }
    if is_same(source, target) {
        return Err(format!("{shown} is the database itself; give another name"));
    }
    let own = BESIDE.map(|suffix| companion(source, suffix));
    if own.iter().any(|own| is_place(own, target)) {
        return Err(format!(
            "{shown} belongs to the database; give another name"
        ));
    }
    if target.exists() && !target.is_file() {
        return Err(format!("{shown} is no regular file; give another name"));
    }
    // SQLite would take it for a part of the new file.
    let left = JOURNALS.map(|suffix| companion(target, suffix));
    if let Some(left) = left.iter().find(|left| left.exists()) {
        return Err(format!(
            "beside {shown} is {}: a process has that database open, or left it behind; give another name",
            left.display()
        ));
    }
    if !replace && target.exists() {
        return Err(format!(
            "{shown} exists already; give another name, or --force to replace it"
        ));
    }
    Ok(())
}

/// Whether two paths name one place, where a file may be or not.
fn is_place(one: &Path, other: &Path) -> bool {
    let place = |path: &Path| {
        let directory = path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty());
        let directory = directory.unwrap_or(Path::new(".")).canonicalize().ok()?;
        Some(directory.join(path.file_name()?))
    };
    is_same(one, other) || place(one).is_some_and(|one| place(other) == Some(one))
}

/// Whether two paths lead to one file.
pub(super) fn is_same(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}
