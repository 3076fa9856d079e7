//! `scimd conformance`: prints the requirements, as `docs/conformance.md` had them when this program was built.

use std::io::{ErrorKind, Write as _};

use super::terminal::Outcome;
use crate::config::ConformanceArgs;

/// The page with the tables to print. `tests/conformance.rs` writes it and fails when it is out of date.
const PAGE: &str = include_str!("../../docs/conformance.md");

/// The first word of each state of a row, and the name for a count of such rows.
const STATES: [(&str, &str); 3] = [
    ("tested", "tested"),
    ("otherwise", "otherwise by design"),
    ("not", "not by design"),
];

/// One row of the page, with its cells unchanged.
struct Row<'a> {
    id: &'a str,
    source: &'a str,
    level: &'a str,
    requirement: &'a str,
    state: &'a str,
}

pub(super) fn run(args: &ConformanceArgs) -> Outcome {
    let all = rows(PAGE);
    if !all.iter().any(|row| row.is_named_by(args)) {
        return Err(nothing_of_this_name(&all, args));
    }
    let chosen: Vec<&Row> = all.iter().filter(|row| row.is_asked_for(args)).collect();
    match print(&chosen) {
        // A reader such as `head` closes the pipe early. That is no error.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.map_err(|error| format!("cannot write to standard output: {error}")),
    }
}

/// Finds the rows of all tables. The first cell of such a row is an ID.
fn rows(page: &str) -> Vec<Row<'_>> {
    let row = |line| {
        let line: &str = line;
        let cells: Vec<&str> = line
            .strip_prefix("| ")?
            .strip_suffix(" |")?
            .split(" | ")
            .collect();
        let [id, source, level, requirement, state] = cells[..] else {
            return None;
        };
        group(id).map(|_| Row {
            id,
            source,
            level,
            requirement,
            state,
        })
    };
    page.lines().filter_map(row).collect()
}

/// Reads the group of an ID such as `BULK-27`.
fn group(id: &str) -> Option<&str> {
    let (group, number) = id.split_once('-')?;
    let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    digits.then_some(group)
}

impl Row<'_> {
    fn is_named_by(&self, args: &ConformanceArgs) -> bool {
        let named = args
            .id
            .as_deref()
            .is_none_or(|id| id.eq_ignore_ascii_case(self.id));
        let asked = args.group.as_deref();
        let grouped = asked.is_none_or(|asked| {
            group(self.id).is_some_and(|group| group.eq_ignore_ascii_case(asked))
        });
        named && grouped
    }

    fn is_asked_for(&self, args: &ConformanceArgs) -> bool {
        self.is_named_by(args) && !(args.not_implemented && self.state.starts_with("tested"))
    }
}

fn nothing_of_this_name(all: &[Row], args: &ConformanceArgs) -> String {
    let asked = [("--id", &args.id), ("--group", &args.group)];
    let asked = asked
        .iter()
        .filter_map(|(flag, value)| value.as_deref().map(|value| format!("{flag} {value}")));
    let mut groups: Vec<&str> = all.iter().filter_map(|row| group(row.id)).collect();
    groups.dedup();
    format!(
        "there is no requirement for {}; the groups are {}",
        asked.collect::<Vec<_>>().join(" "),
        groups.join(", ")
    )
}

fn print(rows: &[&Row]) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    for row in rows {
        writeln!(out, "{}  {}  {}", row.id, row.level, row.source)?;
        writeln!(out, "    {}", plain(row.requirement))?;
        writeln!(out, "    {}\n", plain(row.state))?;
    }
    writeln!(out, "{}", counts(rows))?;
    out.flush()
}

/// Removes Markdown from a cell.
fn plain(cell: &str) -> String {
    cell.replace('`', "")
}

/// Counts all rows, and the rows of each state.
fn counts(rows: &[&Row]) -> String {
    let of_state = STATES.iter().filter_map(|(word, name)| {
        let count = rows
            .iter()
            .filter(|row| row.state.starts_with(word))
            .count();
        (count > 0).then(|| format!("{count} {name}"))
    });
    let of_state: Vec<String> = of_state.collect();
    let total = match rows.len() {
        1 => "1 requirement".to_owned(),
        many => format!("{many} requirements"),
    };
    match of_state[..] {
        [] => total,
        _ => format!("{total}: {}", of_state.join(", ")),
    }
}
