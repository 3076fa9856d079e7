//! Boundaries and conventions as tests: what compiles but should not be written.
//!
//! Every rule is a function from a source file to findings (`path:line: reason`). The tests in `tidy/rules_fail.rs` give
//! each rule a made-up bad source, so that no rule can fall asleep.

#[path = "tidy/code.rs"]
mod code;
#[path = "tidy/rules.rs"]
mod rules;
#[path = "tidy/rules_fail.rs"]
mod rules_fail;

use std::fs;
use std::path::{Path, PathBuf};

/// A file of the project. `path` is relative to its root, with `/`.
struct Source {
    path: String,
    text: String,
}

impl Source {
    fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    fn finding(&self, line: usize, reason: impl std::fmt::Display) -> String {
        format!("{}:{line}: {reason}", self.path)
    }
}

/// What the project consists of, apart from its tests' recordings and what tools write.
const ROOTS: &[&str] = &[
    "src",
    "tests",
    "bench",
    "migrations",
    "openapi",
    "packs",
    "scripts",
    "docs",
    "conformance",
    ".ci",
    ".github",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every text of the project: the trees of [`ROOTS`] and the files beside them.
fn sources() -> Vec<Source> {
    let beside = entries(root()).into_iter().filter(|path| path.is_file());
    let mut paths: Vec<PathBuf> = beside
        // In a linked working tree `.git` is a file, and holds a path of the machine.
        .filter(|path| {
            path.file_name()
                .is_some_and(|name| name != "Cargo.lock" && name != ".git")
        })
        .collect();
    for tree in ROOTS {
        walk(&root().join(tree), &mut paths);
    }
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).ok()?;
        let path = path
            .strip_prefix(root())
            .ok()?
            .to_string_lossy()
            .replace('\\', "/");
        Some(Source { path, text })
    };
    paths.into_iter().filter_map(read).collect()
}

fn walk(directory: &Path, found: &mut Vec<PathBuf>) {
    for path in entries(directory) {
        if path.is_dir() && path.file_name().is_some_and(|name| name != "target") {
            walk(&path, found);
        } else if path.is_file() {
            found.push(path);
        }
    }
}

fn entries(directory: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(directory) else {
        return Vec::new();
    };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

#[track_caller]
fn none(findings: Vec<String>) {
    assert!(findings.is_empty(), "\n{}\n", findings.join("\n"));
}

#[track_caller]
fn every(rule: impl Fn(&Source) -> Vec<String>) {
    let sources = sources();
    assert!(
        sources.iter().filter(|source| source.is_rust()).count() > 50,
        "the sources were not found"
    );
    none(sources.iter().flat_map(rule).collect());
}

#[test]
fn layers_point_one_way() {
    every(rules::layers);
}

#[test]
fn rules_are_asked_for_and_not_profiles() {
    every(rules::profiles);
}

#[test]
fn nothing_unfinished_or_unsafe() {
    every(rules::unfinished);
}

#[test]
fn no_panics_outside_tests() {
    every(rules::panics);
}

#[test]
fn files_are_small_and_say_what_they_are() {
    every(rules::length);
    every(rules::module_doc);
}

#[test]
fn no_text_knows_the_machine_it_was_written_on() {
    every(rules::machine_paths);
}

#[test]
fn sql_is_formatted_only_where_it_is_known_to_be_ours() {
    none(rules::formatted_sql(&sources()));
}

#[test]
fn migrations_come_in_pairs() {
    let paths: Vec<String> = sources().into_iter().map(|source| source.path).collect();
    assert!(
        paths
            .iter()
            .any(|path| path.starts_with("migrations/sqlite/")),
        "no migrations were found"
    );
    none(rules::migrations(&paths));
}
