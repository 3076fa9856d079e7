//! The `scimd` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = scimd::config::arguments();
    if scimd::cli::run(cli) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
