//! The files of a SQLite database. They hold personal data and password hashes, so only their owner should open them.

use std::fmt;
use std::path::{Path, PathBuf};

use percent_encoding::percent_decode_str;

use super::url::redacted;

/// The files that SQLite keeps beside a database of ours. They get the database's permissions when SQLite makes them.
const COMPANIONS: [&str; 2] = ["-wal", "-shm"];
/// Those that hold a part of the database.
pub(super) const JOURNALS: [&str; 2] = ["-wal", "-journal"];
/// All that may be beside a database.
pub(super) const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// A file that others than its owner can open.
#[derive(Debug)]
pub struct ExposedFile {
    /// The file.
    pub path: PathBuf,
    /// Its permissions.
    pub mode: u32,
}

impl ExposedFile {
    /// Whether every user of the machine can open it, and not only its group.
    pub fn to_everybody(&self) -> bool {
        self.mode & 0o007 != 0
    }
}

impl fmt::Display for ExposedFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} (mode {:04o})",
            self.path.display(),
            self.mode
        )
    }
}

/// The files of a database that others than their owner can open. None for PostgreSQL, and where files have no mode.
pub fn exposed_files(url: &str) -> Vec<ExposedFile> {
    let Some(path) = url.strip_prefix("sqlite:").and_then(path) else {
        return Vec::new();
    };
    let companions = COMPANIONS.map(|suffix| companion(&path, suffix));
    let all = [path].into_iter().chain(companions);
    all.filter_map(|path| {
        let mode = mode(&path)?;
        (mode & 0o077 != 0).then_some(ExposedFile { path, mode })
    })
    .collect()
}

/// The size of the log beside a SQLite database. `None` where there is none.
pub(super) fn log_bytes(url: &str) -> Option<u64> {
    let log = companion(&path(url.strip_prefix("sqlite:")?)?, "-wal");
    std::fs::metadata(log).ok().map(|log| log.len())
}

/// The file with this ending beside a database.
pub(super) fn companion(database: &Path, suffix: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// The file of a SQLite database.
///
/// Errors: a sentence, for a URL of PostgreSQL, and for one that opens no file to write.
pub(super) fn database_file(url: &str) -> Result<PathBuf, String> {
    let found = url.strip_prefix("sqlite:").and_then(path);
    found.ok_or_else(|| format!("{} names no SQLite file that can be written", redacted(url)))
}

/// Makes an empty file that only its owner can open, unless there is one. To SQLite an empty file is a new database.
///
/// It tells no errors: SQLite meets the same, and tells them.
pub(super) fn make_private(name: &str) {
    if let Some(path) = path(name) {
        let _ = create(&path);
    }
}

#[cfg(unix)]
fn create(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;

    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    options.open(path).map(drop)
}

#[cfg(not(unix))]
fn create(_: &Path) -> std::io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn mode(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;

    let found = std::fs::metadata(path).ok()?;
    Some(found.permissions().mode() & 0o777)
}

#[cfg(not(unix))]
fn mode(_: &Path) -> Option<u32> {
    None
}

/// The path behind SQLite's name of a database: a path, or a `file:` URI. `None` for a URI that SQLite would not make a
/// file for.
fn path(name: &str) -> Option<PathBuf> {
    let Some(uri) = name.strip_prefix("file:") else {
        return Some(PathBuf::from(name));
    };
    let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
    let makes_it = !query
        .split('&')
        .any(|one| one == "mode=ro" || one == "mode=rw");
    let path = path.split_once('#').map_or(path, |(path, _)| path);
    // `file://localhost/path` and `file:///path` name a host, which is this machine.
    let path = match path.strip_prefix("//") {
        Some(rest) => &rest[rest.find('/')?..],
        None => path,
    };
    let path = percent_decode_str(path).decode_utf8().ok()?;
    (makes_it && !path.is_empty()).then(|| PathBuf::from(path.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_databases() {
        for (name, expected) in [
            ("scimd.db", Some("scimd.db")),
            ("/a b/c%20d.db", Some("/a b/c%20d.db")),
            ("file:a%20b.db?cache=private#x", Some("a b.db")),
            ("file:///a/b.db", Some("/a/b.db")),
            ("file://localhost/a/b.db", Some("/a/b.db")),
            ("file:a.db?mode=rwc", Some("a.db")),
            ("file:a.db?mode=ro", None),
            ("file:", None),
        ] {
            assert_eq!(path(name), expected.map(PathBuf::from), "{name}");
        }
    }
}
