//! Requirements and tests, joined: what is the state of a row, and what must not be.

use super::data::{Group, Row, Stance};
use super::proofs::Proofs;

/// Vendors' suites whose checks tests name.
const SUITES: &[&str] = &["EN", "OK"];

/// What the page says of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Tested,
    Otherwise,
    Not,
}

/// The state of a row that `findings` has nothing to say about.
pub(crate) fn state(row: &Row) -> State {
    match row.stance {
        Stance::Otherwise(_) => State::Otherwise,
        Stance::Not(_) => State::Not,
        Stance::Held => State::Tested,
    }
}

/// Rows with neither tests nor a reason, or with both where they contradict each other, and tests of rows that are none.
pub(crate) fn findings(groups: &[Group], proofs: &Proofs) -> Vec<String> {
    let rows = || groups.iter().flat_map(|group| &group.rows);
    let mut findings: Vec<String> = rows().filter_map(|row| finding(row, proofs)).collect();
    let stray = proofs.iter().filter(|(id, _)| {
        let group = id.rsplit_once('-').map_or("", |(group, _)| group);
        !rows().any(|row| row.id == **id) && !SUITES.contains(&group)
    });
    findings.extend(stray.map(|(id, tests)| {
        let tests = tests.join(", ");
        format!("{id}: there is no such row; named by {tests}")
    }));
    findings
}

fn finding(row: &Row, proofs: &Proofs) -> Option<String> {
    let (id, tests) = (&row.id, proofs.get(&row.id));
    match (&row.stance, tests) {
        (Stance::Held, None) => Some(format!(
            "{id}: no test names it, and no recording; write one, or a reason in the last column"
        )),
        (Stance::Otherwise(_), None) => Some(format!(
            "{id}: what is done otherwise needs a test or a recording that shows it"
        )),
        (Stance::Not(_), Some(tests)) => Some(format!(
            "{id}: is not done by design, but {} names it",
            tests.join(", ")
        )),
        _ => None,
    }
}
