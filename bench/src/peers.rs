//! Other SCIM servers under the same load: installed from their registries, started, seeded, measured, stopped.
//!
//! They are other kinds of software than scimd, and `docs/benchmark.md` says in what. A peer that cannot be had here is
//! named with the reason, and the others are measured all the same.

mod catalogue;
mod install;
mod offers;
mod running;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use crate::cli::TableArgs;
use crate::cpu::Probe;
use crate::load::fail_if_interrupted;
use crate::measure::Bench;
use crate::report::Report;
use crate::scenario::peers::{self as scenarios, NAMES};
use crate::seed::{Seeded, create_groups, create_users};
use crate::{EXIT_STOPPED, Result, say};

use catalogue::{PEERS, Peer};
use offers::Offers;
use running::Running;

/// A scenario ends after this time: some answers of a peer take a hundred times those of another.
const LONGEST: Duration = Duration::from_secs(20);

/// The peers behind the table, if they are asked for. What they answer is a finding, so it never makes the exit code.
pub(crate) fn after(args: &TableArgs, code: ExitCode) -> ExitCode {
    if !args.peers {
        return code;
    }
    match run(args) {
        Ok(()) => code,
        Err(error) => {
            say(&format!("scimd-bench: peers: {error}"));
            ExitCode::from(EXIT_STOPPED)
        }
    }
}

/// Measures one after the other and prints each report. Only an interruption ends this early.
fn run(args: &TableArgs) -> Result<()> {
    for peer in PEERS {
        fail_if_interrupted()?;
        let measured = measure(args, peer);
        fail_if_interrupted()?;
        match measured {
            Ok(report) => {
                crate::print(report)?;
            }
            Err(error) => writeln!(
                std::io::stdout().lock(),
                "\n{}: not measured: {error}",
                peer.title
            )?,
        }
    }
    Ok(())
}

fn measure(args: &TableArgs, peer: &Peer) -> Result<Report> {
    let directory = args.peers_directory.join(peer.name);
    fs::create_dir_all(&directory)?;
    let directory = fs::canonicalize(directory)?;
    install::install(peer, &directory)?;
    let report = load(args, peer, &directory)?;
    if let Some(path) = &args.json {
        report.add_json(path)?;
    }
    Ok(report)
}

fn load(args: &TableArgs, peer: &Peer, directory: &Path) -> Result<Report> {
    let running = Running::start(peer, directory)?;
    let probe = Probe {
        server_pid: Some(running.pid()),
        postmaster_pid: None,
    };
    let connections = usize::from(args.connections);
    let bench = Bench::of(&running.endpoint, probe, connections, Some(LONGEST))?;
    let mut offers = Offers::ask(bench.one.first()?)?;
    let seeded = seed(&bench, usize::try_from(args.users)?, &mut offers)?;
    let offered: Vec<&str> = NAMES
        .into_iter()
        .filter(|name| offers.lacks(name).is_none())
        .collect();
    let requests = usize::try_from(args.requests)?;
    let (done, ended) = scenarios::measure(&bench, &seeded, requests, &offered);
    fail_if_interrupted()?;

    let mut report = Report::new(format!(
        "{}: {connections} connections, {} users, all in one group",
        peer.title, args.users
    ));
    report.note(format!(
        "{}; a scenario takes {} s at most; CPU and memory are those of all its processes",
        peer.set_up,
        LONGEST.as_secs()
    ));
    for name in NAMES {
        if let Some(why) = offers.lacks(name) {
            report.note(format!("{name}: not offered: {why}"));
        } else if !done.iter().any(|measured| measured.name == name) {
            let why = ended.as_ref().err().map(ToString::to_string);
            report.note(format!("{name}: not measured: {}", why.unwrap_or_default()));
        }
    }
    done.into_iter()
        .for_each(|measured| report.scenario(measured));
    Ok(report)
}

/// A peer that has no groups is measured without them.
fn seed(bench: &Bench, users: usize, offers: &mut Offers) -> Result<Seeded> {
    offers::empty(bench.one.first()?)?;
    let user_ids = create_users(bench, users)?;
    let groups = match offers.lacks("PATCH active") {
        Some(why) => Err(why.into()),
        None => create_groups(bench, &user_ids),
    };
    fail_if_interrupted()?;
    let (small_group_id, large_group_id) = groups.unwrap_or_else(|error| {
        say(&format!("no groups: {error}"));
        offers.has_no_groups(&error.to_string());
        Default::default()
    });
    Ok(Seeded {
        user_ids,
        small_group_id,
        large_group_id,
    })
}
