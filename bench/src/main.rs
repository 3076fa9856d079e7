//! The load generator of scimd: it starts a server on a fresh database, seeds it, loads it over keep-alive HTTP,
//! checks the answers by sampling, and reports latencies, CPU per request and the ratios the project cares about.
//!
//! Reading order: `cli` (the arguments), `target` (the server and its database), `load` and `client` (sending),
//! `people`, `seed`, `multiply`, `rotation` and `scenario` (data and requests), `latency`, `cpu` and `memory` (measuring),
//! `statements`, `pgbench` and `bare` (floors), `against`, `ratio` and `report` (the output), `machine`, `figures`, `section`
//! and `page` (the same for readers), `peers` (other servers).
//!
//! Linux only: CPU times come from `/proc` and from the CPU clocks of other processes.

mod against;
mod announced;
mod bare;
mod cli;
mod client;
mod cpu;
mod database;
mod digits;
mod figures;
mod keeper;
mod latency;
mod load;
mod machine;
mod measure;
mod memory;
mod multiply;
mod page;
mod peers;
mod people;
mod pgbench;
mod postgres;
mod processes;
mod progress;
mod ratio;
mod report;
mod rotation;
mod scenario;
mod section;
mod seed;
mod server;
mod statements;
mod target;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use cli::{Cli, Command, RunArgs, TableArgs, TargetArgs};
use measure::Bench;
use page::Page;
use report::Report;
use target::Target;

/// An error that stops a run early. Wrong answers do not: the report counts them.
pub(crate) type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Some answers were wrong.
const EXIT_WRONG: u8 = 1;
/// A run did not reach its end: no server, no database, or no way to seed.
const EXIT_STOPPED: u8 = 2;

fn main() -> ExitCode {
    let command = Cli::parse().command;
    if let Err(error) = load::catch_signals() {
        say(&format!(
            "scimd-bench: Ctrl-C will leave temporary files behind: {error}"
        ));
    }
    match command {
        Command::Run(args) => on_each(&args.target, |target| run(&args, target)),
        Command::Table(args) => peers::after(&args, table(&args)),
        Command::Bare { bytes } => match bare::serve(bytes) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                say(&format!("scimd-bench: {error}"));
                ExitCode::from(EXIT_STOPPED)
            }
        },
        Command::Bulk(args) => on_each(&args.target, |target| scenario::bulk::run(&args, target)),
        Command::Walk(args) => on_each(&args.target, |target| scenario::walk::run(&args, target)),
    }
}

/// Every kind of request, and the page with its figures.
fn table(args: &TableArgs) -> ExitCode {
    let page = Page::new(args);
    let code = on_each(&args.target, |target| {
        let report = scenario::table::run(args, target)?;
        page.add(&report);
        Ok(report)
    });
    match page.write() {
        Ok(()) => code,
        Err(error) => {
            say(&format!("scimd-bench: {error}"));
            ExitCode::from(EXIT_STOPPED)
        }
    }
}

/// Does `work` on one database after the other, and prints the results. The server and the private cluster of a
/// database end before the next one starts.
fn on_each(args: &TargetArgs, work: impl Fn(&Target) -> Result<Report>) -> ExitCode {
    let mut worst = 0;
    for database in args.databases() {
        let opened = load::fail_if_interrupted().and_then(|()| Target::open(args, database));
        let printed = opened.and_then(|target| print(work(&target)?));
        let code = match printed {
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

fn print(report: Report) -> Result<Report> {
    let mut out = std::io::stdout().lock();
    report.print(&mut out)?;
    out.flush()?;
    Ok(report)
}

/// Single requests of every kind, and members.
fn run(args: &RunArgs, target: &Target) -> Result<Report> {
    let bench = Bench::new(target, usize::from(args.connections))?;
    let requests = usize::try_from(args.requests)?;
    let seeded = seed::seed(&bench, usize::try_from(args.large_group)?)?;
    let mut report = Report::new(format!(
        "{}: {} connections, {} users, all in one group",
        target.label(),
        args.connections,
        args.large_group
    ));
    scenario::run_all(&bench, requests, &seeded, &mut report)?;
    report.floor(pgbench::floor(&bench, requests, target.cluster())?);
    Ok(report)
}

/// A line for the person watching. Standard output is kept for the report, so that it can be piped.
pub(crate) fn say(line: &str) {
    // A closed standard error does not stop a measurement.
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}
