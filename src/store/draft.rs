//! A file on its way to its place: private, under a name of its own in the same directory, and there as a whole or not
//! at all.

use std::fs::{File, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

type Outcome<T = ()> = std::result::Result<T, String>;

/// A file that is not in its place yet. It disappears with the value.
pub(super) struct Draft {
    file: NamedTempFile,
    target: PathBuf,
}

impl Draft {
    /// An empty file beside its place. Only its owner can open it.
    ///
    /// Errors: a sentence for the operator.
    pub(super) fn of(target: &Path) -> Outcome<Self> {
        // An absolute path is no URI to SQLite, whatever its first letters are.
        let target = std::path::absolute(target).map_err(|error| cannot(target, &error))?;
        let directory = target.parent().unwrap_or(&target);
        let file = tempfile::Builder::new()
            .prefix(".scimd-")
            .suffix(".partial")
            .tempfile_in(directory)
            .map_err(|error| cannot(&target, &error))?;
        Ok(Self { file, target })
    }

    /// Where it is now.
    pub(super) fn path(&self) -> &Path {
        self.file.path()
    }

    /// Writes what another file holds.
    pub(super) fn fill(&mut self, from: &Path) -> Outcome {
        let mut source =
            File::open(from).map_err(|error| format!("cannot read {}: {error}", from.display()))?;
        io::copy(&mut source, self.file.as_file_mut())
            .map(drop)
            .map_err(|error| cannot(&self.target, &error))
    }

    /// Gives it the owner and the permissions of the file whose place it takes.
    pub(super) fn take_after(&self, other: &Metadata) -> Outcome {
        own(self.file.as_file(), other)
            .and_then(|()| self.file.as_file().set_permissions(other.permissions()))
            .map_err(|error| {
                let target = self.target.display();
                format!("cannot give the new file the owner and permissions of {target}: {error}; run this as its owner")
            })
    }

    /// Brings it to the disk. What can fail for want of room then has failed.
    pub(super) fn sync(&self) -> Outcome {
        let synced = self.file.as_file().sync_all();
        synced.map_err(|error| cannot(&self.target, &error))
    }

    /// Puts it in its place, so that a power cut finds it there as a whole. `replace` says whether a file may be there.
    pub(super) fn put(self, replace: bool) -> Outcome {
        let Self { file, target } = self;
        let failed = |error: io::Error| cannot(&target, &error);
        file.as_file().sync_all().map_err(failed)?;
        let put = match replace {
            true => file.persist(&target),
            false => file.persist_noclobber(&target),
        };
        put.map_err(|error| failed(error.error))?;
        sync_directory(&target).map_err(failed)
    }
}

fn cannot(target: &Path, error: &io::Error) -> String {
    format!("cannot write {}: {error}", target.display())
}

#[cfg(unix)]
fn own(file: &File, other: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, fchown};

    let mine = file.metadata()?;
    if (mine.uid(), mine.gid()) == (other.uid(), other.gid()) {
        return Ok(());
    }
    fchown(file, Some(other.uid()), Some(other.gid()))
}

#[cfg(not(unix))]
fn own(_: &File, _: &Metadata) -> io::Result<()> {
    Ok(())
}

/// Makes the names of a directory survive a power cut.
#[cfg(unix)]
pub(super) fn sync_directory(inside: &Path) -> io::Result<()> {
    match inside.parent() {
        Some(directory) => File::open(directory)?.sync_all(),
        None => Ok(()),
    }
}

#[cfg(not(unix))]
pub(super) fn sync_directory(_: &Path) -> io::Result<()> {
    Ok(())
}
