//! Suites and clients of other people, run by Python.

use std::env;
use std::path::Path;
use std::process::{Command, Output};

use super::server::TestServer;

/// Runs a script of `scripts/` against a server, in the server's directory: what it leaves behind goes with that.
/// The Python is the one that `variable` names, which has what the script needs.
pub(crate) fn run_script(variable: &str, script: &str, server: &TestServer) -> Output {
    let python = env::var_os(variable).unwrap_or_else(|| {
        panic!("{script} needs a Python with more than the standard library: run scripts/test, which makes one, or name one in {variable}")
    });
    Command::new(python)
        // No `__pycache__` beside the scripts.
        .arg("-B")
        .arg(
            Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("scripts")
                .join(script),
        )
        .args([server.base(), server.token()])
        .current_dir(server.directory())
        .output()
        .unwrap_or_else(|error| panic!("the Python of {variable} does not run: {error}"))
}
