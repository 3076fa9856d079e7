//! Boundaries and conventions as tests: what compiles but should not be written.
//!
//! Every rule is a function from a source file to findings (`path:line: reason`). The tests in `tidy/*_fail.rs` give
//! each rule a made-up bad source, so that no rule can fall asleep.

#[path = "tidy/circles.rs"]
mod circles;
#[path = "tidy/circles_fail.rs"]
mod circles_fail;
#[path = "tidy/code.rs"]
mod code;
#[path = "tidy/doors.rs"]
mod doors;
#[path = "tidy/doors_fail.rs"]
mod doors_fail;
#[path = "tidy/layers.rs"]
mod layers;
#[path = "tidy/layers_fail.rs"]
mod layers_fail;
#[path = "tidy/migrations.rs"]
mod migrations;
#[path = "tidy/migrations_fail.rs"]
mod migrations_fail;
#[path = "tidy/modules.rs"]
mod modules;
#[path = "tidy/rules.rs"]
mod rules;
#[path = "tidy/rules_fail.rs"]
mod rules_fail;
#[path = "tidy/sql.rs"]
mod sql;
#[path = "tidy/tokens.rs"]
mod tokens;
#[path = "tidy/words.rs"]
mod words;
#[path = "tidy/words_fail.rs"]
mod words_fail;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// A file of the project. `path` is relative to its root, with `/`.
struct Source {
    path: String,
    text: String,
    code: OnceLock<String>,
}

impl Source {
    fn new(path: String, text: String) -> Self {
        let code = OnceLock::new();
        Self { path, text, code }
    }

    /// The text with comments and the contents of literals blanked. Made once.
    fn code(&self) -> &str {
        self.code.get_or_init(|| code::code(&self.text))
    }

    fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// Sources of scimd, of the protocol and of the stand-in, with their tests inside.
    fn is_of_the_program(&self) -> bool {
        let trees = ["src/", "scim/src/", "okta-standin/src/"];
        self.is_rust() && trees.iter().any(|tree| self.path.starts_with(tree))
    }

    /// A file that is there for tests only, by its name.
    fn is_test(&self) -> bool {
        let names = ["tests", "testing", "arbitrary"];
        let mut parts = self
            .path
            .split('/')
            .map(|part| part.trim_end_matches(".rs"));
        parts.any(|part| names.contains(&part) || part.ends_with("_tests"))
    }

    fn finding(&self, line: usize, reason: impl std::fmt::Display) -> String {
        format!("{}:{line}: {reason}", self.path)
    }
}

/// What the project consists of, apart from its tests' recordings and what tools write.
const ROOTS: &[&str] = &[
    "src",
    "scim",
    "okta-standin",
    "tests",
    "bench",
    "fuzz",
    "deploy",
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
fn sources() -> &'static [Source] {
    static SOURCES: OnceLock<Vec<Source>> = OnceLock::new();
    SOURCES.get_or_init(read_sources)
}

fn read_sources() -> Vec<Source> {
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
        Some(Source::new(path, text))
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
    every(layers::layers);
}

#[test]
fn packages_need_what_their_layer_may_know() {
    every(layers::manifests);
}

#[test]
fn commands_hold_no_use_cases() {
    every(layers::commands);
}

#[test]
fn the_connection_stays_in_the_store() {
    every(doors::connection);
}

#[test]
fn hubs_hold_no_items() {
    every(doors::hubs);
}

#[test]
fn the_base_path_is_spelled_once() {
    none(doors::base_path(sources()));
}

#[test]
fn every_change_is_recorded() {
    none(doors::unrecorded(sources()));
}

#[test]
fn no_change_is_thrown_away() {
    every(doors::dropped);
}

#[test]
fn words_are_those_of_today() {
    every(words::phrases);
}

#[test]
fn resource_types_are_called_so() {
    every(words::kinds);
}

/// Run it alone with `--nocapture` to see the imports that make each circle.
#[test]
fn no_circles_of_files() {
    let graphs = ["scim/src/lib.rs", "src/lib.rs"].map(|root| circles::graph(sources(), root));
    assert!(
        graphs.iter().all(|graph| graph.len() > 20),
        "the modules were not found"
    );
    let docs: Vec<_> = sources()
        .iter()
        .filter(|source| circles::explains(source))
        .collect();
    let findings = circles::findings(&graphs, circles::CIRCLES, &docs);
    if !findings.is_empty() {
        graphs
            .iter()
            .for_each(|graph| eprintln!("{}", circles::shown(graph)));
    }
    none(findings);
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
    none(rules::formatted_sql(sources()));
}

fn migration_paths() -> Vec<String> {
    let paths = sources().iter().map(|source| source.path.clone());
    let paths: Vec<_> = paths
        .filter(|path| path.starts_with("migrations/"))
        .collect();
    assert!(!paths.is_empty(), "no migrations were found");
    paths
}

#[test]
fn migrations_come_in_pairs() {
    none(rules::migrations(&migration_paths()));
}

#[test]
fn migrations_keep_the_version_before_serving() {
    none(migrations::migrations(sources()));
}
