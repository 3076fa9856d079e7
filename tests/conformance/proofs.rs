//! The tests, found by the `Rows` lines of their doc comments. What recordings prove is added in `recordings`.

use std::collections::BTreeMap;

/// For each ID the tests and recordings that name it, as the page shows them.
pub(crate) type Proofs = BTreeMap<String, Vec<String>>;

/// Reads sources, given as path and text.
pub(crate) fn read(sources: &[(String, String)]) -> (Proofs, Vec<String>) {
    let (mut proofs, mut findings) = (Proofs::new(), Vec::new());
    for (path, text) in sources {
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        for at in (0..lines.len()).filter(|at| lines[*at].starts_with("/// Rows:")) {
            let ids = ids(&lines[at..]);
            let tests = tests_below(&lines, text, at);
            if ids.is_empty() || tests.is_empty() {
                let line = at + 1;
                findings.push(format!(
                    "{path}:{line}: Rows lists the rows that the test below it proves"
                ));
            }
            for id in ids {
                let known = proofs.entry(id).or_default();
                known.extend(tests.iter().map(|test| shown(path, test)));
            }
        }
    }
    for tests in proofs.values_mut() {
        tests.sort();
        tests.dedup();
    }
    (proofs, findings)
}

/// Black-box tests by name alone, others with their file.
fn shown(path: &str, test: &str) -> String {
    if path.starts_with("tests/api/") {
        format!("`{test}`")
    } else {
        format!("`{test}` ({path})")
    }
}

/// The IDs of a `Rows` line and of the lines that continue it.
fn ids(lines: &[&str]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let text = line
            .strip_prefix(if index == 0 { "/// Rows:" } else { "///" })
            .unwrap_or_default();
        let words: Vec<&str> = text.split_whitespace().collect();
        if words.is_empty() || !words.iter().all(|word| is_id(word)) {
            break;
        }
        found.extend(words.into_iter().map(str::to_owned));
    }
    found
}

/// Whether a word looks like `PATCH-47`.
pub(crate) fn is_id(word: &str) -> bool {
    let Some((group, number)) = word.rsplit_once('-') else {
        return false;
    };
    let plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    group.starts_with(|first: char| first.is_ascii_uppercase())
        && group.bytes().all(plain)
        && !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// The test whose doc comment this line is part of; where it is a function that tests call, those of the same file.
fn tests_below(lines: &[&str], text: &str, at: usize) -> Vec<String> {
    let is_head = |line: &&&str| line.starts_with("///") || line.starts_with("#[");
    let below = lines[at..].iter().take_while(is_head).count();
    let above = lines[..at].iter().rev().take_while(is_head).count();
    let Some(name) = lines.get(at + below).and_then(|line| function(line)) else {
        return Vec::new();
    };
    let head = &lines[at - above..at + below];
    if head.iter().any(|line| is_test(line)) || in_test_macro(text, at) {
        return vec![name.to_owned()];
    }
    callers(lines, name)
}

fn is_test(line: &str) -> bool {
    line.starts_with("#[") && line.ends_with("test]")
}

/// Whether a line stands inside `api_test! { … }` or `store_test! { … }`, which make tests of each function.
fn in_test_macro(text: &str, at: usize) -> bool {
    let opener = text.lines().take(at).filter(|line| {
        let outermost = !line.starts_with([' ', '/', '#']);
        outermost && (*line == "}" || line.ends_with('{'))
    });
    opener
        .last()
        .is_some_and(|opener| opener.ends_with("_test! {"))
}

fn function(line: &str) -> Option<&str> {
    let (before, rest) = line.split_once("fn ")?;
    let modifiers = ["", "pub(crate) ", "async "];
    let name = rest.split(['(', '<']).next()?;
    modifiers.contains(&before).then_some(name)
}

/// The tests of a file that call a function by its name.
fn callers(lines: &[&str], name: &str) -> Vec<String> {
    let call = format!("{name}(");
    let mut found = Vec::new();
    let mut test = None;
    for (at, line) in lines.iter().enumerate() {
        if let Some(name) = function(line) {
            test = (at > 0 && is_test(lines[at - 1])).then_some(name);
        } else if line.contains(&call) {
            found.extend(test.map(str::to_owned));
        }
    }
    found
}
