//! `scimd replay`: plays requests of identity providers against any server. It needs no database.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use super::terminal::{Outcome, say};
use crate::config::{ReplayArgs, ReplayFormat};
use crate::replay::{self, Client, Format, Recording, Report, Settings};

pub(super) fn run(args: ReplayArgs) -> Outcome {
    if args.list {
        return list();
    }
    let recordings = replay::find(&args.files)?;
    let format = match args.format {
        ReplayFormat::Table => Format::Table,
        ReplayFormat::Json => Format::Json,
    };
    let verbose = args.verbose;
    let client = Client::new(settings(args)?)?;
    play(&recordings, &client, format, verbose)
}

fn play(recordings: &[Recording], client: &Client, format: Format, verbose: bool) -> Outcome {
    let began = Instant::now();
    // The run goes on to its end even if the output is closed, so cleanup happens.
    let mut written = Ok(());
    let mut write = |line: &str| {
        if written.is_ok() {
            written = say(line);
        }
    };
    let mut report = Report::new(format, verbose, &mut write);
    let played = replay::run(recordings, client, &mut report);
    let tally = report.end(began.elapsed());
    written?;
    played?;
    if tally.all_passed() {
        return Ok(());
    }
    let failed = "not every step passed";
    Err(match replay::other_types(client) {
        Some(types) => format!(
            "{failed}; the target serves {types} beside users and groups, and the shipped recordings want a tenant without \
             packs or types of its own"
        ),
        None => failed.to_owned(),
    })
}

/// Prints the shipped recordings: name, number of steps, title.
fn list() -> Outcome {
    let shipped = replay::shipped();
    let width = shipped.iter().map(|one| one.name.len()).max().unwrap_or(0);
    for one in shipped {
        let recording = Recording::parse(one.name, one.text)?;
        let steps = format!("{} steps", recording.steps());
        say(&format!(
            "{:<width$}  {steps:>9}  {}",
            recording.name(),
            recording.title()
        ))?;
    }
    Ok(())
}

fn settings(args: ReplayArgs) -> Outcome<Settings> {
    let target = args.target.ok_or("--target is missing")?;
    let token = args.token.map(|token| format!("Bearer {}", token.0));
    let mut headers: Vec<(String, String)> = token
        .map(|value| ("Authorization".to_owned(), value))
        .into_iter()
        .collect();
    let given = args.headers.into_iter();
    headers.extend(given.map(|(name, value)| (name, value.0)));
    Ok(Settings {
        target,
        headers,
        timeout: Duration::from_secs(args.timeout_s),
        ca_pem: args.ca_cert.as_deref().map(read).transpose()?,
        insecure: args.insecure,
    })
}

fn read(file: &Path) -> Outcome<Vec<u8>> {
    fs::read(file).map_err(|error| format!("cannot read {}: {error}", file.display()))
}
