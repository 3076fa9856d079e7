//! The cost floor of PostgreSQL: pgbench's own built-in scripts on the same cluster.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::Result;
use crate::load::Tally;
use crate::measure::{Bench, Measured};
use crate::postgres::Cluster;

/// Connecting costs the database more than a transaction. With many transactions the mean hardly shows it.
const TRANSACTIONS_PER_REQUEST: usize = 10;
const TRANSACTIONS_MAX: usize = 20_000;

/// Floors, or the reason why there are none.
pub(crate) enum Floor {
    Measured {
        select: Box<Measured>,
        update: Box<Measured>,
    },
    Skipped(&'static str),
}

/// Runs only on the private cluster: pgbench makes tables, which a given database should not get.
pub(crate) fn floor(bench: &Bench, requests: usize, cluster: Option<&Cluster>) -> Result<Floor> {
    let Some(cluster) = cluster else {
        return Ok(Floor::Skipped(
            "no floor of the database: it is measured on a private PostgreSQL cluster only",
        ));
    };
    if cluster.client_program("pgbench").is_none() {
        return Ok(Floor::Skipped(
            "no floor of the database: pgbench is not installed",
        ));
    }
    crate::say("measuring the floor of PostgreSQL with pgbench");
    run(
        &mut pgbench(cluster)?,
        &["--initialize", "--quiet", "--scale=1"],
    )?;
    Ok(Floor::Measured {
        select: Box::new(built_in(bench, requests, cluster, "select-only")?),
        update: Box::new(built_in(bench, requests, cluster, "simple-update")?),
    })
}

fn pgbench(cluster: &Cluster) -> Result<Command> {
    cluster
        .client_program("pgbench")
        .ok_or_else(|| "pgbench is gone".into())
}

fn built_in(bench: &Bench, requests: usize, cluster: &Cluster, name: &str) -> Result<Measured> {
    let transactions = (requests * TRANSACTIONS_PER_REQUEST).min(TRANSACTIONS_MAX);
    let source = ["--builtin", name];
    script(
        bench,
        transactions,
        cluster,
        &format!("pgbench {name}"),
        &source,
    )
}

/// Runs scripts so often, over as many connections as requests have. `source` are the arguments that name them.
pub(crate) fn script(
    bench: &Bench,
    transactions: usize,
    cluster: &Cluster,
    name: &str,
    source: &[&str],
) -> Result<Measured> {
    let logs = tempfile::tempdir()?;
    let connections = bench.many.connections();
    let (clients, each) = (
        connections.to_string(),
        (transactions / connections).max(1).to_string(),
    );
    let arguments = [
        "--no-vacuum",
        "--protocol=prepared",
        "--client",
        &clients,
        "--transactions",
        &each,
    ];
    let arguments = [&arguments[..], source].concat();
    let before = bench.probe.read();
    let start = Instant::now();
    let said = run(
        pgbench(cluster)?
            .current_dir(logs.path())
            .args(["--log", "--log-prefix=log"]),
        &arguments,
    )?;
    let whole = start.elapsed();
    let cpu = bench.probe.read().since(before);
    let mut measured = Measured::new(name)?;
    let nanos = read_logs(logs.path())?;
    let tally = Tally {
        elapsed: seconds(&said, nanos.len()).unwrap_or(whole),
        nanos,
        wrong: Vec::new(),
    };
    measured.add(tally, cpu);
    // The server takes no part in it.
    measured.cpu.server_ns = Some(0);
    Ok(measured)
}

/// Returns what pgbench has printed.
fn run(command: &mut Command, arguments: &[&str]) -> Result<String> {
    let output = command.args(arguments).output()?;
    if !output.status.success() {
        return Err(format!(
            "pgbench: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        )
        .into());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The time of so many transactions, without that of connecting: `tps = 1234.5 (without initial connection time)`.
fn seconds(said: &str, transactions: usize) -> Option<Duration> {
    let mut lines = said.lines();
    let rate = lines.find_map(|line| line.strip_prefix("tps = "))?;
    let rate: f64 = rate.split_ascii_whitespace().next()?.parse().ok()?;
    Duration::try_from_secs_f64(transactions as f64 / rate).ok()
}

/// One file per pgbench thread.
fn read_logs(directory: &Path) -> Result<Vec<u64>> {
    let mut nanos = Vec::new();
    for entry in fs::read_dir(directory)? {
        nanos.extend(
            fs::read_to_string(entry?.path())?
                .lines()
                .filter_map(transaction_nanos),
        );
    }
    Ok(nanos)
}

/// `client_id transaction_no time script_no time_epoch time_us`, of which `time` is in microseconds.
fn transaction_nanos(line: &str) -> Option<u64> {
    Some(line.split_ascii_whitespace().nth(2)?.parse::<u64>().ok()? * 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connecting_is_no_part_of_the_time() {
        let said = "latency average = 1.0 ms\ntps = 500.000000 (without initial connection time)\n";
        assert_eq!(seconds(said, 1_000), Some(Duration::from_secs(2)));
        assert_eq!(seconds("tps = 0.0 (x)", 10), None);
        assert_eq!(seconds("", 10), None);
    }

    #[test]
    fn the_third_column_is_the_latency() {
        assert_eq!(
            transaction_nanos("0 199 2241 0 1175850568 995598"),
            Some(2_241_000)
        );
        assert_eq!(transaction_nanos("0 199 skipped 0 1175850568 995598"), None);
        assert_eq!(transaction_nanos(""), None);
    }
}
