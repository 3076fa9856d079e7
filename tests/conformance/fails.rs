//! Each check of the ledger with made-up data that it must find, so that none can fall asleep.

use super::data::{self, Group, Row, Stance};
use super::ledger::{self, State};
use super::page;
use super::proofs::{self, Proofs, is_id};
use super::recordings;

fn rows(lines: &[&str]) -> (Vec<Row>, Vec<String>) {
    let text = format!("# A title\n{}\n", lines.join("\n"));
    let files = [("conformance/SORT.tsv".to_owned(), text)];
    let (mut groups, mut findings) = data::read(&files);
    findings.retain(|finding| !finding.ends_with("is missing"));
    let rows = groups.pop().map(|group| group.rows);
    (rows.unwrap_or_default(), findings)
}

fn found(source: &str) -> (Proofs, Vec<String>) {
    proofs::read(&[("tests/api/x.rs".to_owned(), source.to_owned())])
}

/// What the ledger says of one row of this line, with the tests of a source.
fn judged(line: &str, source: &str) -> Vec<String> {
    let (proofs, mut findings) = found(source);
    findings.extend(joined(line, &proofs));
    findings
}

/// What the ledger says of one row of this line, with these proofs.
fn joined(line: &str, proofs: &Proofs) -> Vec<String> {
    let (rows, mut findings) = rows(&[line]);
    let group = Group {
        name: "SORT".into(),
        title: "T".into(),
        rows,
    };
    findings.extend(ledger::findings(&[group], proofs));
    findings
}

/// Adds one recording to the proofs.
fn recorded(recording: &str, proofs: &mut Proofs) -> Vec<String> {
    let path = "tests/recordings/okta/push.json".to_owned();
    recordings::read(&[(path, recording.to_owned())], proofs)
}

const PLAIN: &str = "SORT-01\tRFC 7644 §3\tmust\tIt sorts.";
const OTHERWISE: &str = "SORT-01\tRFC 7644 §3\tmust\tIt sorts.\totherwise: it does not.";
const NOT: &str = "SORT-01\tRFC 7644 §3\tmust\tIt sorts.\tnot: no.";
const TEST: &str = "#[test]\n/// Rows: SORT-01\nfn sorts() {\n}\n";
const RECORDING: &str = r#"{ "behaviours": ["SORT-01"], "steps": [
    { "name": "a", "behaviours": ["SORT-01", "SORT-2"] }, { "name": "b" }
] }"#;

#[test]
fn a_row_has_a_test_or_a_reason() {
    assert!(judged(PLAIN, TEST).is_empty() && judged(OTHERWISE, TEST).is_empty());
    assert!(judged(NOT, "").is_empty());
    for (line, source, said) in [
        (PLAIN, "", "no test names it"),
        (OTHERWISE, "", "needs a test"),
        (NOT, TEST, "by design"),
    ] {
        let findings = judged(line, source);
        assert!(
            findings.len() == 1 && findings[0].contains(said),
            "{line}: {findings:?}"
        );
    }
}

#[test]
fn a_test_names_rows_that_exist() {
    let suites = TEST.replace("SORT-01", "SORT-01 OK-1 EN-4");
    assert!(judged(PLAIN, &suites).is_empty());
    for stray in ["SORT-99", "SORT-1", "SORTS-01", "OKTA-99"] {
        let findings = judged(PLAIN, &TEST.replace("SORT-01", &format!("SORT-01 {stray}")));
        assert!(
            findings.len() == 1 && findings[0].contains(stray),
            "{findings:?}"
        );
    }
}

#[test]
fn a_recording_proves_what_it_and_its_steps_name() {
    let (mut proofs, _) = found(TEST);
    assert_eq!(recorded(RECORDING, &mut proofs), [""; 0]);
    assert_eq!(proofs["SORT-01"], ["`sorts`", "`okta/push` (recording)"]);
    assert_eq!(proofs["SORT-2"], ["`okta/push` (recording)"]);
    let findings = joined(PLAIN, &proofs);
    let stray = "SORT-2: there is no such row; named by `okta/push` (recording)";
    assert_eq!(findings, [stray]);
    let mut alone = Proofs::new();
    recorded(&RECORDING.replace("SORT-2", "SORT-01"), &mut alone);
    assert_eq!(joined(PLAIN, &alone), [""; 0]);
    assert_eq!(joined(OTHERWISE, &alone), [""; 0]);
    assert_eq!(joined(NOT, &alone).len(), 1, "done and not done");
}

#[test]
fn recordings_that_prove_nothing_are_named() {
    for recording in [
        "steps",
        r#"["SORT-01"]"#,
        r#"{ "behaviours": ["SORT-01"] }"#,
        r#"{ "behaviours": ["SORT-01"], "steps": [] }"#,
        r#"{ "behaviours": [], "steps": [{ "name": "a" }] }"#,
        r#"{ "behaviours": "SORT-01", "steps": [{ "name": "a" }] }"#,
        r#"{ "behaviours": ["SORT-01"], "steps": [{ "name": "a", "behaviours": ["sorting"] }] }"#,
    ] {
        let mut proofs = Proofs::new();
        assert_eq!(recorded(recording, &mut proofs).len(), 1, "{recording}");
        assert!(proofs.is_empty(), "{recording}");
    }
}

#[test]
fn badly_written_rows_are_named() {
    assert_eq!(rows(&[PLAIN]).1, [""; 0]);
    assert_eq!(rows(&["SORT-1\tRFC\tmust\tIt sorts."]).1, [""; 0]);
    for line in [
        "",
        "SORT-01\tRFC\tmust",
        "SORT-01\tRFC\tmust\tIt sorts",
        "SORT-01\tRFC\tperhaps\tIt sorts.",
        "SORT-01\t\tmust\tIt sorts.",
        "SORT-01\tRFC\tmust\tIt sorts | or not.",
        "SORT-01\tRFC\tmust\tIt sorts.\tno.",
        "SORT-01\tRFC\tmust\tIt sorts.\tnot: no",
        "PAGE-01\tRFC\tmust\tIt pages.",
        "SORT-\tRFC\tmust\tIt sorts.",
        "SORT-1a\tRFC\tmust\tIt sorts.",
    ] {
        assert_eq!(rows(&[line]).1.len(), 1, "{line}");
    }
    for again in [PLAIN, "SORT-1\tRFC\tmust\tIt sorts."] {
        assert_eq!(rows(&[PLAIN, again]).1.len(), 1, "an ID twice: {again}");
    }
    let (read, _) = rows(&[PLAIN, OTHERWISE, NOT]);
    let stances: Vec<&Stance> = read.iter().map(|row| &row.stance).collect();
    let otherwise = Stance::Otherwise("it does not.".into());
    assert_eq!(
        stances,
        [&Stance::Held, &otherwise, &Stance::Not("no.".into())]
    );
    let (_, findings) = data::read(&[("conformance/ODD.tsv".to_owned(), "no title\n".to_owned())]);
    let about = |file: &str| findings.iter().filter(|text| text.contains(file)).count();
    assert_eq!((about("ODD.tsv"), about("PUT.tsv")), (2, 1), "{findings:?}");
}

#[test]
fn tests_are_found_in_all_their_forms() {
    let black_box = "api_test! {\n    /// Rows: A-1 B-2\n    /// C-3\n    /// Says more.\n    fn black_box(server) {\n    }\n}\n";
    let shared = "/// Rows: A-1\nfn shared(backend: Backend) {\n}\n#[test]\nfn on_sqlite() {\n    shared(Sqlite);\n}\n";
    let another = "#[test]\nfn on_postgres() {\n    shared(Postgres);\n}\n#[test]\nfn another() {\n    other(1);\n}\n";
    let later = "mod tests {\n    /// Rows: D-4\n    #[actix_web::test]\n    async fn later() {\n    }\n}\n";
    let (proofs, findings) = found(&[black_box, shared, another, later].concat());
    assert_eq!(findings, [""; 0]);
    assert_eq!(
        proofs["A-1"],
        ["`black_box`", "`on_postgres`", "`on_sqlite`"]
    );
    assert_eq!(
        (&proofs["C-3"][..], &proofs["D-4"][..]),
        (&["`black_box`".to_owned()][..], &["`later`".to_owned()][..])
    );
    let beside = [("src/a.rs".to_owned(), TEST.to_owned())];
    assert_eq!(proofs::read(&beside).0["SORT-01"], ["`sorts` (src/a.rs)"]);
}

#[test]
fn rows_of_no_test_prove_nothing() {
    for source in [
        "/// Rows: A-1\nfn helper() {\n}\n",
        "/// Rows: A-1\nstruct NotATest;\n",
        "#[test]\n/// Rows:\nfn silent() {\n}\n",
        "#[test]\n/// Rows: everything\nfn boasting() {\n}\n",
        "api_test! {\n}\n/// Rows: A-1\nfn behind() {\n}\n",
    ] {
        let (_, findings) = found(source);
        assert_eq!(findings.len(), 1, "{source}");
    }
    assert!(["A-1", "I18N-12", "PATCH-100"].into_iter().all(is_id));
    assert!(
        !["A", "A-", "-1", "a-1", "A-1,", "1-1", "A-x"]
            .into_iter()
            .any(is_id)
    );
}

#[test]
fn the_page_says_of_each_row_what_it_is() {
    let (rows, _) = rows(&[
        PLAIN,
        "SORT-02\tRFC\tmay\tTwo.\totherwise: three.",
        "SORT-03\tRFC\town\tThree.\tnot: four.",
    ]);
    let (proofs, _) = found(&TEST.replace("SORT-01", "SORT-01 SORT-02"));
    let states: Vec<State> = rows.iter().map(ledger::state).collect();
    assert_eq!(states, [State::Tested, State::Otherwise, State::Not]);
    let group = Group {
        name: "SORT".into(),
        title: "Order, and more".into(),
        rows,
    };
    let page = page::render(&[group], &proofs);
    for line in [
        "| [SORT](#sort-order-and-more) | Order, and more | 3 | 1 | 1 | 1 |",
        "| all |  | 3 | 1 | 1 | 1 |",
        "## SORT: Order, and more",
        "| SORT-01 | RFC 7644 §3 | must | It sorts. | tested: `sorts` |",
        "| SORT-02 | RFC | may | Two. | otherwise: three. Shown by `sorts` |",
        "| SORT-03 | RFC | own | Three. | not: four. |",
    ] {
        assert!(page.lines().any(|found| found == line), "{line}\n{page}");
    }
}
