//! The `scimd` command.

use std::process::ExitCode;

/// It gives back what was freed, which glibc's allocator does not when many threads share it.
#[cfg(all(target_os = "linux", not(target_env = "musl")))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    let cli = scimd::config::arguments();
    if scimd::cli::run(cli) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
