//! Directories with the migrations of versions.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use super::database::unique_name;

/// The last migration of the version before this one. Until the first release it is the newest one: what came before it makes
/// tables anew, while every instance is stopped. `tests/tidy/migrations.rs` has the same.
const BASELINE: &str = "2026-11-30-000000_documents_as_text";

/// A directory with migrations. It vanishes with the value.
pub(crate) struct Version(PathBuf);

impl Version {
    /// The tables that the version before this one knows.
    pub(crate) fn before() -> Self {
        let version = Self::empty();
        version.add(&of_the_program(), |name| name <= BASELINE);
        version
    }

    /// The tables of this version.
    pub(crate) fn this() -> Self {
        let version = Self::empty();
        version.add(&of_the_program(), |_| true);
        version
    }

    /// The tables of this version, and then the steps.
    pub(crate) fn next() -> Self {
        let version = Self::this();
        version.add(&root().join("tests/upgrade/steps"), |_| true);
        version
    }

    /// The tables of this version, and then one migration.
    pub(crate) fn with(name: &str, up: &str) -> Self {
        let version = Self::this();
        let folder = version.0.join(name);
        fs::create_dir(&folder).expect("a folder for the migration");
        fs::write(folder.join("up.sql"), up).expect("a file for the migration");
        version
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    fn empty() -> Self {
        let directory = env::temp_dir().join(unique_name());
        fs::create_dir(&directory).expect("a directory for migrations");
        Self(directory)
    }

    fn add(&self, from: &Path, wanted: impl Fn(&str) -> bool) {
        for entry in fs::read_dir(from).expect("a directory of migrations") {
            let entry = entry.expect("an entry");
            let name = entry.file_name().into_string().expect("a name");
            if entry.path().is_dir() && wanted(&name) {
                copy(&entry.path(), &self.0.join(name));
            }
        }
    }
}

impl Drop for Version {
    fn drop(&mut self) {
        // What cannot be removed is litter, not a failed test.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).expect("a folder for the migration");
    for entry in fs::read_dir(from).expect("the migration") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name");
        fs::copy(&path, to.join(name)).expect("a copy of the file");
    }
}

fn of_the_program() -> PathBuf {
    root().join("migrations/postgres")
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
