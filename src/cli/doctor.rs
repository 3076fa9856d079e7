//! `scimd doctor`

use super::{Outcome, clock, say};
use crate::config::{GlobalArgs, ServeArgs};
use crate::store::{DbConnection, Pool, Tenant, pending, redacted};

/// How far the database's clock may be from ours, in milliseconds.
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
    let shown = redacted(&global.database_url);
    let mut checks = vec![("base URL", base_url(serve))];
    let opened =
        super::find_file(global).and_then(|()| Pool::open(&global.database_url, 1).map(drop));
    let connection = opened.and_then(|()| {
        DbConnection::establish_url(&global.database_url)
            .map_err(|error| format!("cannot connect to {shown}: {error}"))
    });
    match connection {
        Err(error) => checks.push(("database", Err(error))),
        Ok(mut connection) => {
            checks.push(("database", Ok(format!("{shown} answers"))));
            checks.push(("migrations", migrations(&mut connection)));
            checks.push(("clock", clocks(&mut connection)));
            checks.push((
                "integrity",
                connection.integrity().map_err(|error| error.to_string()),
            ));
            checks.push(("tenants", tenants(&mut connection)));
        }
    }
    checks
}

fn base_url(serve: &ServeArgs) -> Outcome<String> {
    match &serve.base_url {
        Some(url) if url.starts_with("https://") => Ok(format!("{url}/scim/v2")),
        Some(url) => Ok(format!(
            "{url}/scim/v2 (without TLS: for loopback and trusted networks only)"
        )),
        None if serve.bind.ip().is_loopback() => {
            Ok(format!("http://{}/scim/v2 (from --bind)", serve.bind))
        }
        None => Err(format!(
            "bound to {} without --base-url: links in answers would not be reachable; set SCIMD_BASE_URL",
            serve.bind
        )),
    }
}

fn migrations(connection: &mut DbConnection) -> Outcome<String> {
    let pending = pending(connection)?;
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

fn clocks(connection: &mut DbConnection) -> Outcome<String> {
    let theirs = connection.now_ms().map_err(|error| error.to_string())?;
    let skew_ms = clock().now_ms() - theirs;
    if skew_ms.abs() > CLOCK_SKEW_MAX_MS {
        return Err(format!(
            "this machine and the database differ by {skew_ms} ms; check NTP"
        ));
    }
    Ok(format!("agrees with the database's ({skew_ms} ms)"))
}

fn tenants(connection: &mut DbConnection) -> Outcome<String> {
    let tenants =
        Tenant::all(connection).map_err(|_| "cannot be read; run `scimd migrate`".to_owned())?;
    Ok(format!("{} tenants", tenants.len()))
}
