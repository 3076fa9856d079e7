//! Rows that belong to nobody.

use super::check::Check;
use super::findings::Findings;
use crate::store::{Result, Store};

/// What follows from documents: nobody misses it.
const DERIVED: &str = "indexed_values";

pub(super) fn inspect(store: &Store, repair: bool, findings: &mut Findings) -> Result<()> {
    let found = store.read_tenants_blocking(|all| all.orphans())?;
    findings.looked_at(Check::Orphans, "", found.len());
    for orphans in found.iter().filter(|found| found.rows > 0) {
        let told = format!("{}: {} rows belong to nobody", orphans.table, orphans.rows);
        if repair && orphans.table == DERIVED {
            store.over_tenants_blocking(|all| all.remove_entries_of_no_tenant())?;
            findings.mended(Check::Orphans, orphans.rows, told);
        } else {
            findings.faults(Check::Orphans, orphans.rows, told);
        }
    }
    Ok(())
}
