//! The state of walks by index: the page of a query that was read last. The pages beside it are then found by their
//! position and not by counting. The table is in the database, because another instance may get the next request.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text};
use sha2::{Digest as _, Sha256};

use super::dialect::Dialect;
use super::error::Result;
use super::note::relaxed;
use super::query::Position;
use super::session::Session;
use super::sql::Sql;

/// Slots of a credential. The digest of a query gives its slot.
const SLOTS: u16 = 4_096;
/// Most walks that one statement forgets.
const FORGOTTEN_AT_ONCE: i64 = 1_000;
/// Walks beside each other in one slot. A new walk takes the lane of the walk that was unused for longest.
const LANES: i32 = 4;

/// The credential that walks, and its query.
#[derive(Debug, Clone)]
pub struct Walker {
    key_id: String,
    query: String,
    slot: i32,
}

/// The page that was read last.
#[derive(Debug, Clone)]
pub struct Walk {
    /// The lane in its slot. `None` for a new walk.
    pub lane: Option<i32>,
    /// 1-based position of its first resource, as the client knows it.
    pub start_index: i64,
    /// The same for the first resource behind the page.
    pub next_index: i64,
    /// The `totalResults` of the page.
    pub total: i64,
    /// The position of its first resource.
    pub first: Position,
    /// The position of its last resource.
    pub last: Position,
}

impl Walker {
    /// The walks of a credential through the query with this signature.
    pub fn new(key_id: &str, signature: &str) -> Self {
        let digest = Sha256::digest(signature.as_bytes());
        Self {
            key_id: key_id.to_owned(),
            query: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
            slot: i32::from(u16::from_be_bytes([digest[0], digest[1]]) % SLOTS),
        }
    }
}

fn written(position: &Position) -> String {
    serde_json::to_string(position).unwrap_or_default()
}

fn read(text: &str) -> Option<Position> {
    serde_json::from_str(text).ok()
}

impl Session<'_> {
    /// The walks of the walker that were used since then, the latest first.
    pub fn walks(&mut self, walker: &Walker, since_ms: i64) -> Result<Vec<Walk>> {
        type Types = (Integer, BigInt, BigInt, BigInt, Text, Text);
        type Columns = (i32, i64, i64, i64, String, String);
        let found = Sql::new("SELECT lane, start_index, next_index, total, first, last FROM walks")
            .then(self.slot_of(walker))
            .sql(" AND query = ")
            .text(&walker.query)
            .sql(" AND at_ms >= ")
            .bigint(since_ms)
            .sql(" ORDER BY at_ms DESC, lane")
            .typed::<Types>()
            .load::<Columns>(self.connection)?;
        let walk = |(lane, start_index, next_index, total, first, last): Columns| {
            Some(Walk {
                lane: Some(lane),
                start_index,
                next_index,
                total,
                first: read(&first)?,
                last: read(&last)?,
            })
        };
        Ok(found.into_iter().filter_map(walk).collect())
    }

    /// Stores the page that the walker has read on the connection that has read it, outside a transaction: as
    /// [`Session::save_walk`] does. Returns `false` on SQLite, where this has to wait for the writer.
    pub fn note_walk(
        &mut self,
        walker: &Walker,
        walk: &Walk,
        at_ms: i64,
        forgotten_ms: i64,
    ) -> Result<bool> {
        if self.dialect() == Dialect::Sqlite {
            return Ok(false);
        }
        self.save_walk(walker, walk, at_ms, forgotten_ms)?;
        Ok(true)
    }

    /// Removes walks of the tenant that were not used since `forgotten_ms`, a limited number of them. Returns whether there may be
    /// more.
    pub fn prune_walks(&mut self, forgotten_ms: i64) -> Result<bool> {
        let removed = self.forget(forgotten_ms).execute(self.connection)?;
        Ok(i64::try_from(removed) == Ok(FORGOTTEN_AT_ONCE))
    }

    /// The statement that removes them. A walk that somebody goes on with at this moment stays.
    fn forget(&self, forgotten_ms: i64) -> Sql {
        // PostgreSQL might run a list of keys again for each row, and then remove more. It makes an array once.
        let (row, key, begin, end) = match self.dialect() {
            Dialect::Postgres => (
                "ctid",
                "ctid",
                " = ANY (ARRAY(",
                " FOR UPDATE SKIP LOCKED))",
            ),
            Dialect::Sqlite => ("(key_id, slot, lane)", "key_id, slot, lane", " IN (", ")"),
        };
        Sql::new("DELETE FROM walks WHERE tenant_id = ")
            .integer(self.tenant.0)
            .sql(format!(
                " AND {row}{begin}SELECT {key} FROM walks WHERE tenant_id = "
            ))
            .integer(self.tenant.0)
            .sql(" AND at_ms < ")
            .bigint(forgotten_ms)
            .sql(" ORDER BY at_ms LIMIT ")
            .bigint(FORGOTTEN_AT_ONCE)
            .sql(end)
    }

    /// Stores the page that the walker has read, and removes walks of the tenant that were not used since `forgotten_ms` when a
    /// walk begins.
    pub fn save_walk(
        &mut self,
        walker: &Walker,
        walk: &Walk,
        at_ms: i64,
        forgotten_ms: i64,
    ) -> Result<()> {
        let dialect = self.dialect();
        let begins = walk.lane.is_none();
        let gone = self.forget(forgotten_ms);
        // After a crash the page is found by counting.
        let (before, from) = relaxed(dialect);
        let before = match dialect {
            Dialect::Postgres if begins => before
                .sql(", gone AS (")
                .then(gone)
                .sql(" AND EXISTS (SELECT FROM relaxed)) "),
            Dialect::Postgres => before,
            Dialect::Sqlite => {
                if begins {
                    gone.execute(self.connection)?;
                }
                before
            }
        };
        let lane = match walk.lane {
            Some(lane) => Sql::default().integer(lane),
            None => self.free_lane(walker),
        };
        before
            .sql("INSERT INTO walks (tenant_id, key_id, slot, lane, query, start_index, next_index, total, first, last, at_ms) SELECT ")
            .integer(self.tenant.0)
            .sql(", ")
            .text(&walker.key_id)
            .sql(", ")
            .integer(walker.slot)
            .sql(", ")
            .then(lane)
            .sql(", ")
            .text(&walker.query)
            .sql(", ")
            .bigint(walk.start_index)
            .sql(", ")
            .bigint(walk.next_index)
            .sql(", ")
            .bigint(walk.total)
            .sql(", ")
            .text(written(&walk.first))
            .sql(", ")
            .text(written(&walk.last))
            .sql(", ")
            .bigint(at_ms)
            .sql(from)
            .sql(
                " WHERE TRUE ON CONFLICT (tenant_id, key_id, slot, lane) DO UPDATE SET query = excluded.query, \
                 start_index = excluded.start_index, next_index = excluded.next_index, total = excluded.total, \
                 first = excluded.first, last = excluded.last, at_ms = excluded.at_ms",
            )
            .execute(self.connection)?;
        Ok(())
    }

    /// A lane without a walk, or the lane of the walk that was unused for longest.
    fn free_lane(&self, walker: &Walker) -> Sql {
        let lanes: Vec<String> = (0..LANES)
            .map(|lane| format!("SELECT {lane} AS lane"))
            .collect();
        Sql::new(format!(
            "(SELECT n.lane FROM ({}) AS n LEFT JOIN walks w ON w.lane = n.lane AND w.tenant_id = ",
            lanes.join(" UNION ALL ")
        ))
        .integer(self.tenant.0)
        .sql(" AND w.key_id = ")
        .text(&walker.key_id)
        .sql(" AND w.slot = ")
        .integer(walker.slot)
        .sql(" ORDER BY coalesce(w.at_ms, -1), n.lane LIMIT 1)")
    }

    fn slot_of(&self, walker: &Walker) -> Sql {
        Sql::new(" WHERE tenant_id = ")
            .integer(self.tenant.0)
            .sql(" AND key_id = ")
            .text(&walker.key_id)
            .sql(" AND slot = ")
            .integer(walker.slot)
    }
}
