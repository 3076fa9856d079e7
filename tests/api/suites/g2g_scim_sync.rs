//! g2g-scim-sync, which provisions GitHub Enterprise from Google Workspace, provisions the running server;
//! see `scripts/run_g2g_scim_sync.py`.

use crate::support::{Backend, TestServer, report, run_script};

#[test]
fn g2g_01_g2g_scim_sync_provisions_on_sqlite() {
    run(Backend::Sqlite);
}

#[test]
fn g2g_01_g2g_scim_sync_provisions_on_postgres() {
    run(Backend::Postgres);
}

/// Rows: G2G-1 G2G-2 G2G-3 G2G-4 G2G-5
fn run(backend: Backend) {
    let server = TestServer::start(backend);
    let output = run_script("G2G_SCIM_SYNC_PYTHON", "run_g2g_scim_sync.py", &server);
    let summary = report(&format!("g2g-scim-sync on {backend:?}"), &output);
    assert!(output.status.success(), "{summary}");
}
