//! scim2-tester, an external conformance suite, against the running server.

use crate::support::{Backend, TestServer, report, run_script};

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
    let server = TestServer::start(backend);
    for (profile, settings) in PROFILES {
        let set = [&["tenant", "set", "default"], *settings].concat();
        server.cli(&set).ok();
        let output = run_script("SCIM2_TESTER_PYTHON", "run_scim2_tester.py", &server);
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
