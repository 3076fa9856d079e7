//! Positions: the places of changes in the feed of a tenant, as SQL.
//!
//! On PostgreSQL a position is made of the number of the transaction and of a number inside the transaction. So a reader can
//! know that it has seen all changes up to a position: those of transactions that are older than every running one. On SQLite
//! there is one writer at a time, and the database numbers the rows.

use super::dialect::Dialect;

/// Bits of a position that number the rows of one transaction. The views have the same number.
const ORDINAL_BITS: u32 = 20;
/// Most rows of one transaction.
pub(super) const ORDINAL_MAX: i64 = (1 << ORDINAL_BITS) - 1;

/// The position of the row with this number in the present transaction, on PostgreSQL. `t` is the tenant's row.
pub(super) fn new_position(ordinal: &str) -> String {
    format!(
        "((pg_current_xact_id()::text::bigint + t.changes_shift) << {ORDINAL_BITS}) + {ordinal}"
    )
}

/// The condition under which a reader may see a change `c` of the tenant `t`: every change with a lower position is there.
pub(super) fn is_settled(dialect: Dialect) -> String {
    match dialect {
        Dialect::Postgres => format!(
            "c.position < ((pg_snapshot_xmin(pg_current_snapshot())::text::bigint + t.changes_shift) << {ORDINAL_BITS})"
        ),
        Dialect::Sqlite => "TRUE".to_owned(),
    }
}

/// Raises what positions add to the numbers of transactions, where positions are ahead of them: a dump was restored into
/// another cluster, which counts its own transactions. Otherwise new changes would stand before old ones. For PostgreSQL.
pub(super) fn raise() -> String {
    format!(
        "WITH known AS (
             SELECT t.id, greatest(t.changes_pruned, (SELECT max(c.position) FROM changes c WHERE c.tenant_id = t.id))
                          >> {ORDINAL_BITS} AS last
             FROM tenants t
         ), transactions AS (
             SELECT pg_snapshot_xmin(s)::text::bigint AS oldest, pg_snapshot_xmax(s)::text::bigint AS next
             FROM pg_current_snapshot() s
         )
         UPDATE tenants t SET changes_shift = known.last + 1 - transactions.oldest
         FROM known, transactions WHERE known.id = t.id AND known.last >= transactions.next + t.changes_shift"
    )
}
