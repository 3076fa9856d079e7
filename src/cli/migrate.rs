//! `scimd migrate`

use super::terminal::{Outcome, say};
use crate::config::GlobalArgs;
use crate::service::migrate;

pub(super) fn run(global: &GlobalArgs) -> Outcome {
    let ran = migrate(&global.database_url)?;
    for name in &ran {
        log::info!("ran migration {name}");
    }
    if ran.is_empty() {
        return say("the database is up to date");
    }
    say(&format!(
        "the database is up to date: {} migrations ran",
        ran.len()
    ))
}
