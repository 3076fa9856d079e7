//! `scimd migrate`

use super::terminal::{Outcome, say};
use crate::config::GlobalArgs;
use crate::service::migrate;

pub(super) fn run(global: &GlobalArgs) -> Outcome {
    let ran = migrate(&global.database_url)?;
    if ran.is_empty() {
        return say("the database is up to date");
    }
    ran.iter().try_for_each(|name| say(&format!("ran {name}")))
}
