//! The requirement ledger: what the standards ask and how identity providers behave (`conformance/*.tsv`), joined with the
//! tests that say so in their `Rows` lines and with the recordings that say so in their `behaviours`, written to
//! `docs/conformance.md`. A requirement with neither a proof nor a reason fails here.
//!
//! A test that proves something new, or a row with a new sentence, changes the page:
//!
//! ```text
//! UPDATE_CONFORMANCE=1 cargo test --test conformance
//! ```

#[path = "conformance/data.rs"]
mod data;
#[path = "conformance/fails.rs"]
mod fails;
#[path = "conformance/ledger.rs"]
mod ledger;
#[path = "conformance/page.rs"]
mod page;
#[path = "conformance/proofs.rs"]
mod proofs;
#[path = "conformance/recordings.rs"]
mod recordings;

use std::fs;
use std::path::{Path, PathBuf};

const PAGE: &str = "docs/conformance.md";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Path, relative to the root, and text of every file below a directory whose name ends so.
fn files(directory: &str, ending: &str) -> Vec<(String, String)> {
    let mut paths = Vec::new();
    walk(&root().join(directory), &mut paths);
    let read = |path: PathBuf| {
        let name = path.strip_prefix(root()).ok()?.to_str()?.replace('\\', "/");
        let text = name.ends_with(ending).then(|| fs::read_to_string(&path));
        Some((name, text?.ok()?))
    };
    paths.into_iter().filter_map(read).collect()
}

fn walk(directory: &Path, found: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            walk(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[track_caller]
fn none(findings: &[String]) {
    assert!(findings.is_empty(), "\n{}\n", findings.join("\n"));
}

#[test]
fn every_requirement_has_a_test_or_a_reason_and_the_page_says_which() {
    let (groups, mut findings) = data::read(&files("conformance", ".tsv"));
    let sources = [
        files("scim/src", ".rs"),
        files("src", ".rs"),
        files("tests", ".rs"),
    ]
    .concat();
    assert!(sources.len() > 100, "the sources were not found");
    let (mut proofs, more) = proofs::read(&sources);
    findings.extend(more);
    let recordings = files(recordings::FOLDER, ".json");
    findings.extend(recordings::read(&recordings, &mut proofs));
    findings.extend(ledger::findings(&groups, &proofs));
    none(&findings);

    let rendered = page::render(&groups, &proofs);
    let path = root().join(PAGE);
    if std::env::var_os("UPDATE_CONFORMANCE").is_some() {
        fs::write(&path, &rendered).expect("docs/conformance.md can be written");
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == rendered,
        "{PAGE} is out of date; run `UPDATE_CONFORMANCE=1 cargo test --test conformance` and look at what changed"
    );
}
