//! `scimd conformance` prints what `docs/conformance.md` says.

use crate::support::scimd;

const PAGE: &str = include_str!("../../../docs/conformance.md");
/// Nothing answers there: the command needs no database.
const NO_DATABASE: [(&str, &str); 1] = [("SCIMD_DATABASE_URL", "postgres://127.0.0.1:1/none")];

/// The requirements of the page: ID, source, level, sentence, state.
fn page() -> Vec<[&'static str; 5]> {
    let cells = |line: &'static str| {
        let cells: Vec<&str> = line
            .strip_prefix("| ")?
            .strip_suffix(" |")?
            .split(" | ")
            .collect();
        <[&str; 5]>::try_from(cells).ok()
    };
    let heads = ["ID", "---"];
    let rows = PAGE.lines().filter_map(cells);
    rows.filter(|row| !heads.contains(&row[0])).collect()
}

/// The line that is printed for a row.
fn printed([id, source, level, requirement, state]: [&str; 5]) -> String {
    format!("{id}  {level}  {source}\n    {requirement}\n    {state}\n\n").replace('`', "")
}

#[track_caller]
fn conformance(arguments: &[&str]) -> String {
    let arguments = [&["conformance"], arguments].concat();
    scimd(&arguments, &NO_DATABASE).ok()
}

/// The number before a word of the last line; 0 when it is not there.
fn count(output: &str, word: &str) -> usize {
    let last = output.lines().last().unwrap_or_default();
    let before = last
        .split(word)
        .next()
        .filter(|before| before.len() < last.len());
    let number =
        before.and_then(|before| before.split([' ', ',', ':']).rfind(|text| !text.is_empty()));
    number.map_or(0, |number| number.parse().expect("a count"))
}

#[test]
fn the_command_and_the_page_agree() {
    let rows = page();
    assert!(rows.len() > 600, "the page has {} rows", rows.len());
    let whole = conformance(&[]);
    let expected: String = rows.iter().copied().map(printed).collect();
    let (body, last) = whole.trim_end().rsplit_once('\n').expect("lines");
    assert_eq!(format!("{body}\n"), expected);
    assert!(
        last.starts_with(&format!("{} requirements: ", rows.len())),
        "{last}"
    );
    // The page counts for itself.
    let all = PAGE
        .lines()
        .find(|line| line.starts_with("| all |"))
        .expect("a sum");
    let counts: Vec<usize> = all
        .split(" | ")
        .filter_map(|cell| cell.trim_end_matches(" |").parse().ok())
        .collect();
    let words = [
        " requirements",
        " tested",
        " otherwise",
        " not ",
        " in progress",
    ];
    let named: Vec<usize> = words.iter().map(|word| count(&whole, word)).collect();
    assert_eq!(counts, named[..counts.len()], "{all}, but {last}");
    assert_eq!(named[1..].iter().sum::<usize>(), rows.len());
}

#[test]
fn the_ledger_can_be_asked_for_less() {
    let only = |arguments: &[&str], keep: &dyn Fn(&[&str; 5]) -> bool| {
        let output = conformance(arguments);
        let expected: String = page()
            .into_iter()
            .filter(|row| keep(row))
            .map(printed)
            .collect();
        assert!(
            !expected.is_empty() && output.starts_with(&expected),
            "{arguments:?}: {output}"
        );
        assert_eq!(
            output[expected.len()..].lines().count(),
            1,
            "{arguments:?} and a line of counts"
        );
    };
    only(&["--group", "FILTER"], &|row| row[0].starts_with("FILTER-"));
    only(&["--group", "me"], &|row| row[0].starts_with("ME-"));
    only(&["--id", "BULK-27"], &|row| row[0] == "BULK-27");
    only(&["--id", "patch-47"], &|row| row[0] == "PATCH-47");
    only(&["--not-implemented"], &|row| {
        !row[4].starts_with("tested: ")
    });
    only(&["--not-implemented", "--group", "AUTH"], &|row| {
        row[0].starts_with("AUTH-") && !row[4].starts_with("tested: ")
    });
    let nothing_missing = conformance(&["--not-implemented", "--id", "CRUD-01"]);
    assert_eq!(nothing_missing, "0 requirements\n");
    for (arguments, named) in [
        (["--id", "PATCH-999"], "PATCH-999"),
        (["--id", "GEN-99"], "GEN-99"),
        (["--group", "PAT"], "PATCH"),
    ] {
        let arguments = [&["conformance"], &arguments[..]].concat();
        let reason = scimd(&arguments, &NO_DATABASE).refused();
        assert!(reason.contains(named), "{reason}");
    }
    let help = conformance(&["--help"]);
    for word in [
        "--group",
        "--id",
        "--not-implemented",
        "otherwise",
        "docs/conformance.md",
    ] {
        assert!(help.contains(word), "no `{word}` in: {help}");
    }
}
