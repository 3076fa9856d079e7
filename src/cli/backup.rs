//! `scimd backup`

use super::terminal::{Outcome, held, say};
use crate::config::{BackupArgs, GlobalArgs};
use crate::service::{back_up, redacted};

pub(super) fn run(global: &GlobalArgs, args: &BackupArgs) -> Outcome {
    let file = args.file.display();
    let holdings = back_up(&global.database_url, &args.file, args.force)?;
    let database = redacted(&global.database_url);
    say(&format!("backed up {database} to {file}"))?;
    say(&format!("checked: {}", held(&holdings)))?;
    say(&format!(
        "to restore: stop scimd, then scimd restore {file} --database-url {database}"
    ))
}
