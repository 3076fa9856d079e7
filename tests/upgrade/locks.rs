//! Locks that others hold when a migration wants them.

use std::thread;
use std::time::{Duration, Instant};

use scimd::store::{Waits, migrate_from};

use super::database::{Database, execute, reader, short_waits, texts};
use super::versions::Version;

const STEP: &str = "2099-01-01-000000_step";
const COLUMN: &str = "ALTER TABLE resources ADD COLUMN step TEXT";
const COLUMNS: &str = "SELECT count(*)::text AS text FROM information_schema.columns \
     WHERE table_schema = current_schema() AND column_name = 'step'";

fn database() -> Database {
    Database::migrated(Version::this().path())
}

/// A session that reads keeps the migration waiting, and nobody else.
#[test]
fn requests_pass_a_migration_that_waits() {
    let (database, new) = (database(), Version::with(STEP, COLUMN));
    let longest = thread::scope(|scope| {
        // If a request fails, the reader ends with this block, and then the migration.
        let mut long = reader(&database, "a report");
        let began = Instant::now();
        let migrated = scope.spawn(|| migrate_from(new.path(), &database.url, &Waits::default()));
        let mut request = database.connect();
        let mut longest = Duration::ZERO;
        while began.elapsed() < Duration::from_secs(4) {
            let asked = Instant::now();
            execute(&mut request, "SELECT count(*) FROM resources");
            longest = longest.max(asked.elapsed());
        }
        assert!(!migrated.is_finished(), "the reader holds the lock");
        execute(&mut long, "COMMIT");
        let ran = migrated.join().expect("migrating does not panic");
        assert_eq!(ran.expect("the lock is free"), ["20990101000000"]);
        longest
    });
    println!("the longest request took {longest:?}");
    assert!(longest < Duration::from_secs(2), "{longest:?}");
    assert_eq!(texts(&mut database.connect(), COLUMNS), ["1"]);
}

#[test]
fn who_is_in_the_way_is_named_without_what_they_ask() {
    let (database, new) = (database(), Version::with(STEP, COLUMN));
    let mut long = reader(&database, "a report");
    let pid = texts(&mut long, "SELECT pg_backend_pid()::text AS text");
    let refused = migrate_from(new.path(), &database.url, &short_waits());
    let said = refused.expect_err("the reader does not end");
    let process = format!(
        "process {} (application \"a report\", idle in transaction",
        pid[0]
    );
    for part in [
        process.as_str(),
        "_step was tried ",
        "nothing of it was done",
    ] {
        assert!(said.contains(part), "no `{part}` in: {said}");
    }
    assert!(!said.contains("SELECT"), "{said}");
    assert_eq!(texts(&mut database.connect(), COLUMNS), ["0"]);
    execute(&mut long, "COMMIT");
    migrate_from(new.path(), &database.url, &short_waits()).expect("the lock is free");
}

/// The migration locks credentials before tenants, and the other session the other way round.
#[test]
fn in_a_deadlock_the_migration_gives_way() {
    let both =
        "ALTER TABLE credentials ADD COLUMN step TEXT; ALTER TABLE tenants ADD COLUMN step TEXT";
    let (database, new) = (database(), Version::with(STEP, both));
    let waits = "SELECT count(*)::text AS text FROM pg_locks WHERE NOT granted AND relation = 'tenants'::regclass";
    thread::scope(|scope| {
        let mut other = database.connect();
        execute(&mut other, "BEGIN; SELECT count(*) FROM tenants");
        let migrated = scope.spawn(|| migrate_from(new.path(), &database.url, &Waits::default()));
        let mut looking = database.connect();
        while texts(&mut looking, waits) != ["1"] {
            assert!(!migrated.is_finished(), "it should wait");
        }
        execute(&mut other, "SELECT count(*) FROM credentials; COMMIT");
        let ran = migrated.join().expect("migrating does not panic");
        ran.expect("the next try finds both");
    });
    assert_eq!(texts(&mut database.connect(), COLUMNS), ["2"]);
}

#[test]
fn an_index_that_was_broken_off_is_made_anew() {
    let database = database();
    let mut connection = database.connect();
    let rows = "INSERT INTO tenants (slug, name, created_ms) VALUES ('a', 'a', 0); \
         INSERT INTO resources (tenant_id, id, resource_type, version, created_ms, last_modified_ms, document, comparable) \
         SELECT id, n, 'User', 1, 0, 0, '{}', '{}' FROM tenants, generate_series(1, 2) n";
    execute(&mut connection, rows);
    let broken =
        "CREATE UNIQUE INDEX CONCURRENTLY resources_of_initials ON resources (resource_type)";
    diesel::connection::SimpleConnection::batch_execute(&mut connection, broken)
        .expect_err("two rows are equal");
    let valid = "SELECT indisvalid::text AS text FROM pg_index WHERE indexrelid = to_regclass('resources_of_initials')";
    assert_eq!(texts(&mut connection, valid), ["false"]);
    migrate_from(Version::next().path(), &database.url, &Waits::default()).expect("it runs");
    assert_eq!(texts(&mut connection, valid), ["true"]);
    let columns = "SELECT pg_get_indexdef('resources_of_initials'::regclass, 1, TRUE) AS text";
    assert_eq!(texts(&mut connection, columns), ["initials"]);
}
