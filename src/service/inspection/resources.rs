//! Documents against schemas, and what is stored beside a document against the document.

use std::sync::Arc;

use scim::registry::Registry;

use super::check::Check;
use super::findings::Findings;
use super::mend;
use super::view::View;
use super::wanted::{place, strangers, wanted};
use crate::store::{Key, Piece, Result, Store, Tenant};

pub(super) fn inspect(
    store: &Store,
    tenant: &Tenant,
    mut view: View,
    until: Key,
    repair: bool,
    findings: &mut Findings,
) -> Result<()> {
    let (slug, tenant) = (tenant.slug.as_str(), tenant.id);
    let mut after = Some(Key(0));
    while let Some(key) = after {
        let read = store.read_tenants_blocking(|all| {
            let Some(view) = View::of(all, slug, Some(&view))? else {
                return Ok(None);
            };
            let piece = all.session(tenant).inspect_after(key, until)?;
            Ok(Some((view, piece)))
        })?;
        let Some((seen, piece)) = read else {
            return Ok(());
        };
        view = seen;
        let wrong = judge(slug, &view.registry, &piece, repair, findings);
        if repair {
            mend::resources(store, slug, tenant, &wrong, findings)?;
            mend::strangers(store, slug, tenant, &piece.strangers, findings)?;
        }
        after = piece.last;
    }
    Ok(())
}

/// Looks at a piece. Returns the keys of the resources whose columns or values are to be mended; those are told when that
/// is done.
fn judge(
    slug: &str,
    registry: &Arc<Registry>,
    piece: &Piece,
    repair: bool,
    findings: &mut Findings,
) -> Vec<Key> {
    let mut wrong = Vec::new();
    for one in &piece.resources {
        let place = place(slug, one);
        let wanted = match wanted(registry, one) {
            Ok(wanted) => wanted,
            Err(reason) => {
                findings.fault(Check::Documents, format!("{place}: {reason}"));
                continue;
            }
        };
        let columns = one.wrong_columns(&wanted);
        let is_indexed = one.is_indexed(&wanted);
        if columns.is_empty() && is_indexed {
            continue;
        }
        if repair {
            wrong.push(one.key);
            continue;
        }
        if !columns.is_empty() {
            findings.fault(Check::Columns, format!("{place}: {}", columns.join(", ")));
        }
        if !is_indexed {
            findings.fault(
                Check::Values,
                format!("{place}: its entries are not those of its document"),
            );
        }
    }
    if !repair {
        for (key, entries) in &piece.strangers {
            findings.faults(Check::Values, *entries, strangers(slug, *key, *entries));
        }
    }
    for check in [Check::Documents, Check::Columns, Check::Values] {
        findings.looked_at(check, slug, piece.resources.len());
    }
    wrong
}
