//! Things that have one place, and the one way to them.

use std::ops::Range;

use super::Source;
use super::code::{line_at, literals, mentions};
use super::tokens::{Item, Token, close, items, live_tokens, test_spans, tokens};

/// These tests speak of what may not be written.
fn is_tidy(source: &Source) -> bool {
    source.path.starts_with("tests/tidy")
}

/// Put together here, so that a search for the word does not find this file.
const CONNECTION: &str = concat!("Db", "Connection");

/// The connection is the store's own: who wants to ask opens a session.
pub(crate) fn connection(source: &Source) -> Vec<String> {
    if !source.is_rust() || is_tidy(source) {
        return Vec::new();
    }
    if source.path == "src/store/mod.rs" {
        return exported(source);
    }
    if source.path.starts_with("src/store/") {
        return Vec::new();
    }
    let lines = source.text.lines().enumerate();
    lines
        .filter(|(_, line)| mentions(line, CONNECTION))
        .map(|(index, _)| {
            source.finding(
                index + 1,
                format!("`{CONNECTION}` stays in the store: ask it"),
            )
        })
        .collect()
}

/// Lines of a `pub use` that names the connection.
fn exported(source: &Source) -> Vec<String> {
    let tokens = tokens(source.code());
    let exports = items(&tokens, 0..tokens.len());
    let exports = exports
        .iter()
        .filter(|item| item.word == "use" && is_public(&tokens, item));
    let named = exports
        .flat_map(|item| &tokens[item.tokens.clone()])
        .filter(|token| token.is(CONNECTION));
    named
        .map(|token| {
            source.finding(
                token.line,
                format!("`{CONNECTION}` stays in the store: export none"),
            )
        })
        .collect()
}

fn is_public(tokens: &[Token], item: &Item) -> bool {
    tokens[item.attributes.end..item.tokens.start]
        .iter()
        .any(|token| token.is("pub"))
}

/// A `mod.rs` and a `lib.rs` say what is there; what it is stands in files of their own.
pub(crate) fn hubs(source: &Source) -> Vec<String> {
    let file = source.path.rsplit('/').next().unwrap_or_default();
    let in_tree = source.path.starts_with("src/") || source.path.starts_with("scim/src/");
    if !in_tree || !["mod.rs", "lib.rs"].contains(&file) {
        return Vec::new();
    }
    let tokens = tokens(source.code());
    let is_hub_item =
        |item: &Item| item.word == "use" || item.word == "mod" && item.body(&tokens).is_none();
    items(&tokens, 0..tokens.len())
        .into_iter()
        .filter(|item| !is_hub_item(item))
        .map(|item| {
            let reason = format!(
                "`{} {}`: {file} holds docs, `mod` and `use` only",
                item.word, item.name
            );
            source.finding(item.line, reason.replace(" `: ", "`: "))
        })
        .collect()
}

const BASE_PATH: &str = "/scim/v2";
const BASE_PATH_FILE: &str = "src/http/base_path.rs";

/// Where the protocol is served is spelled once, and asked for everywhere else.
///
/// The help of a command is a text of many lines in `src/config*`: there it is an example for readers.
pub(crate) fn base_path(sources: &[Source]) -> Vec<String> {
    let mut findings = Vec::new();
    let mut spelled = false;
    for source in sources {
        if !source.is_rust() || !source.path.starts_with("src/") || source.is_test() {
            continue;
        }
        let is_help = |text: &str| source.path.starts_with("src/config") && text.contains('\n');
        for (line, text) in live_literals(source) {
            if !text.contains(BASE_PATH) || is_help(text) {
                continue;
            }
            if source.path == BASE_PATH_FILE && !spelled {
                spelled = true;
                continue;
            }
            findings.push(source.finding(
                line,
                format!("`{BASE_PATH}` is spelled in {BASE_PATH_FILE}, once: ask for it there"),
            ));
        }
    }
    if !spelled {
        findings.push(format!(
            "{BASE_PATH_FILE}:1: does not spell `{BASE_PATH}`; nobody else may"
        ));
    }
    findings
}

/// String literals outside of tests, each with the line it begins on.
fn live_literals(source: &Source) -> Vec<(usize, &str)> {
    let tokens = tokens(source.code());
    let places = |span: Range<usize>| {
        let behind = tokens
            .get(span.end)
            .map_or(source.text.len(), |token| token.at);
        tokens[span.start].at..behind
    };
    let tests: Vec<_> = test_spans(&tokens).into_iter().map(places).collect();
    let live = literals(&source.text).into_iter();
    live.filter(|literal| !tests.iter().any(|span| span.contains(&literal.at)))
        .map(|literal| (line_at(&source.text, literal.at), literal.text))
        .collect()
}

/// What changes a resource, and leaves its row of the change feed to be written.
const CHANGES: &[&str] = &["insert", "update", "touch", "delete"];
const UNRECORDED: &str = "Unrecorded";

/// What changes a resource returns a value that has to be recorded, and the compiler asks for it.
pub(crate) fn unrecorded(sources: &[Source]) -> Vec<String> {
    let mut findings = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    let mut declared = false;
    for source in sources {
        if !source.is_rust() || !source.path.starts_with("src/store/") || source.is_test() {
            continue;
        }
        let tokens = live_tokens(source.code());
        let items = items(&tokens, 0..tokens.len());
        for item in items
            .iter()
            .filter(|item| item.word == "struct" && item.name.ends_with(UNRECORDED))
        {
            declared |= item.name == UNRECORDED;
            if !tokens[item.attributes.clone()]
                .iter()
                .any(|token| token.is("must_use"))
            {
                findings.push(source.finding(
                    item.line,
                    format!(
                        "`{}` without `#[must_use]` above it can be forgotten",
                        item.name
                    ),
                ));
            }
        }
        for (name, line, returns) in changes(&tokens, &items) {
            if !returns {
                findings.push(source.finding(
                    line,
                    format!("`{name}` changes a resource and returns no `{UNRECORDED}`"),
                ));
            }
            seen.push(name);
        }
    }
    if !declared {
        findings.push(format!(
            "src/store/mod.rs:1: no file of the store declares `struct {UNRECORDED}`"
        ));
    }
    let missing = CHANGES
        .iter()
        .filter(|name| !seen.iter().any(|seen| seen == *name));
    findings.extend(missing.map(|name| {
        format!(
            "src/store/mod.rs:1: `{name}` of Session was not found; what changes a resource now?"
        )
    }));
    findings
}

/// The functions of [`CHANGES`] that a session has: name, line, and whether the value has to be recorded.
fn changes(tokens: &[Token], found: &[Item]) -> Vec<(String, usize, bool)> {
    let of_session =
        |item: &&Item| item.word == "impl" && is_of_session(&tokens[item.tokens.clone()]);
    let bodies = found
        .iter()
        .filter(of_session)
        .filter_map(|item| item.body(tokens));
    let functions = bodies.flat_map(|body| items(tokens, body));
    functions
        .filter(|item| item.word == "fn" && CHANGES.contains(&item.name.as_str()))
        .map(|item| {
            let end = item.body(tokens).map_or(item.tokens.end, |body| body.start);
            let signature = &tokens[item.tokens.start..end];
            let arrow = signature
                .windows(2)
                .rposition(|pair| pair[0].is("-") && pair[1].is(">"));
            let returned = &signature[arrow.unwrap_or(signature.len())..];
            // The compiler does not look into a list for what must be used.
            let in_list = returned.iter().any(|token| token.is("Vec"));
            let returns = returned
                .iter()
                .any(|token| token.text.ends_with(UNRECORDED) && !in_list);
            (item.name, item.line, returns)
        })
        .collect()
}

/// `impl Session<'_>`, also with a path or lifetimes of its own; not `impl X for Session`.
fn is_of_session(item: &[Token]) -> bool {
    let head: Vec<_> = item.iter().take_while(|token| !token.is("{")).collect();
    let mut depth = 0i32;
    let mut outside = head.iter().skip(1).filter(|token| {
        depth += i32::from(token.is("<")) - i32::from(token.is(">"));
        depth == 0
    });
    let is_for = head.iter().any(|token| token.is("for"));
    !is_for && outside.any(|token| token.is("Session"))
}

/// Nobody throws away what has to be recorded: `let _ = session.insert(…)` silences the compiler.
pub(crate) fn dropped(source: &Source) -> Vec<String> {
    if !source.is_rust() || is_tidy(source) || source.path.starts_with("src/store/") {
        return Vec::new();
    }
    let tokens = tokens(source.code());
    let is = |at: usize, text: &str| tokens.get(at).is_some_and(|token| token.is(text));
    let mut found = Vec::new();
    for at in 0..tokens.len() {
        let nothing = is(at, "_") && (is(at + 1, ":") || is(at + 1, "=") && !is(at + 2, ">"));
        let dropped = is(at, "drop") && is(at + 1, "(");
        if !(nothing || dropped) {
            continue;
        }
        let statement = &tokens[at..statement_end(&tokens, at)];
        let change = statement.windows(4).find(|part| {
            part[0].text.ends_with("session")
                && part[1].is(".")
                && CHANGES.contains(&part[2].text.as_str())
                && part[3].is("(")
        });
        found.extend(change.map(|part| {
            source.finding(
                part[2].line,
                format!(
                    "`{}` of a session is thrown away: its row of changes is missing",
                    part[2].text
                ),
            )
        }));
    }
    found
}

fn statement_end(tokens: &[Token], mut at: usize) -> usize {
    while at < tokens.len() && ![";", "}", ")", "]"].contains(&tokens[at].text.as_str()) {
        at = match tokens[at].text.as_str() {
            "(" | "[" | "{" => close(tokens, at) + 1,
            _ => at + 1,
        };
    }
    at
}
