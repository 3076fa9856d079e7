//! Rows of changes against the versions of resources: each version since the resource was made has one row, as far as rows
//! are kept.

use std::collections::HashMap;

use super::check::Check;
use super::findings::Findings;
use crate::service::clock::Clock;
use crate::service::settings::Settings;
use crate::store::{FeedEnds, Key, NotedVersion, Result, Store, StoredVersion, Tenant};

/// Resources whose versions are in memory at once. All rows of changes are read once for so many.
const BLOCK: usize = 200_000;
/// Rows that one statement reads.
const PIECE: i64 = 1_000;
/// How much the clocks of instances may differ, and the time of a change from that of its row's place, in milliseconds.
const DISORDER_MS: i64 = 60_000;
/// How often a block is read again because rows were pruned meanwhile.
const ATTEMPTS: u32 = 3;

/// What the rows say of a resource.
struct Known {
    stored: StoredVersion,
    rows: i64,
    lowest: i64,
    highest: i64,
    /// The highest version of all rows. A change that was made after the version was read is beyond it.
    beyond: i64,
}

type Block = HashMap<String, Known>;

pub(super) fn inspect(
    store: &Store,
    clock: Clock,
    tenant: &Tenant,
    until: Key,
    findings: &mut Findings,
) -> Result<()> {
    let retention = Settings::read(&tenant.settings).change_retention;
    let mut after = 0;
    loop {
        let stored = versions(store, tenant, after, until)?;
        let Some(last) = stored.last().map(|last| last.key.0) else {
            return Ok(());
        };
        after = last;
        let looked_at = stored.len();
        let (block, pruned) = noted(store, tenant, stored)?;
        let kept_ms = kept_since_ms(store, tenant, pruned)?;
        let kept_ms = kept_ms.max(retention.ends_ms(clock.now_ms()).unwrap_or(i64::MIN));
        judge(store, tenant, block, pruned, kept_ms, findings)?;
        findings.looked_at(Check::Changes, &tenant.slug, looked_at);
    }
}

/// The versions of the next resources after a key.
fn versions(
    store: &Store,
    tenant: &Tenant,
    mut after: i64,
    until: Key,
) -> Result<Vec<StoredVersion>> {
    let mut found: Vec<StoredVersion> = Vec::new();
    while found.len() < BLOCK {
        let piece = store.read_tenants_blocking(|all| {
            all.session(tenant.id)
                .versions_after(Key(after), until, PIECE)
        })?;
        let Some(last) = piece.last() else { break };
        after = last.key.0;
        found.extend(piece);
    }
    Ok(found)
}

/// What the rows say of these resources, and the last position that was pruned before all of them were read.
fn noted(store: &Store, tenant: &Tenant, stored: Vec<StoredVersion>) -> Result<(Block, i64)> {
    let known = |stored: StoredVersion| Known {
        stored,
        rows: 0,
        lowest: i64::MAX,
        highest: 0,
        beyond: 0,
    };
    let mut block: Block = stored
        .into_iter()
        .map(|stored| (stored.id.clone(), known(stored)))
        .collect();
    let mut attempt = 0;
    loop {
        attempt += 1;
        let FeedEnds {
            pruned: before,
            newest,
            ..
        } = ends(store, tenant)?;
        let mut after = 0;
        // The rows of the versions that were read are there already.
        while after < newest {
            let piece = store
                .read_tenants_blocking(|all| all.session(tenant.id).noted_after(after, PIECE))?;
            let Some(last) = piece.last() else { break };
            after = last.position;
            piece.iter().for_each(|row| note(&mut block, row));
        }
        let pruned = ends(store, tenant)?.pruned;
        if pruned == before || attempt == ATTEMPTS {
            return Ok((block, pruned));
        }
        for known in block.values_mut() {
            (known.rows, known.lowest, known.highest, known.beyond) = (0, i64::MAX, 0, 0);
        }
    }
}

fn ends(store: &Store, tenant: &Tenant) -> Result<FeedEnds> {
    store.read_tenants_blocking(|all| all.session(tenant.id).feed_ends())
}

fn note(block: &mut Block, row: &NotedVersion) {
    let Some(known) = block.get_mut(&row.id) else {
        return;
    };
    known.beyond = known.beyond.max(row.version);
    if row.version > known.stored.version {
        return;
    }
    known.rows += 1;
    known.lowest = known.lowest.min(row.version);
    known.highest = known.highest.max(row.version);
}

/// The time since when every row is certainly kept.
fn kept_since_ms(store: &Store, tenant: &Tenant, pruned: i64) -> Result<i64> {
    if pruned == 0 {
        return Ok(i64::MIN);
    }
    let first = store.read_tenants_blocking(|all| all.session(tenant.id).first_noted_ms(pruned))?;
    Ok(first.map_or(i64::MAX, |first_ms| first_ms.saturating_add(DISORDER_MS)))
}

fn judge(
    store: &Store,
    tenant: &Tenant,
    block: Block,
    pruned: i64,
    kept_ms: i64,
    findings: &mut Findings,
) -> Result<()> {
    let mut wrong: Vec<(Known, &'static str)> = Vec::new();
    for known in block.into_values() {
        if let Some(reason) = reason(&known, pruned, kept_ms) {
            wrong.push((known, reason));
        }
    }
    wrong.sort_by_key(|(known, _)| known.stored.key.0);
    for (known, reason) in wrong {
        let now = store
            .read_tenants_blocking(|all| all.session(tenant.id).version_now(known.stored.key))?;
        // It is gone, or the version was moved after it was read, as its rows say.
        let Some(now) = now else { continue };
        if now != known.stored.version && now >= known.beyond {
            continue;
        }
        let StoredVersion {
            resource_type, id, ..
        } = &known.stored;
        findings.fault(
            Check::Changes,
            format!("{}/{resource_type}/{id}: {reason}", tenant.slug),
        );
    }
    Ok(())
}

/// What is wrong with the rows of a resource.
fn reason(known: &Known, pruned: i64, kept_ms: i64) -> Option<&'static str> {
    let version = known.stored.version;
    if known.beyond > version {
        return Some("a row of changes names a later version than the resource has");
    }
    if known.rows == 0 {
        let is_kept = known.stored.last_modified_ms >= kept_ms;
        return is_kept.then_some("the row of its version is missing");
    }
    if known.highest < version {
        return Some("the row of its version is missing");
    }
    let is_whole = known.rows == known.highest - known.lowest + 1;
    let begins = known.lowest == 1 || pruned > 0;
    (!is_whole || !begins).then_some("rows of earlier versions are missing")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(version: i64, rows: &[i64], pruned: i64, kept_ms: i64) -> Option<&'static str> {
        let stored = StoredVersion {
            key: Key(1),
            resource_type: "User".to_owned(),
            id: "a".to_owned(),
            version,
            last_modified_ms: 100,
        };
        let known = Known {
            stored,
            rows: 0,
            lowest: i64::MAX,
            highest: 0,
            beyond: 0,
        };
        let mut block = Block::from([("a".to_owned(), known)]);
        for (position, version) in rows.iter().enumerate() {
            let row = NotedVersion {
                position: position as i64,
                id: "a".to_owned(),
                version: *version,
            };
            note(&mut block, &row);
        }
        reason(&block["a"], pruned, kept_ms)
    }

    #[test]
    fn rows_and_versions() {
        for (version, rows, pruned, kept_ms, expected) in [
            (1, &[1][..], 0, i64::MIN, None),
            // By position, which is not always the order of the versions.
            (3, &[1, 3, 2], 0, i64::MIN, None),
            (3, &[1, 2], 0, i64::MIN, Some("the row of its version")),
            (3, &[1, 3], 0, i64::MIN, Some("rows of earlier")),
            (3, &[2, 3], 0, i64::MIN, Some("rows of earlier")),
            (3, &[2, 3], 9, i64::MIN, None),
            (3, &[], 0, i64::MIN, Some("the row of its version")),
            (3, &[], 9, 200, None),
            (3, &[], 9, 50, Some("the row of its version")),
            (1, &[1, 2], 0, i64::MIN, Some("a row of changes names")),
        ] {
            let found = told(version, rows, pruned, kept_ms);
            let is_right = match (found, expected) {
                (Some(found), Some(begins)) => found.starts_with(begins),
                (None, None) => true,
                _ => false,
            };
            assert!(is_right, "{version} {rows:?} {pruned}: {found:?}");
        }
    }
}
