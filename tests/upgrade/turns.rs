//! Several instances start at once.

use std::thread;

use scimd::store::{Waits, migrate_from};

use super::database::{Database, execute, reader, short_waits};
use super::versions::Version;

/// One migrates beside a reader. The others wait, and none of them keeps the index from being built.
#[test]
fn one_of_several_migrates() {
    let (this, new) = (Version::this(), Version::next());
    let database = Database::migrated(this.path());
    let mut long = reader(&database, "a report");
    let ran: Vec<usize> = thread::scope(|scope| {
        let migrate = || migrate_from(new.path(), &database.url, &Waits::default());
        let all: Vec<_> = (0..3).map(|_| scope.spawn(migrate)).collect();
        execute(&mut long, "SELECT pg_sleep(2); COMMIT");
        let ended = all.into_iter().map(|one| one.join().expect("no panic"));
        ended
            .map(|ran| ran.expect("each comes to an end").len())
            .collect()
    });
    assert_eq!(ran.iter().filter(|ran| **ran > 0).count(), 1, "{ran:?}");
}

#[test]
fn who_has_the_turn_is_named() {
    let (this, new) = (Version::this(), Version::next());
    let database = Database::migrated(this.path());
    let mut other = database.connect();
    // The number is "scimd" in ASCII, and one of the schema.
    let turn = "SET application_name = 'another instance'; \
         SELECT pg_advisory_lock(x'7363696d64'::bigint # hashtext(current_schema()))";
    execute(&mut other, turn);
    let refused = migrate_from(new.path(), &database.url, &short_waits());
    let said = refused.expect_err("the turn is taken");
    assert!(said.contains("application \"another instance\""), "{said}");
}
