//! Arguments of the commands that save a database and bring it back.

use std::path::PathBuf;

use clap::Args;

pub(super) const BACKUP_EXAMPLES: &str = "Examples:
  scimd backup /backup/scimd.db                       the SQLite database of --database-url, while scimd serves
  scimd backup /backup/scimd-$(date +%F).db           one for each day, from cron or a systemd timer
  scimd backup --force /backup/last.db                over the one before
  scimd doctor --deep --database-url sqlite:/backup/scimd.db   look into a back-up";

pub(super) const RESTORE_EXAMPLES: &str = "Examples:
  systemctl stop scimd
  scimd restore /backup/scimd.db                      into the SQLite database of --database-url
  systemctl start scimd

The database before is kept beside the new one as NAME.before-restore-TIME. To go back: scimd restore NAME.before-restore-TIME";

/// What to back up into.
#[derive(Debug, Args)]
pub struct BackupArgs {
    /// The file to write; only you will be able to open it
    pub file: PathBuf,
    /// Replace the file if it exists; no environment variable does that
    #[arg(long)]
    pub force: bool,
}

/// What to restore.
#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// The back-up; it stays as it is
    pub file: PathBuf,
    /// Restore also when the present database cannot be opened, as when it is damaged. Nobody can tell then whether a
    /// process uses it: stop scimd before. It never overrules a process that is known to use it
    #[arg(long)]
    pub force: bool,
}
