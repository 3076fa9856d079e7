//! `scimd doctor`

use std::net::ToSocketAddrs as _;

use super::reach;
use super::terminal::{Outcome, say, told};
use crate::config::{DoctorArgs, GlobalArgs, ServeArgs};
use crate::service::{Examined, ExposedFile, Integrity, Operator, exposed_files, redacted};

/// Largest accepted difference between the database's clock and ours, in milliseconds.
const CLOCK_SKEW_MAX_MS: i64 = 5_000;

pub(super) fn run(global: &GlobalArgs, args: &DoctorArgs) -> Outcome {
    let mut checks = Vec::new();
    if !args.deep {
        checks.push(("base URL", base_url(&args.serve)));
    }
    let operator = of_database(global, &mut checks);
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
    let mut count = checks.len();
    if let Some(operator) = operator.filter(|_| args.deep) {
        let examined = deep(&operator, args)?;
        count += examined.len();
        for one in &examined {
            tell(one)?;
            failed += usize::from(one.faults > 0);
        }
    }
    if failed == 0 {
        Ok(())
    } else {
        Err(format!("{failed} of {count} checks failed"))
    }
}

type Check = (&'static str, Outcome<String>);

/// What is known of the database without a look at what it holds.
fn of_database(global: &GlobalArgs, checks: &mut Vec<Check>) -> Option<Operator> {
    let operator = match Operator::at(&global.database_url) {
        Ok(operator) => operator,
        Err(error) => {
            checks.push(("database", Err(error)));
            return None;
        }
    };
    let shown = redacted(&global.database_url);
    checks.push(("database", Ok(format!("{shown} answers"))));
    if global.database_url.starts_with("sqlite:") {
        checks.push(("files", files(&global.database_url)));
    }
    checks.push(("migrations", migrations(&operator)));
    checks.push(("clock", clocks(&operator)));
    checks.push(("integrity", integrity(&operator)));
    checks.push(("tenants", tenants(&operator)));
    Some(operator)
}

/// Looks at what the database holds.
fn deep(operator: &Operator, args: &DoctorArgs) -> Outcome<Vec<Examined>> {
    if !operator.pending_migrations()?.is_empty() {
        return Err("nothing can be looked at before `scimd migrate`".to_owned());
    }
    let examined = operator.inspect(args.tenant.as_deref(), args.repair);
    examined.map_err(told)
}

fn tell(examined: &Examined) -> Outcome {
    let Examined {
        check,
        looked_at,
        faults,
        mended,
        shown,
    } = examined;
    let mended = match mended {
        0 => String::new(),
        mended => format!(", {mended} mended"),
    };
    let state = if *faults > 0 { "FAIL" } else { "ok  " };
    say(&format!(
        "{state}  {}: {looked_at} {}, {faults} faults{mended}",
        check.name(),
        check.things()
    ))?;
    for line in shown {
        say(&format!("      {line}"))?;
    }
    match faults {
        0 => Ok(()),
        _ => say(&format!("      -> {}", check.advice())),
    }
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
