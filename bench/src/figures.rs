//! The reports of a run as Markdown, all databases side by side.

use serde_json::Value;

use crate::digits::grouped;

const NOTHING: &str = "–";

/// `machine` as `machine::describe` has it, `reports` as `Report::as_json`.
pub(crate) fn section(machine: &Value, reports: &[Value]) -> String {
    let parts = [
        about(machine, reports),
        scenarios(reports),
        floors(reports),
        ratios(reports),
        notes(reports),
    ];
    parts.join("\n\n")
}

/// The machine, the programs, and the size of the run.
fn about(machine: &Value, reports: &[Value]) -> String {
    let word = |name: &str| shown(&machine[name]);
    let versions: Vec<String> = reports
        .iter()
        .filter_map(|report| Some(report["facts"]["version"].as_str()?.to_owned()))
        .collect();
    let facts = reports
        .first()
        .map_or(&Value::Null, |report| &report["facts"]);
    let count = |name: &str| {
        facts[name]
            .as_u64()
            .map_or_else(|| NOTHING.to_owned(), grouped)
    };
    let wrong: u64 = each(reports, "scenarios")
        .filter_map(|(_, scenario)| scenario["wrong"].as_u64())
        .sum();
    let wrong = match wrong {
        0 => "none".to_owned(),
        some => grouped(some),
    };
    format!(
        "Written by `scripts/bench` on {}. {} ({}), {} processors, {} of memory, {}, {}. {} (commit {}), built with {}; {}.\n\n\
         {} users, all in one group; {} requests of most scenarios; {} connections. Wrong answers: {wrong}.",
        word("date"),
        word("cpu"),
        word("architecture"),
        word("processors"),
        word("memory"),
        word("kernel"),
        word("system"),
        word("scimd"),
        word("commit"),
        word("rustc"),
        versions.join(", "),
        count("users"),
        count("requests"),
        count("connections"),
    )
}

/// Every kind of request. `: floor` is CPU, and for writes also requests per second, relative to the floor.
fn scenarios(reports: &[Value]) -> String {
    let is_request = |scenario: &Value| !is_floor(scenario);
    let columns = [
        "req/s",
        "p50 / p95 / p99 ms",
        "CPU µs",
        "peak MiB",
        "CPU : floor",
        "rate : floor",
    ];
    table("request", &columns, reports, is_request, |scenario| {
        let floor = &scenario["floor"];
        vec![
            rate(scenario),
            latencies(scenario),
            cpu(scenario),
            peak(scenario),
            ratio(&floor["cpu"]),
            ratio(&floor["rate"]),
        ]
    })
}

fn floors(reports: &[Value]) -> String {
    let columns = ["per second", "p50 / p95 / p99 ms", "CPU µs"];
    table("floor", &columns, reports, is_floor, |scenario| {
        vec![rate(scenario), latencies(scenario), cpu(scenario)]
    })
}

fn is_floor(scenario: &Value) -> bool {
    let name = scenario["name"].as_str().unwrap_or_default();
    name.starts_with("statement") || name.starts_with("bare handler")
}

/// A row for each name that any of the reports has, with a few columns for each report.
fn table(
    title: &str,
    columns: &[&str],
    reports: &[Value],
    wanted: impl Fn(&Value) -> bool,
    cells: impl Fn(&Value) -> Vec<String>,
) -> String {
    let mut head = vec![title.to_owned()];
    for report in reports {
        let database = shown(&report["facts"]["database"]);
        head.extend(columns.iter().map(|column| format!("{database}: {column}")));
    }
    let mut lines = vec![row(&head), row(&vec!["---".to_owned(); head.len()])];
    for name in names(reports, "scenarios", "name", &wanted) {
        let mut line = vec![name.clone()];
        for report in reports {
            let found = list(report, "scenarios").find(|scenario| scenario["name"] == *name);
            let missing = || vec![NOTHING.to_owned(); columns.len()];
            line.extend(found.map_or_else(missing, &cells));
        }
        lines.push(row(&line));
    }
    lines.join("\n")
}

fn ratios(reports: &[Value]) -> String {
    let mut head = vec!["ratio".to_owned()];
    for report in reports {
        let database = shown(&report["facts"]["database"]);
        head.extend(["time", "CPU"].map(|column| format!("{database}: {column}")));
    }
    head.push("goal".to_owned());
    let mut lines = vec![row(&head), row(&vec!["---".to_owned(); head.len()])];
    for what in names(reports, "ratios", "what", |_| true) {
        let mut line = vec![what.clone()];
        let mut goals = Vec::new();
        for report in reports {
            let found = list(report, "ratios").find(|ratio| ratio["what"] == *what);
            let found = found.unwrap_or(&Value::Null);
            line.extend([ratio(&found["time"]), ratio(&found["cpu"])]);
            if let Some(goal) = found["goal"].as_str() {
                goals.push(format!("{}: {goal}", shown(&report["facts"]["database"])));
            }
        }
        line.push(goals.join("; "));
        lines.push(row(&line));
    }
    lines.join("\n")
}

fn notes(reports: &[Value]) -> String {
    let notes = each(reports, "notes").map(|(report, note)| {
        format!(
            "- {}: {}.",
            shown(&report["facts"]["database"]),
            shown(note)
        )
    });
    notes.collect::<Vec<_>>().join("\n")
}

/// What each report has under `key`.
fn each<'a>(reports: &'a [Value], key: &'a str) -> impl Iterator<Item = (&'a Value, &'a Value)> {
    let of = move |report: &'a Value| list(report, key).map(move |item| (report, item));
    reports.iter().flat_map(of)
}

fn list<'a>(report: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    report[key].as_array().into_iter().flatten()
}

/// The names that any report has, in the order of the first that has them.
fn names(reports: &[Value], key: &str, name: &str, wanted: impl Fn(&Value) -> bool) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (_, item) in each(reports, key).filter(|(_, item)| wanted(item)) {
        let name = shown(&item[name]);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn row(cells: &[String]) -> String {
    format!("| {} |", cells.join(" | "))
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "unknown".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn rate(scenario: &Value) -> String {
    let whole = |rate: f64| grouped(rate.round() as u64);
    scenario["per_second"]
        .as_f64()
        .map_or_else(|| NOTHING.to_owned(), whole)
}

fn latencies(scenario: &Value) -> String {
    let ms = |name: &str| Some(format!("{:.1}", scenario[name].as_f64()? / 1_000.0));
    let all: Option<Vec<String>> = ["p50_us", "p95_us", "p99_us"].into_iter().map(ms).collect();
    all.map_or_else(|| NOTHING.to_owned(), |all| all.join(" / "))
}

/// That of the server, and of the database if it has processes of its own.
fn cpu(scenario: &Value) -> String {
    let us = |name: &str| Some(grouped(scenario[name].as_f64()?.round() as u64));
    match (us("server_cpu_us"), us("database_cpu_us")) {
        (Some(server), Some(database)) => format!("{server} + {database}"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => NOTHING.to_owned(),
    }
}

fn peak(scenario: &Value) -> String {
    let mib = |kib: f64| format!("{:.0}", kib / 1_024.0);
    scenario["peak_kib"]
        .as_f64()
        .map_or_else(|| NOTHING.to_owned(), mib)
}

fn ratio(value: &Value) -> String {
    value
        .as_f64()
        .map_or_else(|| NOTHING.to_owned(), |ratio| format!("{ratio:.2}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn report(database: &str, database_cpu: Option<f64>) -> Value {
        json!({
            "facts": {"database": database, "version": format!("{database} 1.2"), "users": 10_000, "requests": 8_000, "connections": 16},
            "scenarios": [
                {"name": "create", "per_second": 1234.4, "p50_us": 9_000.0, "p95_us": 12_340.0, "p99_us": 20_000.0,
                 "server_cpu_us": 300.0, "database_cpu_us": database_cpu, "peak_kib": 40_960, "wrong": 0,
                 "floor": {"name": "statements: new user", "cpu": 1.5, "rate": 0.5}},
                {"name": "statements: new user", "per_second": 2500.0, "server_cpu_us": 200.0, "wrong": 0},
            ],
            "ratios": [{"what": "a : b", "time": 1.04, "cpu": null, "goal": "at most 1.1: p50 yes"}],
            "notes": ["something is so"],
        })
    }

    #[test]
    fn databases_stand_side_by_side() {
        let machine = json!({"cpu": "Some CPU", "processors": 2, "date": "2026-01-02"});
        let reports = [report("SQLite", None), report("PostgreSQL", Some(500.0))];
        let text = section(&machine, &reports);
        for expected in [
            "on 2026-01-02. Some CPU (unknown), 2 processors,",
            "SQLite 1.2, PostgreSQL 1.2.",
            "10,000 users, all in one group; 8,000 requests of most scenarios; 16 connections. Wrong answers: none.",
            "| create | 1,234 | 9.0 / 12.3 / 20.0 | 300 | 40 | 1.50 | 0.50 \
             | 1,234 | 9.0 / 12.3 / 20.0 | 300 + 500 | 40 | 1.50 | 0.50 |",
            "| statements: new user | 2,500 | – | 200 | 2,500 | – | 200 |",
            "| a : b | 1.04 | – | 1.04 | – | SQLite: at most 1.1: p50 yes; PostgreSQL: at most 1.1: p50 yes |",
            "- PostgreSQL: something is so.",
        ] {
            assert!(text.contains(expected), "{expected}\nis not in\n{text}");
        }
    }

    #[test]
    fn what_one_database_lacks_is_no_number() {
        let mut other = report("PostgreSQL", None);
        other["scenarios"] = json!([]);
        let text = section(&Value::Null, &[report("SQLite", None), other]);
        assert!(text.contains("| create | 1,234 | 9.0 / 12.3 / 20.0 | 300 | 40 | 1.50 | 0.50 | – | – | – | – | – | – |"));
    }

    #[test]
    fn wrong_answers_are_told() {
        let mut wrong = report("SQLite", None);
        wrong["scenarios"][0]["wrong"] = json!(1_200);
        assert!(section(&Value::Null, &[wrong]).contains("Wrong answers: 1,200."));
    }
}
