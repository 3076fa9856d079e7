//! `scimd backup` copies a database while others write to it, and `scimd restore` brings it back.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{Backend, Behind, TestServer, id, note};

const WRITERS: usize = 10;
/// The back-up begins after this many acknowledged writes.
const ACKNOWLEDGED_MIN: usize = 200;

fn sqlite() -> TestServer {
    TestServer::start(Backend::Sqlite)
}

/// The database that a restore has kept.
fn kept(server: &TestServer) -> PathBuf {
    let files = fs::read_dir(server.directory()).expect("the test's directory");
    let mut paths = files.map(|file| file.expect("a file").path());
    let is_kept = |path: &PathBuf| path.to_string_lossy().contains("scimd.db.before-restore-");
    paths.find(is_kept).expect("the database before is kept")
}

/// What is in the directory of the database.
fn names(server: &TestServer) -> Vec<String> {
    let files = fs::read_dir(server.directory()).expect("the test's directory");
    let name = |file: std::io::Result<fs::DirEntry>| file.expect("a file").file_name();
    let mut names: Vec<_> = files
        .map(|file| name(file).to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

fn user_names(database: &Path) -> Vec<String> {
    Behind::at(database).texts("SELECT user_name AS text FROM scim_users ORDER BY 1")
}

#[test]
fn a_backup_under_writers_holds_all_that_was_acknowledged() {
    let mut server = sqlite();
    let group = server.create_group("Everybody", &[]);
    let acknowledged: Mutex<Vec<String>> = Mutex::default();
    let (counter, slowest_us, done) = (
        AtomicUsize::new(0),
        AtomicUsize::new(0),
        AtomicBool::new(false),
    );
    let before = thread::scope(|scope| {
        for _ in 0..WRITERS {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    let name = format!("user-{}", counter.fetch_add(1, Ordering::Relaxed));
                    let began = Instant::now();
                    let user = server.create_user(&name);
                    let took = began.elapsed().as_micros() as usize;
                    slowest_us.fetch_max(took, Ordering::Relaxed);
                    let member = json!([{ "op": "add", "path": "members", "value": [{ "value": id(&user) }] }]);
                    let joined = server.patch(&format!("/Groups/{}", id(&group)), member).send();
                    joined.expect(204);
                    acknowledged.lock().expect("no writer panicked").push(id(&user).to_owned());
                }
            });
        }
        let known = || acknowledged.lock().expect("no writer panicked").clone();
        while known().len() < ACKNOWLEDGED_MIN {
            thread::sleep(Duration::from_millis(5));
        }
        let before = known();
        slowest_us.store(0, Ordering::Relaxed);
        let began = Instant::now();
        let said = server.cli(&["backup", "copy.db"]).ok();
        let during = known().len() - before.len();
        note(
            "back-up beside writers",
            &format!(
                "back-up beside {WRITERS} writers: {:?}, {during} writes meanwhile, the slowest {} us",
                began.elapsed(),
                slowest_us.load(Ordering::Relaxed)
            ),
        );
        done.store(true, Ordering::Relaxed);
        assert!(
            said.contains("copy.db") && said.contains("scimd restore copy.db"),
            "{said}"
        );
        before
    });
    assert_eq!(
        names(&server)
            .iter()
            .filter(|name| name.contains("partial"))
            .count(),
        0
    );
    let output = server.cli(&["doctor", "--deep", "--database-url", "sqlite:copy.db"]);
    output.ok();
    server.create_user("after-the-backup");
    server.stop();
    server.cli(&["restore", "copy.db"]).ok();
    server.restart();
    for user in &before {
        let user = server.get(&format!("/Users/{user}")).send().expect(200);
        assert_eq!(user["groups"][0]["display"], "Everybody");
    }
    assert!(server.names("userName eq \"after-the-backup\"").is_empty());
    server.cli(&["doctor", "--deep"]).ok();
}

#[test]
fn a_restore_brings_everything_back_and_keeps_what_was_there() {
    let mut server = sqlite();
    for name in ["ada", "bob", "carl"] {
        server.create_user(name);
    }
    let token = server.token_of("read");
    let page = server
        .get("/Users")
        .query("count", "1")
        .query("cursor", "")
        .send()
        .expect(200);
    let cursor = page["nextCursor"].as_str().expect("a cursor").to_owned();
    server.cli(&["backup", "copy.db"]).ok();
    let ada = server.search("/Users", "userName eq \"ada\"").remove(0);
    server
        .delete(&format!("/Users/{}", id(&ada)))
        .send()
        .expect(204);
    server.create_user("late");
    let late_token = server.token_of("read");
    server.stop();
    // As by default, where the command runs in the directory of the database.
    let said = server
        .cli(&["restore", "copy.db", "--database-url", "sqlite:scimd.db"])
        .ok();
    assert!(
        said.contains("revoke again") && said.contains("before-restore"),
        "{said}"
    );
    assert_eq!(user_names(&kept(&server)), ["bob", "carl", "late"]);
    let beside = names(&server);
    assert!(
        !beside
            .iter()
            .any(|name| name.ends_with("-wal") || name.ends_with("-shm")),
        "{beside:?}"
    );
    server.restart();
    assert_eq!(server.names("userName pr"), ["ada", "bob", "carl"]);
    server.get("/Users").token(&token).send().expect(200);
    server.get("/Users").token(&late_token).send().expect(401);
    let next = server
        .get("/Users")
        .query("count", "1")
        .query("cursor", &cursor)
        .send()
        .expect(200);
    assert_eq!(next["Resources"][0]["userName"], "bob");
    // The way back is a restore, too.
    server.stop();
    let before = kept(&server);
    server.cli(&["restore", &before.to_string_lossy()]).ok();
    server.restart();
    assert_eq!(server.names("userName pr"), ["bob", "carl", "late"]);
}

#[test]
fn a_restore_is_refused_while_the_database_is_in_use() {
    let mut server = sqlite();
    server.create_user("ada");
    server.cli(&["backup", "copy.db"]).ok();
    server.create_user("bob");
    for force in [&[][..], &["--force"]] {
        let arguments = [&["restore", "copy.db"], force].concat();
        let said = server.cli(&arguments).refused();
        assert!(
            said.contains("in use") && said.contains("stop scimd"),
            "{said}"
        );
    }
    server.create_user("carl");
    server.stop();
    // Any other program counts, too.
    let mut behind = server.behind();
    assert_eq!(
        behind.texts("SELECT user_name AS text FROM scim_users ORDER BY 1"),
        ["ada", "bob", "carl"]
    );
    server.cli(&["restore", "copy.db"]).refused();
    drop(behind);
    assert!(
        !names(&server)
            .iter()
            .any(|name| name.contains("before-restore"))
    );
    server.cli(&["restore", "copy.db"]).ok();
    server.restart();
    assert_eq!(server.names("userName pr"), ["ada"]);
}

#[test]
fn a_backup_destroys_nothing() {
    let server = sqlite();
    server.create_user("ada");
    let copy = server.directory().join("copy.db");
    fs::write(&copy, "precious").expect("a file of ours");
    let said = server.cli(&["backup", "copy.db"]).refused();
    assert!(said.contains("--force"), "{said}");
    assert_eq!(fs::read(&copy).expect("a file of ours"), b"precious");
    for (file, told) in [
        ("scimd.db", "itself"),
        (".", "directory"),
        ("nowhere/copy.db", "cannot write"),
        // Whoever writes into these destroys what is not in the file yet.
        ("scimd.db-wal", "belongs to the database"),
        ("./scimd.db-shm", "belongs to the database"),
        ("scimd.db-journal", "belongs to the database"),
        ("/dev/null", "no regular file"),
    ] {
        let said = server.cli(&["backup", "--force", file]).refused();
        assert!(said.contains(told), "{file}: {said}");
    }
    server.cli(&["backup", "--force", "copy.db"]).ok();
    assert_eq!(user_names(&copy), ["ada"]);
    fs::write(server.directory().join("copy.db-wal"), "").expect("a file of ours");
    let said = server.cli(&["backup", "--force", "copy.db"]).refused();
    assert!(said.contains("copy.db-wal"), "{said}");
    let missing = server
        .cli(&["backup", "x.db", "--database-url", "sqlite:none.db"])
        .refused();
    assert!(missing.contains("no database at none.db"), "{missing}");
    assert!(
        !names(&server)
            .iter()
            .any(|name| name.contains("none.db") || name.contains("partial"))
    );
}

#[test]
fn who_looks_into_a_backup_does_not_write_it() {
    let server = sqlite();
    server.create_user("ada");
    server.cli(&["backup", "copy.db"]).ok();
    let copy = server.directory().join("copy.db");
    let before = fs::read(&copy).expect("the back-up");
    for command in [
        &["doctor", "--deep"][..],
        &["tenant", "list"],
        &["token", "list", "default"],
        &["audit"],
    ] {
        let url = ["--database-url", "sqlite:copy.db"];
        server.cli(&[&url[..], command].concat()).ok();
        assert!(
            fs::read(&copy).expect("the back-up") == before,
            "{command:?} writes"
        );
    }
    fs::write(server.directory().join("empty.db"), "").expect("a file of ours");
    server
        .cli(&["--database-url", "sqlite:empty.db", "doctor", "--deep"])
        .refused();
    assert_eq!(
        fs::read(server.directory().join("empty.db"))
            .expect("a file")
            .len(),
        0
    );
    fs::create_dir(server.directory().join("directory")).expect("a directory");
    server
        .cli(&[
            "--database-url",
            "sqlite:directory",
            "restore",
            "--force",
            "copy.db",
        ])
        .refused();
    assert!(server.directory().join("directory").is_dir());
}

#[cfg(unix)]
#[test]
fn a_backup_is_private_and_a_restored_file_is_like_the_one_before() {
    use std::os::unix::fs::PermissionsExt as _;

    let mut server = sqlite();
    let mode = |name: &str| {
        let found = fs::metadata(server.directory().join(name)).expect("a file");
        found.permissions().mode() & 0o777
    };
    server.cli(&["backup", "copy.db"]).ok();
    assert_eq!(mode("copy.db"), 0o600);
    let database = server.directory().join("scimd.db");
    fs::set_permissions(&database, fs::Permissions::from_mode(0o640)).expect("a file of ours");
    server.stop();
    server.cli(&["restore", "copy.db"]).ok();
    let found = fs::metadata(&database).expect("a file").permissions();
    assert_eq!(found.mode() & 0o777, 0o640);
}

#[test]
fn what_is_no_sound_backup_is_not_restored() {
    let mut server = sqlite();
    let user = server.create_user("ada");
    server.cli(&["backup", "copy.db"]).ok();
    server.stop();
    let at = |name: &str| server.directory().join(name);
    fs::write(at("text.db"), "no database").expect("a file of ours");
    Behind::at(&at("other.db")).execute("CREATE TABLE tenants (id INTEGER)");
    let mut bytes = fs::read(at("copy.db")).expect("a file of ours");
    let half = bytes.len() / 2;
    fs::write(at("half.db"), &bytes[..half]).expect("a file of ours");
    let place = bytes
        .windows(36)
        .position(|part| part == id(&user).as_bytes());
    let page = place.expect("the user is in the file") / 4096 * 4096;
    bytes[page..page + 512].fill(0x2a);
    fs::write(at("broken.db"), &bytes).expect("a file of ours");
    fs::copy(at("copy.db"), at("later.db")).expect("a file of ours");
    Behind::at(&at("later.db"))
        .execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('29990101000000')");
    fs::copy(at("copy.db"), at("open.db")).expect("a file of ours");
    fs::write(at("open.db-wal"), "x").expect("a file of ours");
    for (file, told) in [
        ("text.db", "no database of scimd"),
        ("other.db", "no database of scimd"),
        ("half.db", "half.db"),
        ("broken.db", "broken.db"),
        ("later.db", "another version"),
        ("open.db", "open.db-wal"),
        ("none.db", "no file none.db"),
        ("scimd.db", "itself"),
    ] {
        let said = server.cli(&["restore", file]).refused();
        assert!(said.contains(told), "{file}: {said}");
    }
    assert!(
        !names(&server)
            .iter()
            .any(|name| name.contains("before-restore") || name.contains("partial"))
    );
    server.restart();
    assert_eq!(server.names("userName pr"), ["ada"]);
}

#[test]
fn a_damaged_database_is_replaced_when_that_is_asked_for() {
    let mut server = sqlite();
    server.create_user("ada");
    server.cli(&["backup", "copy.db"]).ok();
    server.stop();
    let database = server.directory().join("scimd.db");
    fs::write(&database, vec![0x2a; 8192]).expect("a file of ours");
    let said = server.cli(&["restore", "copy.db"]).refused();
    assert!(said.contains("--force"), "{said}");
    server.cli(&["restore", "--force", "copy.db"]).ok();
    assert_eq!(
        fs::read(kept(&server)).expect("a file of ours"),
        [0x2a; 8192]
    );
    server.restart();
    assert_eq!(server.names("userName pr"), ["ada"]);
    // Where there is none, a restore makes one. What was left of another does not become a part of it.
    server.stop();
    fs::remove_file(&database).expect("a file of ours");
    fs::write(server.directory().join("scimd.db-wal"), "left").expect("a file of ours");
    server.cli(&["restore", "copy.db"]).ok();
    let left = names(&server);
    assert!(
        left.iter()
            .any(|name| name.starts_with("scimd.db.before-restore-") && name.ends_with("-wal")),
        "{left:?}"
    );
    server.restart();
    assert_eq!(server.names("userName pr"), ["ada"]);
}

#[test]
fn postgres_is_left_to_its_own_tools() {
    let server = TestServer::start(Backend::Postgres);
    let backup = server.cli(&["backup", "copy.dump"]).refused();
    assert!(
        backup.contains("pg_dump --format=custom --file=copy.dump")
            && backup.contains("Continuous Archiving"),
        "{backup}"
    );
    let restore = server.cli(&["restore", "copy.dump"]).refused();
    assert!(restore.contains("pg_restore"), "{restore}");
    assert!(!server.directory().join("copy.dump").exists());
}
