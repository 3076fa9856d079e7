//! `docs/conformance.md`. `scimd conformance` reads the tables of this page: their form is known to both.

use std::fmt::Write as _;

use super::data::{Group, Row, Stance};
use super::ledger::{State, state};
use super::proofs::Proofs;

const HEAD: &str = "\
# Conformance

What the standards of SCIM ask of a service provider and what identity providers expect of it, in our own words, and what
scimd makes of each requirement:

- **tested**: the tests named prove it; those without a file name are in `tests/api` and ask the real server, on SQLite and on
  PostgreSQL wherever both can show it, and so do recordings, the files in `tests/recordings`;
- **otherwise**: something else is done by design; the reason and the tests that show it;
- **not**: nothing is done about it by design; the reason.

Levels are those of the standards; *own* marks what they leave open or contradict themselves in, so that the answer is
ours. Where a sentence speaks of profile `rfc`, `scimd tenant set SLUG profile=rfc` gives the reading by the letter. The other
profiles understand more than the standard asks.

From GEN on it is clients that ask: GEN is what they have in common, the groups up to DUMMY are one client each, LEN says what
is understood off the letter and where that ends, and DEC what was decided where clients and standards disagree. The source
names the client and how its behaviour is known: *documented* by its vendor, *captured* in requests that were seen or that
public issues and tests show, or only *inferred*.

This page is written by `UPDATE_CONFORMANCE=1 cargo test --test conformance` from `conformance/*.tsv` and the tests;
`scimd conformance --help` shows other ways to read it.
";

/// The counts of a summary.
const COLUMNS: [(&str, State); 3] = [
    ("tested", State::Tested),
    ("otherwise", State::Otherwise),
    ("not", State::Not),
];

pub(crate) fn render(groups: &[Group], proofs: &Proofs) -> String {
    let mut page = HEAD.to_owned();
    let all = || groups.iter().flat_map(|group| &group.rows);
    let columns = &COLUMNS;
    let names: String = columns
        .iter()
        .map(|(name, _)| format!(" {name} |"))
        .collect();
    let _ = write!(
        page,
        "\n| group | about | requirements |{names}\n| --- | --- | --- |"
    );
    page.push_str(&" --- |".repeat(columns.len()));
    page.push('\n');
    for group in groups {
        let title = format!("[{}](#{})", group.name, anchor(group));
        summary(&mut page, [&title, &group.title], columns, &group.rows);
    }
    summary(&mut page, ["all", ""], columns, all());
    for group in groups {
        let _ = write!(page, "\n## {}: {}\n\n", group.name, group.title);
        page.push_str("| ID | source | level | requirement | state |\n");
        page.push_str("| --- | --- | --- | --- | --- |\n");
        for row in &group.rows {
            let (id, source, level, text) = (&row.id, &row.source, &row.level, &row.requirement);
            let said = said(row, proofs);
            let _ = writeln!(page, "| {id} | {source} | {level} | {text} | {said} |");
        }
    }
    page
}

/// The anchor that Markdown renderers make of a group's heading.
fn anchor(group: &Group) -> String {
    let heading = format!("{}: {}", group.name, group.title).to_lowercase();
    let kept = heading
        .chars()
        .filter(|c| c.is_alphanumeric() || [' ', '-'].contains(c));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

fn summary<'a>(
    page: &mut String,
    [name, about]: [&str; 2],
    columns: &[(&str, State)],
    rows: impl IntoIterator<Item = &'a Row>,
) {
    let states: Vec<State> = rows.into_iter().map(state).collect();
    let _ = write!(page, "| {name} | {about} | {} |", states.len());
    for (_, column) in columns {
        let count = states.iter().filter(|state| *state == column).count();
        let _ = write!(page, " {count} |");
    }
    page.push('\n');
}

/// The last cell of a row.
fn said(row: &Row, proofs: &Proofs) -> String {
    let tests = proofs.get(&row.id).map(|tests| tests.join(", "));
    match (&row.stance, tests) {
        (Stance::Held, tests) => format!("tested: {}", tests.unwrap_or_default()),
        (Stance::Otherwise(reason), tests) => {
            format!("otherwise: {reason} Shown by {}", tests.unwrap_or_default())
        }
        (Stance::Not(reason), _) => format!("not: {reason}"),
    }
}
