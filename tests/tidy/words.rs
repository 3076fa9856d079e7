//! Words that the project does not use any more.

use super::Source;
use super::code::mentions;
use super::tokens::{Token, tokens};

/// Words in a row, in any letter case; a word may go on (`tenants`).
const PHRASES: &[(&[&str], &str)] = &[
    (
        &["strict", "tenant"],
        "say which rule of the profile is meant",
    ),
    (
        &["tenant", "is", "strict"],
        "say which rule of the profile is meant",
    ),
    (
        &["earlier", "build"],
        "nothing was released yet: there is no earlier one",
    ),
];
const FORMER: &str = concat!("FOR", "MER");

/// Texts that quote, tell history, or speak of tests by their names.
const FREE: &[&str] = &[
    "tests/tidy",
    "CHANGELOG.md",
    "docs/conformance.md",
    "conformance/",
];

/// Code and texts say what is, in the words of today.
pub(crate) fn phrases(source: &Source) -> Vec<String> {
    let is_text = [".rs", ".md", ".sql"]
        .iter()
        .any(|end| source.path.ends_with(end));
    if !is_text || FREE.iter().any(|free| source.path.starts_with(free)) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let words = running_words(&source.text);
    for (phrase, reason) in PHRASES {
        for part in words
            .windows(phrase.len())
            .filter(|part| is_phrase(part, phrase))
        {
            found.push((part[0].0, format!("\"{}\": {reason}", phrase.join(" "))));
        }
    }
    for (index, _) in source
        .text
        .lines()
        .enumerate()
        .filter(|(_, line)| mentions(line, FORMER))
    {
        found.push((
            index + 1,
            format!("`{FORMER}`: nothing was released yet: no name has a former one"),
        ));
    }
    found.sort();
    found
        .into_iter()
        .map(|(line, reason)| source.finding(line, reason))
        .collect()
}

/// The words of a text with their lines, across the ends of lines and the signs that begin a comment.
fn running_words(text: &str) -> Vec<(usize, String)> {
    let mut words = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line
            .trim_start()
            .trim_start_matches(['/', '!', '-', '>', '*', '#']);
        let inside = line.split_whitespace();
        words.extend(inside.map(|word| (index + 1, word.to_lowercase())));
    }
    words
}

fn is_phrase(words: &[(usize, String)], phrase: &[&str]) -> bool {
    let last = phrase.len() - 1;
    words
        .iter()
        .zip(phrase)
        .enumerate()
        .all(|(index, ((_, word), wanted))| {
            let begun = word.trim_start_matches(|first: char| !first.is_alphanumeric());
            let word = if index == 0 { begun } else { word };
            word == *wanted || index == last && word.starts_with(wanted)
        })
}

/// What may stand between `kind:` and the type.
const AROUND: &[&str] = &[
    "&",
    "'",
    "mut",
    "dyn",
    "<",
    "::",
    "Arc",
    "Rc",
    "Box",
    "Option",
    "std",
    "sync",
    "crate",
    "super",
    "self",
    "scim",
    "resource_type",
];

/// A resource type is no kind: a kind is what an attribute holds.
pub(crate) fn kinds(source: &Source) -> Vec<String> {
    let in_tree = source.path.starts_with("src/") || source.path.starts_with("scim/src/");
    if !in_tree || !source.is_rust() {
        return Vec::new();
    }
    let tokens = tokens(source.code());
    let declared = |at: &usize| {
        tokens[*at].is("kind")
            && tokens.get(at + 1).is_some_and(|token| token.is(":"))
            && is_resource_type(&tokens[at + 2..])
    };
    (0..tokens.len())
        .filter(declared)
        .map(|at| {
            source.finding(
                tokens[at].line,
                "`kind` is a resource type: call it `resource_type`",
            )
        })
        .collect()
}

fn is_resource_type(behind: &[Token]) -> bool {
    let mut lifetime = false;
    for (at, token) in behind.iter().enumerate() {
        if token.is("ResourceType") {
            // A value made of it is no declaration.
            return !behind
                .get(at + 1)
                .is_some_and(|next| ["::", "{", "("].contains(&next.text.as_str()));
        }
        if !lifetime && !AROUND.contains(&token.text.as_str()) {
            return false;
        }
        lifetime = token.is("'");
    }
    false
}
