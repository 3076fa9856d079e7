//! schemathesis makes up requests from `/openapi.json` and holds the answers to it: status, type, headers and body as
//! described, `Allow` as described, no path open without its token, no 5xx except the intended ones.
//!
//! The requests are the same in every run. `scripts/schemathesis.toml` lists the checks.

use std::env;
use std::path::Path;
use std::process::Command;

use crate::support::{Backend, TestServer, report};

/// Made-up requests per operation, beside those that schemathesis derives from the schemas.
const EXAMPLES_MAX: u32 = 10;

#[test]
fn answers_are_as_described_on_sqlite() {
    run(Backend::Sqlite);
}

#[test]
fn answers_are_as_described_on_postgres() {
    run(Backend::Postgres);
}

fn run(backend: Backend) {
    let python = env::var_os("SCHEMATHESIS_PYTHON").expect(
        "this test needs a Python with schemathesis: run scripts/test, which makes one, or name one in SCHEMATHESIS_PYTHON",
    );
    let server = TestServer::start(backend);
    server.create_user("myself");
    server.link_token("myself");
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts");
    let mut command = Command::new(python);
    command
        .args(["-m", "schemathesis.cli", "--no-color", "--config-file"])
        .arg(scripts.join("schemathesis.toml"))
        .args(["run", &format!("{}/openapi.json", server.origin())])
        .args([
            "--header",
            &format!("Authorization: Bearer {}", server.token()),
        ])
        .args(["--generation-deterministic", "--continue-on-failure"])
        .args(["--max-examples", &EXAMPLES_MAX.to_string()])
        // Where it finds its hooks; it runs in the test's directory, for it leaves files behind.
        .env("PYTHONPATH", &scripts)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .current_dir(server.directory());
    let output = command
        .output()
        .expect("the Python of SCHEMATHESIS_PYTHON runs");
    let text = report(&format!("schemathesis on {backend:?}"), &output);
    assert!(output.status.success(), "{text}");
}
