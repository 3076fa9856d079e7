//! An account that is not root, for what root is not told no, and for PostgreSQL, which refuses to run as root.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

/// Who may run what root should not: the account of PostgreSQL's package, or one that owns nothing.
const NAMES: [&str; 2] = ["postgres", "nobody"];

/// An account of this machine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Account {
    uid: u32,
    gid: u32,
}

impl Account {
    /// `None` when we are not root ourselves, as the owner of this directory of ours tells: then our own account will do.
    pub(crate) fn unprivileged(directory: &Path) -> Option<Self> {
        let own = fs::metadata(directory).expect("a directory of the test");
        if own.uid() != 0 {
            return None;
        }
        let accounts = fs::read_to_string("/etc/passwd").expect("the accounts of this machine");
        let named = |name: &str| accounts.lines().find_map(|line| Self::parse(line, name));
        let found = NAMES.into_iter().find_map(named);
        Some(found.unwrap_or_else(|| panic!("root needs one of the accounts {NAMES:?}")))
    }

    /// `name:x:UID:GID:…`
    fn parse(line: &str, name: &str) -> Option<Self> {
        let fields: Vec<&str> = line.split(':').collect();
        (fields.first() == Some(&name)).then_some(())?;
        Some(Self {
            uid: fields.get(2)?.parse().ok()?,
            gid: fields.get(3)?.parse().ok()?,
        })
    }

    pub(crate) fn owns(self, path: &Path) {
        chown(path, Some(self.uid), Some(self.gid)).expect("root may give files away");
    }

    pub(crate) fn runs(self, command: &mut Command) {
        command.uid(self.uid).gid(self.gid);
    }
}
