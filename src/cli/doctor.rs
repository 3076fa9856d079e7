//! `scimd doctor`

use std::net::ToSocketAddrs as _;

use super::reach;
use super::terminal::{Outcome, say, told};
use crate::config::{GlobalArgs, ServeArgs};
use crate::service::{ExposedFile, Integrity, Operator, exposed_files, redacted};

/// Largest accepted difference between the database's clock and ours, in milliseconds.
const CLOCK_SKEW_MAX_MS: i64 = 5_000;

pub(super) fn run(global: &GlobalArgs, serve: &ServeArgs) -> Outcome {
    let checks = check(global, serve);
    let mut failed = 0;
    for (name, outcome) in &checks {
        match outcome {
            Ok(detail) => say(&format!("ok    {name}: {detail}"))?,
            Err(detail) => {
                failed += 1;
                say(&format!("FAIL  {name}: {detail}"))?;
            }
        }
    }
    if failed == 0 {
        Ok(())
    } else {
        Err(format!("{failed} of {} checks failed", checks.len()))
    }
}

type Check = (&'static str, Outcome<String>);

fn check(global: &GlobalArgs, serve: &ServeArgs) -> Vec<Check> {
    let mut checks = vec![("base URL", base_url(serve))];
    match Operator::at(&global.database_url) {
        Err(error) => checks.push(("database", Err(error))),
        Ok(operator) => {
            let shown = redacted(&global.database_url);
            checks.push(("database", Ok(format!("{shown} answers"))));
            if global.database_url.starts_with("sqlite:") {
                checks.push(("files", files(&global.database_url)));
            }
            checks.push(("migrations", migrations(&operator)));
            checks.push(("clock", clocks(&operator)));
            checks.push(("integrity", integrity(&operator)));
            checks.push(("tenants", tenants(&operator)));
        }
    }
    checks
}

/// Asks the public URL, as a client of the server would.
fn base_url(serve: &ServeArgs) -> Outcome<String> {
    let (url, is_local) = match &serve.base_url {
        Some(url) => (url.clone(), false),
        None => (of_address(&serve.bind)?, true),
    };
    let found = reach::ask(&url);
    if is_local || url.starts_with("https://") {
        return found;
    }
    let warned = |text| format!("{text} (without TLS: for loopback and trusted networks only)");
    found.map(warned).map_err(warned)
}

/// The URL of a server that was given no public one.
fn of_address(bind: &str) -> Outcome<String> {
    let mut addresses = bind
        .to_socket_addrs()
        .map_err(|error| format!("--bind {bind}: {error}"))?;
    if !addresses.all(|address| address.ip().is_loopback()) {
        return Err(format!(
            "bound to {bind} without --base-url: links in answers would not be reachable; set SCIMD_BASE_URL"
        ));
    }
    if bind.ends_with(":0") {
        return Err(format!(
            "bound to {bind}, which is another port with each start; set SCIMD_BASE_URL or --base-url"
        ));
    }
    Ok(format!("http://{bind}"))
}

/// Whether other users of the machine can open the files of a SQLite database.
fn files(database_url: &str) -> Outcome<String> {
    let exposed = exposed_files(database_url);
    if exposed.is_empty() {
        return Ok("only their owner can open them".to_owned());
    }
    let shown: Vec<String> = exposed.iter().map(ToString::to_string).collect();
    let shown = shown.join(", ");
    if exposed.iter().any(ExposedFile::to_everybody) {
        return Err(format!(
            "every user of this machine can open {shown}; run: chmod 600 {}",
            exposed
                .iter()
                .map(|file| file.path.display().to_string())
                .collect::<Vec<_>>()
                .join(" ")
        ));
    }
    Ok(format!("their group can open {shown}"))
}

fn migrations(operator: &Operator) -> Outcome<String> {
    let pending = operator.pending_migrations()?;
    if pending.is_empty() {
        Ok("current".to_owned())
    } else {
        Err(format!(
            "{} have not run: {}; run `scimd migrate`",
            pending.len(),
            pending.join(", ")
        ))
    }
}

fn clocks(operator: &Operator) -> Outcome<String> {
    let skew_ms = operator.clock_skew_ms().map_err(told)?;
    if skew_ms.abs() > CLOCK_SKEW_MAX_MS {
        return Err(format!(
            "this machine and the database differ by {skew_ms} ms; check NTP"
        ));
    }
    Ok(format!("agrees with the database's ({skew_ms} ms)"))
}

fn integrity(operator: &Operator) -> Outcome<String> {
    match operator.integrity().map_err(told)? {
        Integrity::LeftToPostgres => Ok("left to PostgreSQL".to_owned()),
        Integrity::Sound => Ok("the file is sound".to_owned()),
        Integrity::Faults(faults) => Err(faults.join("; ")),
    }
}

fn tenants(operator: &Operator) -> Outcome<String> {
    let tenants = operator
        .tenants()
        .map_err(|_| "cannot be read; run `scimd migrate`".to_owned())?;
    Ok(format!("{} tenants", tenants.len()))
}
