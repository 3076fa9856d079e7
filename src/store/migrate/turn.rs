//! The turn of a migrating instance on PostgreSQL: an advisory lock, held by a session of its own.

use std::thread;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection as _;
use diesel::sql_types::{BigInt, Bool};
use diesel::{Connection as _, PgConnection, QueryableByName, RunQueryDsl as _, sql_query};

use super::blockers::{holder, named};
use super::failure::{Outcome, sentence};
use super::waits::Waits;

/// The number of the lock: "scimd" in ASCII. Each schema has its own.
const LOCK: i64 = 0x0073_6369_6d64;
/// How often an instance asks for its turn.
const EVERY: Duration = Duration::from_millis(200);
/// How often it says that it waits.
const TOLD_EVERY: Duration = Duration::from_secs(10);

/// The turn. It ends with the session.
pub(super) struct Turn {
    connection: PgConnection,
}

#[derive(QueryableByName)]
struct Taken {
    #[diesel(sql_type = Bool)]
    taken: bool,
}

impl Turn {
    /// Waits for the turn.
    ///
    /// It asks again and again, and does not wait inside of a statement: `CREATE INDEX CONCURRENTLY` of the instance that
    /// migrates would wait for that statement to end, and both would wait for ever.
    pub(super) fn take(url: &str, waits: &Waits) -> Outcome<Self> {
        let mut connection = PgConnection::establish(url).map_err(sentence)?;
        connection
            .batch_execute("SET application_name = 'scimd migrate: turn'")
            .map_err(sentence)?;
        let mut turn = Self { connection };
        let began = Instant::now();
        let mut told: Option<Instant> = None;
        while !turn.try_take()? {
            if began.elapsed() > waits.turn {
                return Err(turn.refused(began.elapsed()));
            }
            if told.is_none_or(|told| told.elapsed() > TOLD_EVERY) {
                log::info!("another instance migrates: {}; waiting", turn.holder());
                told = Some(Instant::now());
            }
            thread::sleep(EVERY);
        }
        Ok(turn)
    }

    fn try_take(&mut self) -> Outcome<bool> {
        let taken =
            sql_query("SELECT pg_try_advisory_lock($1 # hashtext(current_schema())) AS taken")
                .bind::<BigInt, _>(LOCK)
                .load::<Taken>(&mut self.connection)
                .map_err(sentence)?;
        Ok(taken.iter().any(|answer| answer.taken))
    }

    fn holder(&mut self) -> String {
        let found = holder(&mut self.connection, LOCK).unwrap_or_default();
        named(&found)
    }

    fn refused(&mut self, waited: Duration) -> String {
        format!(
            "another instance has been migrating for more than {} s ({}); start this one again when that one has ended",
            waited.as_secs(),
            self.holder()
        )
    }

    /// The session that holds the turn. It may ask meanwhile.
    pub(super) fn connection(&mut self) -> &mut PgConnection {
        &mut self.connection
    }
}
