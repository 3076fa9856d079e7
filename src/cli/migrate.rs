//! `scimd migrate`

use super::{Outcome, say};
use crate::config::GlobalArgs;
use crate::store::{DbConnection, Pool, migrate, redacted};

pub(super) fn run(global: &GlobalArgs) -> Outcome {
    let ran = bring_up(global)?;
    if ran.is_empty() {
        return say("the database is up to date");
    }
    ran.iter().try_for_each(|name| say(&format!("ran {name}")))
}

/// Runs what has not run yet; the names of it.
pub(super) fn bring_up(global: &GlobalArgs) -> Outcome<Vec<String>> {
    // Opening a pool checks the URL with a sentence of its own.
    drop(Pool::open(&global.database_url, 1)?);
    let shown = redacted(&global.database_url);
    let mut connection = DbConnection::establish_url(&global.database_url)
        .map_err(|error| format!("cannot connect to {shown}: {error}"))?;
    migrate(&mut connection).map_err(|error| format!("migrating {shown} failed: {error}"))
}
