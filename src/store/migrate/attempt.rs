//! One migration on PostgreSQL, tried until no other session is in its way.

use std::thread;
use std::time::Duration;

use diesel::connection::SimpleConnection as _;
use diesel::migration::Migration;
use diesel::pg::Pg;
use diesel::sql_types::Integer;
use diesel::{PgConnection, QueryableByName, RunQueryDsl as _, sql_query};
use diesel_migrations::MigrationHarness as _;

use super::blockers::{Blocker, named};
use super::broken_index::drop_broken;
use super::failure::{Failure, Outcome, is_held_up, sentence};
use super::turn::Turn;
use super::waits::{Pauses, Waits};
use super::watch::Watch;

/// The session that migrates.
pub(super) struct Attempts<'c> {
    connection: &'c mut PgConnection,
    pid: i32,
    waits: &'c Waits,
}

#[derive(QueryableByName)]
struct Own {
    #[diesel(sql_type = Integer)]
    pid: i32,
}

impl<'c> Attempts<'c> {
    /// Migrates on this connection.
    pub(super) fn on(connection: &'c mut PgConnection, waits: &'c Waits) -> Outcome<Self> {
        let settings = "SET application_name = 'scimd migrate'; SET statement_timeout = 0";
        connection.batch_execute(settings).map_err(sentence)?;
        let own = sql_query("SELECT pg_backend_pid() AS pid")
            .get_result::<Own>(connection)
            .map_err(sentence)?;
        Ok(Self {
            connection,
            pid: own.pid,
            waits,
        })
    }

    /// The connection, for a look.
    pub(super) fn connection(&mut self) -> &mut PgConnection {
        self.connection
    }

    /// Runs one migration.
    pub(super) fn migrate(
        &mut self,
        migration: &dyn Migration<Pg>,
        turn: &mut Turn,
    ) -> Outcome<()> {
        let name = migration.name().to_string();
        let in_transaction = migration.metadata().run_in_transaction();
        self.run(&name, turn, |connection| {
            if !in_transaction {
                // Only statements that no request waits for run outside of a transaction, so these may wait.
                set_lock_timeout(connection, Duration::ZERO)?;
                drop_broken(connection, migration)?;
            }
            connection.run_migration(migration)?;
            Ok(())
        })
    }

    /// Runs `work` until others let it.
    ///
    /// Errors: a sentence that names the sessions in the way, when the time for tries is over.
    pub(super) fn run(
        &mut self,
        name: &str,
        turn: &mut Turn,
        work: impl Fn(&mut PgConnection) -> Result<(), Failure>,
    ) -> Outcome<()> {
        let watch = Watch::default();
        thread::scope(|scope| {
            let (pid, watched) = (self.pid, &watch);
            scope.spawn(move || watched.over(turn.connection(), pid, name));
            let outcome = self.tried(name, &watch, work);
            watch.end();
            outcome
        })
    }

    fn tried(
        &mut self,
        name: &str,
        watch: &Watch,
        work: impl Fn(&mut PgConnection) -> Result<(), Failure>,
    ) -> Outcome<()> {
        let mut pauses = Pauses::within(self.waits.tries);
        let mut lock = self.waits.lock;
        loop {
            set_lock_timeout(self.connection, lock).map_err(sentence)?;
            let failure = match work(self.connection) {
                Ok(()) => return Ok(()),
                Err(failure) if is_held_up(&failure) => failure,
                Err(failure) => return Err(failure.to_string()),
            };
            let blockers = watch.take_blockers();
            let Some(pause) = pauses.next() else {
                return Err(gave_up(name, &pauses, &blockers, &failure));
            };
            log::info!(
                "migration {name} gives way to {}; try {} follows in {} ms",
                named_or_unknown(&blockers),
                pauses.taken + 1,
                pause.as_millis()
            );
            let vacuums = blockers.iter().any(Blocker::vacuums);
            lock = if vacuums {
                self.waits.vacuum
            } else {
                self.waits.lock
            };
            thread::sleep(pause);
        }
    }
}

fn set_lock_timeout(connection: &mut PgConnection, time: Duration) -> diesel::QueryResult<()> {
    connection.batch_execute(&format!("SET lock_timeout = {}", time.as_millis()))
}

fn gave_up(name: &str, pauses: &Pauses, blockers: &[Blocker], failure: &Failure) -> String {
    format!(
        "migration {name} was tried {} times in {} s and found a lock held each time, last by {} ({failure}); \
         nothing of it was done. End that session or wait for it, and start again",
        pauses.taken + 1,
        pauses.elapsed().as_secs(),
        named_or_unknown(blockers),
    )
}

fn named_or_unknown(blockers: &[Blocker]) -> String {
    match blockers {
        [] => "a session that has ended meanwhile".to_owned(),
        found => named(found),
    }
}
