//! `scimd restore`

use super::terminal::{Outcome, held, say};
use crate::config::{GlobalArgs, RestoreArgs};
use crate::service::{redacted, restore};

pub(super) fn run(global: &GlobalArgs, args: &RestoreArgs) -> Outcome {
    let restored = restore(&global.database_url, &args.file, args.force)?;
    let holdings = &restored.holdings;
    say(&format!(
        "restored {} from {}",
        redacted(&global.database_url),
        args.file.display()
    ))?;
    say(&format!("checked: {}", held(holdings)))?;
    if let Some(kept) = &restored.kept {
        say(&format!("the database before is {}", kept.display()))?;
    }
    if !holdings.pending.is_empty() {
        say(&format!(
            "the next start runs migrations: {}",
            holdings.pending.join(", ")
        ))?;
    }
    say(
        "next: start scimd. Tokens are those of the back-up: revoke again what was revoked after it. Start a full \
         synchronisation at the identity provider",
    )
}
