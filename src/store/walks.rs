//! Where walks by index are: the page that was read last of a query, so that its neighbours are found by their place and not
//! by counting. In the database, because the next page may be asked of another instance.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

use super::error::Result;
use super::query::Position;
use super::{Dialect, Session, Sql};

/// Slots of a credential: queries share them by their digest.
const SLOTS: u16 = 4_096;
/// Walks side by side in one slot. A new one takes the place of the one that was gone on with longest ago.
const PLACES: i32 = 4;

/// Who walks, and through what.
#[derive(Debug, Clone)]
pub struct Walker {
    key_id: String,
    query: String,
    slot: i32,
}

/// The page that was read last.
#[derive(Debug, Clone)]
pub struct Walk {
    /// Where it is kept; `None` for a walk that begins.
    pub place: Option<i32>,
    /// 1-based position of its first resource, as the client knows it.
    pub start_index: i64,
    /// That of the first resource behind it.
    pub next_index: i64,
    /// What `totalResults` said.
    pub total: i64,
    /// The place of its first resource.
    pub first: Position,
    /// The place of its last resource.
    pub last: Position,
}

impl Walker {
    /// The walks of a credential through the query of this signature.
    pub fn new(key_id: &str, signature: &str) -> Self {
        let digest = Sha256::digest(signature.as_bytes());
        Self {
            key_id: key_id.to_owned(),
            query: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
            slot: i32::from(u16::from_be_bytes([digest[0], digest[1]]) % SLOTS),
        }
    }
}

fn written(place: &impl Serialize) -> String {
    serde_json::to_string(place).unwrap_or_default()
}

fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text).ok()
}

impl Session<'_> {
    /// The walks of the walker that went on since, the latest first.
    pub fn walks(&mut self, walker: &Walker, since_ms: i64) -> Result<Vec<Walk>> {
        type Types = (Integer, BigInt, BigInt, BigInt, Text, Text);
        type Columns = (i32, i64, i64, i64, String, String);
        let found =
            Sql::new("SELECT place, start_index, next_index, total, first, last FROM walks")
                .then(self.slot_of(walker))
                .sql(" AND query = ")
                .text(&walker.query)
                .sql(" AND at_ms >= ")
                .bigint(since_ms)
                .sql(" ORDER BY at_ms DESC, place")
                .typed::<Types>()
                .load::<Columns>(self.connection)?;
        let walk = |(place, start_index, next_index, total, first, last): Columns| {
            Some(Walk {
                place: Some(place),
                start_index,
                next_index,
                total,
                first: read(&first)?,
                last: read(&last)?,
            })
        };
        Ok(found.into_iter().filter_map(walk).collect())
    }

    /// Remembers the page that the walker has read.
    pub fn save_walk(&mut self, walker: &Walker, walk: &Walk, at_ms: i64) -> Result<()> {
        let place = match walk.place {
            Some(place) => place,
            None => self.free_place(walker)?,
        };
        // Nobody waits for the disk: what a crash loses is found by counting.
        let (relaxed, from) = match self.dialect() {
            Dialect::Postgres => (
                "WITH relaxed AS (SELECT set_config('synchronous_commit', 'off', TRUE)) ",
                " FROM relaxed",
            ),
            Dialect::Sqlite => ("", ""),
        };
        Sql::new(relaxed)
            .sql("INSERT INTO walks (tenant_id, key_id, slot, place, query, start_index, next_index, total, first, last, at_ms) SELECT ")
            .integer(self.tenant.0)
            .sql(", ")
            .text(&walker.key_id)
            .sql(", ")
            .integer(walker.slot)
            .sql(", ")
            .integer(place)
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
                " WHERE TRUE ON CONFLICT (tenant_id, key_id, slot, place) DO UPDATE SET query = excluded.query, \
                 start_index = excluded.start_index, next_index = excluded.next_index, total = excluded.total, \
                 first = excluded.first, last = excluded.last, at_ms = excluded.at_ms",
            )
            .execute(self.connection)?;
        Ok(())
    }

    /// A place that nobody has, or the one that was gone on with longest ago.
    fn free_place(&mut self, walker: &Walker) -> Result<i32> {
        let taken = Sql::new("SELECT place FROM walks")
            .then(self.slot_of(walker))
            .sql(" ORDER BY at_ms, place")
            .typed::<Integer>()
            .load::<i32>(self.connection)?;
        let free = (0..PLACES).find(|place| !taken.contains(place));
        Ok(free.or(taken.first().copied()).unwrap_or(0))
    }

    fn slot_of(&self, walker: &Walker) -> Sql {
        Sql::new(" WHERE tenant_id = ")
            .integer(self.tenant.0)
            .sql(" AND key_id = ")
            .text(&walker.key_id)
            .sql(" AND slot = ")
            .integer(walker.slot)
    }

    /// Forgets the walks of the tenant that nobody has gone on with since.
    pub fn forget_walks(&mut self, before_ms: i64) -> Result<()> {
        Sql::new("DELETE FROM walks WHERE tenant_id = ")
            .integer(self.tenant.0)
            .sql(" AND at_ms < ")
            .bigint(before_ms)
            .execute(self.connection)?;
        Ok(())
    }
}
