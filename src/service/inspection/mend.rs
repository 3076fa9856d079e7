//! Mends what follows from documents, a piece in a transaction.

use super::check::Check;
use super::findings::Findings;
use super::view::View;
use super::wanted::{place, strangers as told_strangers, wanted};
use crate::store::{Inspected, Key, Result, Session, Store, StoreError, TenantId, Tenants};

/// What became of a fault: the check, what is told, whether it is mended.
type Done = (Check, String, bool);

/// Mends columns and index entries of these resources. Each is looked at once more under a lock.
pub(super) fn resources(
    store: &Store,
    slug: &str,
    tenant: TenantId,
    keys: &[Key],
    findings: &mut Findings,
) -> Result<()> {
    if keys.is_empty() {
        return Ok(());
    }
    let done = store.over_tenants_blocking(|all| {
        let mut done = Vec::new();
        for key in keys {
            let found = all.session(tenant).inspect_for_update(*key)?;
            if let Some(found) = found {
                done.extend(resource(all, slug, tenant, &found)?);
            }
        }
        Ok(done)
    })?;
    for (check, told, is_mended) in done {
        match is_mended {
            true => findings.mended(check, 1, told),
            false => findings.fault(check, told),
        }
    }
    Ok(())
}

fn resource(
    all: &mut Tenants<'_>,
    slug: &str,
    tenant: TenantId,
    found: &Inspected,
) -> Result<Vec<Done>> {
    // The definitions of now: a change of them waits for the lock, or was made before it.
    let Some(view) = View::of(all, slug, None)? else {
        return Ok(Vec::new());
    };
    let Ok(wanted) = wanted(&view.registry, found) else {
        return Ok(Vec::new());
    };
    let session = &mut all.session(tenant);
    let mut done = Vec::new();
    let columns = found.wrong_columns(&wanted);
    if !columns.is_empty() {
        let written = attempt(session, |session| session.mend_columns(found, &wanted))?;
        let told = format!("{}: {}", place(slug, found), columns.join(", "));
        done.push(match written {
            true => (Check::Columns, told, true),
            false => (
                Check::Columns,
                format!("{told}; another resource has its unique value"),
                false,
            ),
        });
    }
    if !found.is_indexed(&wanted) {
        session.mend_entries(found, &wanted)?;
        let told = format!("{}: its entries", place(slug, found));
        done.push((Check::Values, told, true));
    }
    Ok(done)
}

/// Whether a write went through. It did not when another resource has a unique value.
fn attempt(
    session: &mut Session<'_>,
    write: impl FnOnce(&mut Session<'_>) -> Result<()>,
) -> Result<bool> {
    match session.attempt(write)? {
        Ok(()) => Ok(true),
        Err(StoreError::UniqueViolation) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Removes index entries of keys that no resource has.
pub(super) fn strangers(
    store: &Store,
    slug: &str,
    tenant: TenantId,
    keys: &[(Key, u64)],
    findings: &mut Findings,
) -> Result<()> {
    for (key, entries) in keys {
        store.over_tenants_blocking(|all| all.session(tenant).remove_strangers(*key))?;
        findings.mended(
            Check::Values,
            *entries,
            told_strangers(slug, *key, *entries),
        );
    }
    Ok(())
}
