//! The version before serves on.

use std::env;
use std::path::Path;
use std::thread;

use scimd::store::{Waits, migrate_from};

use super::database::{Database, execute, reader, texts};
use super::old_program::OldProgram;
use super::old_statements::{connection, provision, settle};
use super::pace::Pace;
use super::versions::Version;

/// How many clients the version before has.
const CLIENTS: usize = 4;
/// How long the reader reads, in seconds.
const READS_S: u32 = 4;

/// Migrates beside a long reader, while `load` is on its way.
fn migrate_beside(database: &Database, pace: &Pace, new: &Path) -> Vec<String> {
    pace.goes_on(20);
    let mut long = reader(database, "a report");
    let ran = thread::scope(|scope| {
        let migrated = scope.spawn(|| migrate_from(new, &database.url, &Waits::default()));
        execute(&mut long, &format!("SELECT pg_sleep({READS_S}); COMMIT"));
        migrated.join().expect("migrating does not panic")
    });
    pace.goes_on(20);
    ran.expect("the migrations run when the reader is gone")
}

fn program_serves_on(program: &str, before: &Version) {
    let database = Database::migrated(before.path());
    let old = OldProgram::start(program, &database);
    let (pace, new) = (Pace::default(), Version::next());
    thread::scope(|scope| {
        for client in 0..CLIENTS {
            let (pace, old) = (&pace, &old);
            scope.spawn(move || {
                pace.keep(|round| old.provision(&format!("user-{client}-{round}")));
            });
        }
        let ran = migrate_beside(&database, &pace, new.path());
        pace.end();
        assert!(ran.len() >= 3, "{ran:?}");
    });
    pace.judge("the version before");
    let ready = old.get("/readyz").expect("ready");
    assert!(ready.contains("\"ahead\""), "{ready}");
    let said = old.log().matches("a later version has migrated").count();
    assert_eq!(said, 1, "{}", old.log());
}

/// A new version with the steps, beside this program.
#[test]
fn this_program_serves_on_while_the_next_version_migrates() {
    let this = Version::this();
    program_serves_on(env!("CARGO_BIN_EXE_scimd"), &this);
}

/// The same with the program of the last release, where `TEST_OLD_SCIMD` names one.
#[test]
fn the_last_release_serves_on_while_this_version_migrates() {
    match env::var("TEST_OLD_SCIMD") {
        Ok(program) => program_serves_on(&program, &Version::before()),
        Err(_) => {
            println!("there is no program of the last release; its statements stand in for it")
        }
    }
}

/// Every migration that is newer than the baseline, beside the statements of the version before it.
#[test]
fn the_statements_of_the_version_before_go_on_while_this_version_migrates() {
    let (before, new) = (Version::before(), Version::next());
    let database = Database::migrated(before.path());
    settle(&database);
    let pace = Pace::default();
    thread::scope(|scope| {
        for client in 0..CLIENTS {
            let (pace, mut connection) = (&pace, connection(&database));
            scope.spawn(move || {
                pace.keep(|round| provision(&mut connection, &format!("user-{client}-{round}")));
            });
        }
        migrate_beside(&database, &pace, new.path());
        pace.end();
    });
    pace.judge("the statements of the version before");
    let valid = "SELECT indisvalid::text AS text FROM pg_index WHERE indexrelid = 'resources_of_initials'::regclass";
    assert_eq!(texts(&mut database.connect(), valid), ["true"]);
}
