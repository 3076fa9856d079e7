//! All checks in turn.

use super::check::Check;
use super::findings::{Examined, Findings};
use super::view::View;
use super::{changes, counts, edges, orphans, resources};
use crate::service::clock::Clock;
use crate::service::tenants;
use crate::store::{Result, Store, StoreError, Tenant};

/// Looks at everything that is stored of one tenant or of all. `repair` also mends what follows from something else.
///
/// Errors: 404 for the tenant; the database.
pub(in crate::service) fn inspect(
    store: &Store,
    clock: Clock,
    slug: Option<&str>,
    repair: bool,
) -> Result<Vec<Examined>> {
    let mut findings = Findings::new();
    let chosen = match slug {
        Some(slug) => vec![store.upkeep(|all| tenants::find(all, slug))?],
        None => {
            orphans::inspect(store, repair, &mut findings)?;
            store.upkeep(|all| all.all())?
        }
    };
    for fault in store.upkeep(|all| all.told_faults())? {
        findings.fault(Check::Indexes, fault);
    }
    findings.looked_at(Check::Indexes, "", 1);
    for tenant in &chosen {
        inspect_tenant(store, clock, tenant, repair, &mut findings)?;
    }
    Ok(findings.into_examined())
}

fn inspect_tenant(
    store: &Store,
    clock: Clock,
    tenant: &Tenant,
    repair: bool,
    findings: &mut Findings,
) -> Result<()> {
    let slug = &tenant.slug;
    findings.looked_at(Check::Definitions, slug, 1);
    // What comes while this looks is not waited for: a busy server would be ahead for ever.
    let until = store.read_tenants_blocking(|all| all.session(tenant.id).last_key())?;
    match store.read_tenants_blocking(|all| View::of(all, slug, None)) {
        Ok(None) => return Ok(()),
        Ok(Some(view)) => {
            resources::inspect(store, tenant, view.clone(), until, repair, findings)?;
            edges::inspect(store, tenant, &view, until, findings)?;
        }
        // Without its definitions nobody knows what its documents should be.
        Err(StoreError::Scim(error)) => {
            findings.fault(Check::Definitions, format!("{slug}: {error}"));
        }
        Err(error) => return Err(error),
    }
    counts::inspect(store, slug, tenant.id, repair, findings)?;
    changes::inspect(store, clock, tenant, until, findings)
}
