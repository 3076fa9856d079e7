//! The report: one line per scenario, then the ratios.

use std::io::Write;

use crate::Result;
use crate::cli::RunArgs;
use crate::latency::Latency;
use crate::measure::Measured;
use crate::pgbench::Floor;

/// How much longer adding a member may take in the large group than in the small one.
pub(crate) const MEMBER_ADD_LIMIT: f64 = 1.3;
const WRONG_SHOWN_MAX: usize = 5;

pub(crate) struct Report {
    title: String,
    scenarios: Vec<Measured>,
    ratios: Vec<Ratio>,
    notes: Vec<&'static str>,
}

struct Ratio {
    what: String,
    p50: Option<f64>,
    cpu: Option<f64>,
    limit: Option<f64>,
}

impl Report {
    pub(crate) fn new(args: &RunArgs, label: &str) -> Self {
        let (connections, large) = (args.connections, args.large_group);
        let title = format!("{label}: {connections} connections, {large} users, all in one group");
        Self {
            title,
            scenarios: Vec::new(),
            ratios: Vec::new(),
            notes: Vec::new(),
        }
    }

    pub(crate) fn scenario(&mut self, measured: Measured) {
        self.scenarios.push(measured);
    }

    /// How many times `above` costs what `below` costs, in p50 and in CPU of server and database together.
    pub(crate) fn ratio(
        &mut self,
        what: &str,
        above: &Measured,
        below: &Measured,
        limit: Option<f64>,
    ) {
        let cpu = |measured: &Measured| measured.per_request_us(measured.cpu.total_ns());
        let p50 = divide(
            above.latency.quantile_us(0.5),
            below.latency.quantile_us(0.5),
        );
        self.ratios.push(Ratio {
            what: what.to_owned(),
            p50,
            cpu: divide(cpu(above), cpu(below)),
            limit,
        });
    }

    pub(crate) fn floor(&mut self, floor: Floor) {
        let (select, update) = match floor {
            Floor::Skipped(why) => return self.notes.push(why),
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
                p50,
                cpu,
                limit: None,
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

    pub(crate) fn print(&self, out: &mut impl Write) -> Result<()> {
        writeln!(out, "\n{}\n", self.title)?;
        let width = self
            .scenarios
            .iter()
            .map(|measured| measured.name.len())
            .max()
            .unwrap_or(0);
        writeln!(
            out,
            "{:width$} {:>8} {:>9} {:>9} {:>8} {:>10} {:>10} {:>6}",
            "scenario", "requests", "p50 µs", "p99 µs", "req/s", "server µs", "db µs", "wrong"
        )?;
        for measured in &self.scenarios {
            writeln!(out, "{}", line(measured, width))?;
        }
        writeln!(
            out,
            "server µs, db µs: CPU per request; - is not measured, or no process of its own\n"
        )?;
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

impl std::fmt::Display for Ratio {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}: p50 {}, CPU {}",
            self.what,
            times(self.p50),
            times(self.cpu)
        )?;
        let Some(limit) = self.limit else {
            return Ok(());
        };
        let within = |ratio: Option<f64>| match ratio {
            Some(ratio) if ratio <= limit => "yes",
            Some(_) => "NO",
            None => "unknown",
        };
        write!(
            f,
            "; at most {limit}: p50 {}, CPU {}",
            within(self.p50),
            within(self.cpu)
        )
    }
}

fn line(measured: &Measured, width: usize) -> String {
    let Measured {
        name,
        latency,
        elapsed,
        wrong,
        ..
    } = measured;
    let count = latency.count();
    let rate = count as f64 / elapsed.as_secs_f64().max(f64::EPSILON);
    let quantile = |quantile| number(Latency::quantile_us(latency, quantile));
    let cpu = |cpu_ns| number(measured.per_request_us(cpu_ns));
    let (server, database) = (cpu(measured.cpu.server_ns), cpu(measured.cpu.database_ns));
    format!(
        "{name:width$} {count:>8} {:>9} {:>9} {rate:>8.0} {server:>10} {database:>10} {:>6}",
        quantile(0.5),
        quantile(0.99),
        wrong.len()
    )
}

fn divide(above: Option<f64>, below: Option<f64>) -> Option<f64> {
    below
        .filter(|below| *below > 0.0)
        .and_then(|below| Some(above? / below))
}

fn number(us: Option<f64>) -> String {
    us.map_or_else(|| "-".to_owned(), |us| format!("{us:.0}"))
}

fn times(ratio: Option<f64>) -> String {
    ratio.map_or_else(|| "unknown".to_owned(), |ratio| format!("{ratio:.2}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(p50: Option<f64>, cpu: Option<f64>, limit: Option<f64>, expected: &str) {
        assert_eq!(
            Ratio {
                what: "a vs b".to_owned(),
                p50,
                cpu,
                limit
            }
            .to_string(),
            expected
        );
    }

    #[test]
    fn a_ratio_says_whether_it_keeps_its_limit() {
        check(
            Some(1.041),
            Some(1.5),
            Some(1.3),
            "a vs b: p50 1.04, CPU 1.50; at most 1.3: p50 yes, CPU NO",
        );
        check(
            Some(2.0),
            None,
            Some(1.3),
            "a vs b: p50 2.00, CPU unknown; at most 1.3: p50 NO, CPU unknown",
        );
        check(Some(2.0), Some(3.0), None, "a vs b: p50 2.00, CPU 3.00");
    }

    #[test]
    fn nothing_is_divided_by_nothing() {
        assert_eq!(divide(Some(1.0), Some(0.0)), None);
        assert_eq!(divide(None, Some(2.0)), None);
        assert_eq!(divide(Some(3.0), Some(2.0)), Some(1.5));
    }
}
