//! The rules, each with its reason.

use super::Source;
use super::code::{lines_before_tests, mentions};

/// Where a profile may be named: its own module, where a tenant's is read, and the commands that show and choose one.
const PROFILES: &[&str] = &[
    "scim/src/profile/",
    "scim/src/testing.rs",
    "src/service/settings.rs",
    "src/cli/",
    "src/config.rs",
];

/// What a profile means is its rules; everywhere else they are what is asked for.
pub(crate) fn profiles(source: &Source) -> Vec<String> {
    let may = PROFILES.iter().any(|place| source.path.starts_with(place));
    if may || !source.is_of_the_program() {
        return Vec::new();
    }
    let code = source.code();
    let named = code.lines().enumerate();
    named
        .filter(|(_, line)| mentions(line, "Profile"))
        .map(|(index, _)| source.finding(index + 1, "a profile by name: ask for a rule"))
        .collect()
}

const UNFINISHED_CODE: &[(&str, &str)] = &[
    ("unsafe", "the project has no unsafe code"),
    ("todo!", "finish it or leave it out"),
    ("unimplemented!", "finish it or leave it out"),
    ("dbg!", "a leftover of debugging"),
    ("#[ignore", "a test that does not run proves nothing"),
];
/// Put together here, so that this file does not find itself.
const UNFINISHED_TEXT: &[(&str, &str)] = &[
    (
        concat!("FIX", "ME"),
        "mend it, or say under \"Not supported\" what is missing",
    ),
    (
        concat!("XX", "X"),
        "mend it, or say under \"Not supported\" what is missing",
    ),
];

/// Nothing half done.
pub(crate) fn unfinished(source: &Source) -> Vec<String> {
    if !source.is_rust() {
        return Vec::new();
    }
    let code = source.code();
    let in_code = code.lines().enumerate().flat_map(|(index, line)| {
        let found = UNFINISHED_CODE
            .iter()
            .filter(|(word, _)| mentions(line, word));
        found.map(move |(word, reason)| source.finding(index + 1, format!("`{word}`: {reason}")))
    });
    let in_text = source.text.lines().enumerate().flat_map(|(index, line)| {
        let found = UNFINISHED_TEXT
            .iter()
            .filter(|(word, _)| mentions(line, word));
        found.map(move |(word, reason)| source.finding(index + 1, format!("{word}: {reason}")))
    });
    in_code.chain(in_text).collect()
}

/// What may stand although it could panic, and why it cannot.
const SOUND: &[(&str, &str, &str)] = &[(
    "scim/src/schema/",
    ".expect($file)",
    "the file is part of the program and a test reads it",
)];

/// `.unwrap()` and `.expect(…)` only in tests, in [`SOUND`], or where an attribute gives the reason.
///
/// The load generator's `expect(200)` is a method of its own, so only `.unwrap()` is looked for there.
pub(crate) fn panics(source: &Source) -> Vec<String> {
    let words: &[&str] = match &source.path {
        _ if !source.is_rust() || source.is_test() => &[],
        _ if source.is_of_the_program() => &[".unwrap()", ".expect("],
        path if path.starts_with("bench/") => &[".unwrap()"],
        _ => &[],
    };
    let code = source.code();
    let lines: Vec<_> = code.lines().collect();
    let excused = |index: usize| {
        let by_attribute = lines[index.saturating_sub(4)..index]
            .iter()
            .any(|line| line.contains("clippy::expect_used"));
        by_attribute
            || SOUND
                .iter()
                .any(|(path, call, _)| source.path.starts_with(path) && lines[index].contains(call))
    };
    let live = lines.iter().take(lines_before_tests(code)).enumerate();
    live.filter(|(index, line)| words.iter().any(|word| line.contains(word)) && !excused(*index))
        .map(|(index, _)| source.finding(index + 1, "return an error, or say in #[expect(clippy::expect_used, reason)] why it cannot happen"))
        .collect()
}

/// Longest source file, in lines.
const LINES_MAX: usize = 500;

/// One concept per file.
pub(crate) fn length(source: &Source) -> Vec<String> {
    let lines = source.text.lines().count();
    if !source.is_rust() || lines <= LINES_MAX {
        return Vec::new();
    }
    vec![source.finding(
        lines,
        format!("{lines} lines; split what has more than {LINES_MAX}"),
    )]
}

/// Module docs open each file.
pub(crate) fn module_doc(source: &Source) -> Vec<String> {
    if !source.is_of_the_program() || source.text.starts_with("//!") {
        return Vec::new();
    }
    vec![source.finding(1, "begin with `//!`: what lives here")]
}

/// Put together here, so that this file does not find itself.
const MACHINE_PATHS: &[&str] = &[
    concat!("/wo", "rk/"),
    concat!("/wo", "rk "),
    concat!("/ro", "ot/"),
    concat!("../sha", "red"),
    concat!("/ho", "me/"),
];

/// The project makes sense on any machine, without the texts that stood around when it was written.
pub(crate) fn machine_paths(source: &Source) -> Vec<String> {
    let mut findings = Vec::new();
    for (index, line) in source.text.lines().enumerate() {
        let line = format!("{line} ");
        // A path begins where no name or URL runs on: not in the middle of a longer one or of a URL.
        let begins = |at: usize| {
            !line[..at].ends_with(|last: char| last.is_alphanumeric() || "/._-}$".contains(last))
        };
        let paths = MACHINE_PATHS
            .iter()
            .filter(|path| line.match_indices(**path).any(|(at, _)| begins(at)));
        findings.extend(paths.map(|path| {
            source.finding(
                index + 1,
                format!("`{}` exists on one machine only", path.trim_end()),
            )
        }));
    }
    findings
}

/// Files of the store that format SQL text, and why no client's text is in it. Everything a client sent is a bind.
pub(crate) const FORMATTED_SQL: &[(&str, &str)] = &[
    (
        "src/store/changes.rs",
        "numbers and column names of ours, the dialect's functions",
    ),
    (
        "src/store/connection.rs",
        "the session's settings, from constants",
    ),
    ("src/store/feed.rs", "column names and conditions of ours"),
    (
        "src/store/memberships.rs",
        "table and column names of ours, the dialect's functions",
    ),
    ("src/store/migrate/attempt.rs", "a number of milliseconds"),
    (
        "src/store/query/compiler.rs",
        "column names and aliases of ours",
    ),
    (
        "src/store/query/filter.rs",
        "the dialect's elements, made of schema names",
    ),
    (
        "src/store/query/spelling.rs",
        "JSON paths made of schema names, which the schema check holds to letters and digits; numbers",
    ),
    (
        "src/store/query/sort_key.rs",
        "the dialect's elements, made of schema names",
    ),
    ("src/store/query/statement.rs", "a constant list of columns"),
    (
        "src/store/query/kept.rs",
        "column names and aliases of ours",
    ),
    (
        "src/store/indexed_values.rs",
        "the name of a column of ours",
    ),
    ("src/store/proof.rs", "a constant FROM"),
    ("src/store/query/look_up.rs", "names of columns of ours"),
    ("src/store/recorded.rs", "names of columns of ours"),
    ("src/store/resources.rs", "a constant list of columns"),
    ("src/store/note.rs", "a number of ours"),
    ("src/store/sizes.rs", "names of tables of ours, a number"),
    ("src/store/walks.rs", "numbers and column names of ours"),
    ("src/store/writes.rs", "column names of ours"),
    (
        "src/store/rows.rs",
        "constant lists of columns and their types",
    ),
];

/// SQL text is put together only in the files that are known to use names of ours; the list has no stale entries.
///
/// It does not see a text that was formatted into a variable first.
pub(crate) fn formatted_sql(sources: &[Source]) -> Vec<String> {
    let mut findings = Vec::new();
    let mut formatting = Vec::new();
    let live = |source: &&Source| source.is_of_the_program() && !source.is_test();
    for source in sources.iter().filter(live) {
        let code = source.code();
        let lines = formats_sql(code);
        if !lines.is_empty() {
            formatting.push(source.path.as_str());
        }
        if !FORMATTED_SQL.iter().any(|(path, _)| *path == source.path) {
            let reason = "SQL from `format!`: bind what a client sent; if the text is all ours, add this file to FORMATTED_SQL with the reason";
            findings.extend(lines.into_iter().map(|line| source.finding(line, reason)));
        }
    }
    let stale = FORMATTED_SQL
        .iter()
        .filter(|(path, _)| !formatting.contains(path));
    findings.extend(
        stale.map(|(path, _)| {
            format!("{path}:1: formats no SQL any more; take it off FORMATTED_SQL")
        }),
    );
    findings
}

/// Lines where the argument of a call that takes SQL text is a `format!`.
fn formats_sql(code: &str) -> Vec<usize> {
    let mut lines = Vec::new();
    for call in [
        "Sql::new(",
        ".sql(",
        "sql_query(",
        "batch_execute(",
        "push_sql(",
    ] {
        for (at, _) in code.match_indices(call) {
            let argument = code[at + call.len()..].trim_start().trim_start_matches('&');
            if argument.starts_with("format!") || argument.starts_with("std::format!") {
                lines.push(code[..at].matches('\n').count() + 1);
            }
        }
    }
    lines.sort_unstable();
    lines
}

/// Every migration is there for both databases, with its way up and its way down.
pub(crate) fn migrations(paths: &[String]) -> Vec<String> {
    let sides = ["migrations/postgres/", "migrations/sqlite/"];
    let mut names: Vec<&str> = Vec::new();
    for side in sides {
        names.extend(paths.iter().filter_map(|path| {
            path.strip_prefix(side)?
                .split_once('/')
                .map(|(name, _)| name)
        }));
    }
    names.sort_unstable();
    names.dedup();
    let wanted = names
        .iter()
        .flat_map(|name| {
            sides.map(|side| ["up.sql", "down.sql"].map(|file| format!("{side}{name}/{file}")))
        })
        .flatten();
    let missing = wanted.filter(|wanted| !paths.contains(wanted));
    missing
        .map(|path| format!("{path}:1: is missing; a migration has both files for both databases"))
        .collect()
}
