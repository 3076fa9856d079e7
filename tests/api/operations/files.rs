//! The files of a SQLite database belong to their owner alone.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::support::{Backend, TestServer};

/// The files of the database, with their permissions.
fn modes(directory: &Path) -> Vec<(String, u32)> {
    let files = fs::read_dir(directory).expect("the test's directory");
    let files = files.map(|entry| entry.expect("a file"));
    let mut modes: Vec<_> = files
        .filter_map(|entry| {
            let name = entry.file_name().into_string().expect("a name");
            let mode = entry.metadata().expect("its facts").permissions().mode();
            name.starts_with("scimd.db").then_some((name, mode & 0o777))
        })
        .collect();
    modes.sort();
    modes
}

fn database(server: &TestServer) -> PathBuf {
    server.directory().join("scimd.db")
}

#[test]
fn only_the_owner_opens_the_database() {
    let server = TestServer::start(Backend::Sqlite);
    server.create_user("private");
    let modes = modes(server.directory());
    let names: Vec<&str> = modes.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["scimd.db", "scimd.db-shm", "scimd.db-wal"]);
    assert!(modes.iter().all(|(_, mode)| *mode == 0o600), "{modes:?}");
}

#[test]
fn a_database_that_everybody_opens_is_reported() {
    let mut server = TestServer::start(Backend::Sqlite);
    let doctor = |server: &TestServer| server.cli(&["doctor", "--base-url", server.origin()]);
    assert!(doctor(&server).ok().contains("ok    files"));
    let set = |mode| fs::set_permissions(database(&server), fs::Permissions::from_mode(mode));
    set(0o640).expect("a file of ours");
    let said = doctor(&server).ok();
    assert!(said.contains("group") && said.contains("0640"), "{said}");
    set(0o644).expect("a file of ours");
    let output = doctor(&server);
    output.refused();
    let said = output.stdout;
    assert!(
        said.contains("FAIL  files") && said.contains("chmod 600") && said.contains("0644"),
        "{said}"
    );
    server.restart();
    let log = server.log();
    assert!(
        log.contains("WARN") && log.contains("every user of this machine can open"),
        "{log}"
    );
}
