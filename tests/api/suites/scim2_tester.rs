//! scim2-tester, an external conformance suite, against the running server.

use std::env;
use std::path::Path;
use std::process::Command;

use crate::support::{Backend, TestServer, report};

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
    for (profile, settings) in PROFILES {
        let set = [&["tenant", "set", "default"], *settings].concat();
        server.cli(&set).ok();
        let output = Command::new(&python)
            .arg(&script)
            .args([server.base(), server.token()])
            .output()
            .expect("the Python of SCIM2_TESTER_PYTHON runs");
        let suite = format!("scim2-tester on {backend:?}, profile {profile}");
        let summary = report(&suite, &output);
        assert!(output.status.success(), "{summary}");
    }
}

/// The suite fills countries, time zones and certificates with any text, and does not know the interoperability profile.
const PROFILES: &[(&str, &[&str])] = &[
    ("default", &["profile=default"]),
    ("okta", &["profile=okta"]),
    ("entra", &["profile=entra"]),
    ("rfc", &["profile=rfc", "any-format=on"]),
];
