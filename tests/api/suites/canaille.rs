//! Canaille, an identity provider, provisions the running server with its own SCIM client; see `scripts/run_canaille.py`.

use crate::support::{Backend, TestServer, report, run_script};

#[test]
fn can_01_canaille_provisions_on_sqlite() {
    run(Backend::Sqlite);
}

#[test]
fn can_01_canaille_provisions_on_postgres() {
    run(Backend::Postgres);
}

/// Rows: CAN-1 CAN-2 CAN-3 CAN-4 CAN-5
fn run(backend: Backend) {
    let server = TestServer::start(backend);
    // Its scim2-models refuses answers with keys that RFC 7643 does not have.
    server.set_tenant("hide-pagination=on");
    let output = run_script("CANAILLE_PYTHON", "run_canaille.py", &server);
    let summary = report(&format!("Canaille on {backend:?}"), &output);
    assert!(output.status.success(), "{summary}");
}
