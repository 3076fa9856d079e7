//! The `scimd` command.

use std::io::Write as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = scimd::config::arguments();
    match scimd::cli::run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(text) => {
            let _ = writeln!(std::io::stderr(), "scimd: {text}");
            ExitCode::FAILURE
        }
    }
}
