//! Which migrations have not run yet.

use diesel::backend::Backend;
use diesel::migration::Migration;
use diesel_migrations::MigrationHarness;

use super::failure::{Outcome, sentence};

/// Migrations for one of the databases.
pub(super) type Migrations<DB> = Vec<Box<dyn Migration<DB>>>;

/// Those that have not run yet, the oldest first.
///
/// Errors: a database that only knows migrations that are older than these. Its tables have our names, so the first migration
/// would fail without a reason that helps.
pub(super) fn pending<DB: Backend>(
    connection: &mut impl MigrationHarness<DB>,
    mut migrations: Migrations<DB>,
) -> Outcome<Migrations<DB>> {
    let applied = connection.applied_migrations().map_err(sentence)?;
    let oldest = migrations.iter().map(|one| one.name().version()).min();
    if let (Some(newest_applied), Some(oldest)) = (applied.iter().max(), oldest)
        && *newest_applied < oldest
    {
        return Err(format!(
            "its tables were made by an earlier state of scimd (migration {newest_applied}), which was never released; make a new database"
        ));
    }
    migrations.retain(|one| !applied.contains(&one.name().version()));
    migrations.sort_by_key(|one| one.name().version().as_owned());
    Ok(migrations)
}

/// Their names.
pub(super) fn names<DB: Backend>(migrations: &Migrations<DB>) -> Vec<String> {
    migrations
        .iter()
        .map(|one| one.name().to_string())
        .collect()
}
