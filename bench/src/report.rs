//! The report: one line per scenario, then the ratios, then sentences.

use std::collections::HashMap;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use serde_json::{Value, json};

use crate::Result;
use crate::against::Against;
use crate::latency::Latency;
use crate::measure::Measured;
use crate::pgbench::Floor;
use crate::ratio::{Goal, Ratio, divide};

const WRONG_SHOWN_MAX: usize = 5;

pub(crate) struct Report {
    title: String,
    scenarios: Vec<Measured>,
    /// By the names of scenarios.
    floors: HashMap<String, Against>,
    /// What the run was made with, for the JSON.
    facts: Value,
    ratios: Vec<Ratio>,
    notes: Vec<String>,
}

impl Report {
    pub(crate) fn new(title: String) -> Self {
        Self {
            title,
            scenarios: Vec::new(),
            floors: HashMap::new(),
            facts: Value::Null,
            ratios: Vec::new(),
            notes: Vec::new(),
        }
    }

    pub(crate) fn scenario(&mut self, measured: Measured) {
        self.scenarios.push(measured);
    }

    pub(crate) fn facts(&mut self, facts: Value) {
        self.facts = facts;
    }

    pub(crate) fn find(&self, name: &str) -> Option<&Measured> {
        self.scenarios.iter().find(|measured| measured.name == name)
    }

    /// Counts what was found wrong after a scenario among its wrong answers.
    pub(crate) fn wrong(&mut self, name: &str, found: Vec<String>) {
        let scenario = self
            .scenarios
            .iter_mut()
            .find(|measured| measured.name == name);
        if let Some(scenario) = scenario {
            scenario.wrong.extend(found);
        }
    }

    /// Compares a scenario with its floor, if that was measured.
    pub(crate) fn against(&mut self, name: &str, floor: &str, by_rate: bool) {
        if let (Some(measured), Some(floor)) = (self.find(name), self.find(floor)) {
            let against = Against::of(measured, floor, by_rate);
            self.floors.insert(name.to_owned(), against);
        }
    }

    /// As [`Self::ratio`], of scenarios that are in the report.
    pub(crate) fn ratio_of(&mut self, what: &str, above: &str, below: &str) {
        if let (Some(above), Some(below)) = (self.find(above), self.find(below)) {
            let ratio = Ratio::of_medians(what, above, below, None);
            self.ratios.push(ratio);
        }
    }

    /// The cost of `above` relative to `below`, in p50 and in CPU of server and database together.
    pub(crate) fn ratio(
        &mut self,
        what: &str,
        above: &Measured,
        below: &Measured,
        goal: Option<Goal>,
    ) {
        self.ratios
            .push(Ratio::of_medians(what, above, below, goal));
    }

    /// The cost of `above` relative to `below`, over all requests of each. `time` is the ratio of times.
    pub(crate) fn ratio_of_all(
        &mut self,
        what: String,
        time: Option<f64>,
        (above, below): (&Measured, &Measured),
        goal: Goal,
    ) {
        let cpu = |measured: &Measured| measured.cpu.total_ns().map(|ns| ns as f64);
        self.ratios.push(Ratio {
            what,
            measure: "time",
            time,
            cpu: divide(cpu(above), cpu(below)),
            goal: Some(goal),
        });
    }

    /// A sentence below the ratios.
    pub(crate) fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    pub(crate) fn floor(&mut self, floor: Floor) {
        let (select, update) = match floor {
            Floor::Skipped(why) => return self.note(why),
            Floor::Measured { select, update } => (*select, *update),
        };
        for (name, below) in [
            ("GET of a user", &select),
            ("POST of a user", &update),
            ("PATCH of a user", &update),
        ] {
            let Some(above) = self.scenarios.iter().find(|measured| measured.name == name) else {
                continue;
            };
            let p50 = divide(
                above.latency.quantile_us(0.5),
                below.latency.quantile_us(0.5),
            );
            let database = |measured: &Measured| measured.per_request_us(measured.cpu.database_ns);
            let cpu = divide(database(above), database(below));
            let what = format!("{name} : {} (CPU: of the database alone)", below.name);
            self.ratios.push(Ratio {
                what,
                measure: "p50",
                time: p50,
                cpu,
                goal: None,
            });
        }
        self.scenarios.extend([select, update]);
    }

    pub(crate) fn wrong_count(&self) -> usize {
        self.scenarios
            .iter()
            .map(|measured| measured.wrong.len())
            .sum()
    }

    /// Writes the report as a line of JSON behind those that are in the file.
    pub(crate) fn add_json(&self, path: &Path) -> Result<()> {
        let mut file = OpenOptions::new().create(true).append(true).open(path)?;
        writeln!(file, "{}", self.as_json())?;
        Ok(())
    }

    pub(crate) fn as_json(&self) -> Value {
        let scenarios = self.scenarios.iter().map(|measured| {
            let mut scenario = as_json(measured);
            scenario["floor"] = self
                .floors
                .get(&measured.name)
                .map_or(Value::Null, Against::as_json);
            scenario
        });
        let ratios = self.ratios.iter().map(|ratio| {
            let goal = ratio.goal.map(|goal| goal.judge(ratio));
            json!({ "what": ratio.what, "measure": ratio.measure, "time": ratio.time, "cpu": ratio.cpu, "goal": goal })
        });
        json!({
            "title": self.title,
            "facts": self.facts,
            "scenarios": scenarios.collect::<Vec<_>>(),
            "ratios": ratios.collect::<Vec<_>>(),
            "notes": self.notes,
        })
    }

    pub(crate) fn print(&self, out: &mut impl Write) -> Result<()> {
        writeln!(out, "\n{}\n", self.title)?;
        let width = self
            .scenarios
            .iter()
            .map(|measured| measured.name.len())
            .max()
            .unwrap_or(0);
        let has_floors = !self.floors.is_empty();
        writeln!(
            out,
            "{:width$} {:>8} {:>9} {:>9} {:>9} {:>8} {:>10} {:>10} {:>8} {:>6}{}",
            "scenario",
            "requests",
            "p50 µs",
            "p95 µs",
            "p99 µs",
            "req/s",
            "server µs",
            "db µs",
            "peak MiB",
            "wrong",
            if has_floors {
                "   CPU:floor  rate:floor"
            } else {
                ""
            }
        )?;
        for measured in &self.scenarios {
            let floor = self.floors.get(&measured.name).map(beside);
            let line = line(measured, width);
            writeln!(out, "{line}{}", floor.unwrap_or_default())?;
        }
        writeln!(
            out,
            "server µs, db µs: CPU per request; - is not measured, or no process of its own"
        )?;
        if has_floors {
            writeln!(
                out,
                "CPU:floor, rate:floor: CPU per request, and for writes requests per second, relative to the statements alone"
            )?;
        }
        writeln!(out)?;
        for ratio in &self.ratios {
            writeln!(out, "{ratio}")?;
        }
        for note in &self.notes {
            writeln!(out, "{note}")?;
        }
        self.print_wrong(out)
    }

    fn print_wrong(&self, out: &mut impl Write) -> Result<()> {
        for measured in self
            .scenarios
            .iter()
            .filter(|measured| !measured.wrong.is_empty())
        {
            writeln!(out, "wrong in {}:", measured.name)?;
            for wrong in measured.wrong.iter().take(WRONG_SHOWN_MAX) {
                writeln!(out, "  {wrong}")?;
            }
        }
        match self.wrong_count() {
            0 => writeln!(out, "answers: every one checked was right")?,
            count => writeln!(out, "answers: {count} were wrong")?,
        }
        Ok(())
    }
}

fn as_json(measured: &Measured) -> Value {
    let quantile = |quantile| measured.latency.quantile_us(quantile);
    let cpu = |cpu_ns| measured.per_request_us(cpu_ns);
    json!({
        "name": measured.name,
        "requests": measured.latency.count(),
        "per_second": measured.rate(),
        "seconds": measured.elapsed.as_secs_f64(),
        "p50_us": quantile(0.5), "p95_us": quantile(0.95), "p99_us": quantile(0.99),
        "server_cpu_us": cpu(measured.cpu.server_ns), "database_cpu_us": cpu(measured.cpu.database_ns),
        "peak_kib": measured.memory.map(|memory| memory.highest_kib),
        "wrong": measured.wrong.len(),
    })
}

fn line(measured: &Measured, width: usize) -> String {
    let Measured {
        name,
        latency,
        wrong,
        ..
    } = measured;
    let count = latency.count();
    let rate = measured.rate().unwrap_or(0.0);
    let quantile = |quantile| number(Latency::quantile_us(latency, quantile));
    let cpu = |cpu_ns| number(measured.per_request_us(cpu_ns));
    let (server, database) = (cpu(measured.cpu.server_ns), cpu(measured.cpu.database_ns));
    format!(
        "{name:width$} {count:>8} {:>9} {:>9} {:>9} {rate:>8.0} {server:>10} {database:>10} {:>8} {:>6}",
        quantile(0.5),
        quantile(0.95),
        quantile(0.99),
        number(
            measured
                .memory
                .map(|memory| memory.highest_kib as f64 / 1024.0)
        ),
        wrong.len()
    )
}

/// The columns of the floor.
fn beside(against: &Against) -> String {
    let ratio =
        |ratio: Option<f64>| ratio.map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.2}"));
    format!("  {:>10}  {:>10}", ratio(against.cpu), ratio(against.rate))
}

fn number(us: Option<f64>) -> String {
    us.map_or_else(|| "-".to_owned(), |us| format!("{us:.0}"))
}
