//! scim2-tester, a conformance suite of other people, against the running server.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use crate::support::{Backend, TestServer};

/// Rows: DISC-01 SCHEMA-01 CRUD-01 PATCH-01 PUT-01
#[test]
fn every_check_passes_on_sqlite() {
    run(Backend::Sqlite);
}

/// Rows: DISC-01 SCHEMA-01 CRUD-01 PATCH-01 PUT-01
#[test]
fn every_check_passes_on_postgres() {
    run(Backend::Postgres);
}

fn run(backend: Backend) {
    let python = env::var_os("SCIM2_TESTER_PYTHON").expect(
        "this test needs a Python with scim2-tester: run scripts/test, which makes one, or name one in SCIM2_TESTER_PYTHON",
    );
    let server = TestServer::start(backend);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/run_scim2_tester.py");
    let output = Command::new(python)
        .arg(script)
        .args([server.base(), server.token()])
        .output()
        .expect("the Python of SCIM2_TESTER_PYTHON runs");
    let summary = format!(
        "scim2-tester on {backend:?}\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    println!("{summary}");
    // The output of a passing test is not shown; `scripts/test` shows these files at its end.
    if let Some(reports) = env::var_os("SCIM2_TESTER_REPORTS") {
        let report = PathBuf::from(reports).join(format!("{backend:?}.txt"));
        fs::write(report, &summary).expect("the directory of SCIM2_TESTER_REPORTS is writable");
    }
    assert!(output.status.success(), "{summary}");
}
