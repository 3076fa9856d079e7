//! Counters of resources against the resources.

use super::check::Check;
use super::findings::Findings;
use crate::store::{Count, Result, Store, TenantId};

pub(super) fn inspect(
    store: &Store,
    slug: &str,
    tenant: TenantId,
    repair: bool,
    findings: &mut Findings,
) -> Result<()> {
    let counts = store.read_tenants_blocking(|all| all.session(tenant).inspect_counts())?;
    findings.looked_at(Check::Counts, slug, counts.len());
    let wrong: Vec<&Count> = counts.iter().filter(|one| one.there != one.told).collect();
    if repair && !wrong.is_empty() {
        store.over_tenants_blocking(|all| all.session(tenant).mend_counts())?;
    }
    for one in wrong {
        let told = format!(
            "{slug}/{}: {} are counted, {} are there",
            one.resource_type, one.told, one.there
        );
        match repair {
            true => findings.mended(Check::Counts, 1, told),
            false => findings.fault(Check::Counts, told),
        }
    }
    Ok(())
}
