//! The load generator of scimd: it starts a server on a fresh database, seeds it, loads it over keep-alive HTTP,
//! checks the answers by sampling, and reports latencies, CPU per request and the ratios the project cares about.
//!
//! Reading order: `cli` (what can be asked), `target` (what is loaded), `load` and `client` (how), `seed` and
//! `scenario` (with what), `latency` and `cpu` (how it is measured), `report` (what is printed).
//!
//! Linux only: CPU times come from `/proc` and from the CPU clocks of other processes.

mod cli;
mod client;
mod cpu;
mod keeper;
mod latency;
mod load;
mod measure;
mod pgbench;
mod postgres;
mod report;
mod scenario;
mod seed;
mod server;
mod target;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use cli::{Cli, Command, DatabaseKind, RunArgs};
use measure::Bench;
use report::Report;
use target::Target;

/// Whatever stops a run early; answers that are wrong do not, they are counted in the report.
pub(crate) type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Some answers were wrong.
const EXIT_WRONG: u8 = 1;
/// A run did not come to its end: no server, no database, no way to seed.
const EXIT_STOPPED: u8 = 2;

fn main() -> ExitCode {
    let Command::Run(args) = Cli::parse().command;
    if let Err(error) = load::catch_signals() {
        say(&format!(
            "scimd-bench: Ctrl-C will leave temporary files behind: {error}"
        ));
    }
    let mut worst = 0;
    for database in args.databases() {
        let code = match load::fail_if_interrupted().and_then(|()| run(&args, database)) {
            Ok(report) if report.wrong_count() == 0 => 0,
            Ok(_) => EXIT_WRONG,
            Err(error) => {
                say(&format!(
                    "scimd-bench: {}: {error}",
                    target::label(database)
                ));
                EXIT_STOPPED
            }
        };
        worst = worst.max(code);
    }
    ExitCode::from(worst)
}

/// One database from start to printed report; the server and the private cluster end with `target`.
fn run(args: &RunArgs, database: Option<DatabaseKind>) -> Result<Report> {
    let target = Target::open(args, database)?;
    let bench = Bench::new(args, &target)?;
    let seeded = seed::seed(&bench)?;
    let mut report = Report::new(args, target::label(database));
    scenario::run_all(&bench, &seeded, &mut report)?;
    report.floor(pgbench::floor(&bench, target.cluster())?);
    let mut out = std::io::stdout().lock();
    report.print(&mut out)?;
    out.flush()?;
    Ok(report)
}

/// A line for the person watching. Standard output is kept for the report, so that it can be piped.
pub(crate) fn say(line: &str) {
    // A closed standard error is no reason to stop a measurement.
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}
