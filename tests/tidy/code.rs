//! Rust source as far as the rules need it: code without comments and texts, the texts, and what `use` brings in.

/// The source with comments and the contents of string and character literals blanked; bytes stay where they are.
pub(crate) fn code(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut kept = vec![b' '; bytes.len()];
    let mut at = 0;
    while at < bytes.len() {
        let end = match skipped(text, at) {
            Some(end) => end,
            None => {
                // A letter beyond ASCII stays one word, and keeps its bytes.
                kept[at] = if bytes[at].is_ascii() {
                    bytes[at]
                } else {
                    b'_'
                };
                at + 1
            }
        };
        for index in at..end {
            if bytes[index] == b'\n' {
                kept[index] = b'\n';
            }
        }
        at = end;
    }
    kept.into_iter().map(char::from).collect()
}

/// A string literal. `at` is where it begins in the source, `text` what stands between its quotes.
pub(crate) struct Literal<'t> {
    pub(crate) at: usize,
    pub(crate) text: &'t str,
}

/// The string literals of the source, as they are spelled: escapes are not read.
pub(crate) fn literals(text: &str) -> Vec<Literal<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let Some(end) = skipped(text, at) else {
            at += 1;
            continue;
        };
        let whole = &text[at..end];
        let is_text = !whole.starts_with('/') && !whole.trim_start_matches('b').starts_with('\'');
        if let Some((open, close)) = whole.find('"').zip(whole.rfind('"')).filter(|_| is_text) {
            let inside = open + 1..close.max(open + 1);
            let text = &whole[inside];
            found.push(Literal { at, text });
        }
        at = end;
    }
    found
}

/// The number of the line that holds the byte at `at`.
pub(crate) fn line_at(text: &str, at: usize) -> usize {
    text.as_bytes()[..at]
        .iter()
        .filter(|byte| **byte == b'\n')
        .count()
        + 1
}

/// Where the comment or literal ends that begins at `at`; `None` when none begins there.
fn skipped(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let behind = |length: usize| at + length;
    let in_word = at > 0 && is_word(char::from(text.as_bytes()[at - 1]));
    if rest.starts_with("//") {
        return Some(behind(rest.find('\n').unwrap_or(rest.len())));
    }
    if rest.starts_with("/*") {
        return Some(behind(block_comment(rest)));
    }
    let prefix = ["br", "r", "b", "c", ""]
        .into_iter()
        .find(|prefix| rest.starts_with(prefix))
        .filter(|prefix| prefix.is_empty() || !in_word)?;
    let literal = &rest[prefix.len()..];
    let hashes = if prefix.ends_with('r') {
        literal.len() - literal.trim_start_matches('#').len()
    } else {
        0
    };
    if literal[hashes..].starts_with('"') {
        let length = if prefix.ends_with('r') {
            raw_string(&literal[hashes..], hashes)
        } else {
            string(literal)
        };
        return Some(behind(prefix.len() + hashes + length));
    }
    // A character, not a lifetime: the quote closes behind one character or an escape.
    let character = rest.strip_prefix('\'')?;
    if character.starts_with('\\') {
        return Some(behind(2 + 1 + character.get(2..)?.find('\'')? + 1));
    }
    let mut characters = character.char_indices().skip(1);
    let (end, quote) = characters.next()?;
    (quote == '\'').then(|| behind(1 + end + 1))
}

fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0usize, 0);
    while let Some(next) = rest.get(at..).filter(|next| !next.is_empty()) {
        let step = if next.starts_with("/*") {
            depth += 1;
            2
        } else if next.starts_with("*/") {
            depth -= 1;
            2
        } else {
            next.chars().next().map_or(1, char::len_utf8)
        };
        at += step;
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

fn string(rest: &str) -> usize {
    let mut escaped = false;
    for (index, byte) in rest.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return index + 1,
            _ => {}
        }
    }
    rest.len()
}

fn raw_string(rest: &str, hashes: usize) -> usize {
    let close = format!("\"{}", "#".repeat(hashes));
    rest[1..]
        .find(&close)
        .map_or(rest.len(), |end| 1 + end + close.len())
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// Whether `needle` stands in `line` as a whole: `rand` is in `rand::random()`, not in `operand`.
pub(crate) fn mentions(line: &str, needle: &str) -> bool {
    let starts_word = needle.starts_with(is_word);
    let ends_word = needle.ends_with(is_word);
    line.match_indices(needle).any(|(at, _)| {
        let before = line[..at].chars().next_back().is_some_and(is_word);
        let after = line[at + needle.len()..]
            .chars()
            .next()
            .is_some_and(is_word);
        !(starts_word && before || ends_word && after)
    })
}

/// The lines of the code, numbered from 1, and behind them each path that a `use` with braces brings in, in full.
pub(crate) fn lines_and_imports(code: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<_> = code
        .lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line.to_owned()))
        .collect();
    for (at, _) in code.match_indices("use ") {
        let before = &code[..at];
        let begins = before.trim_end().ends_with([';', '{', '}', ']', ')'])
            || before.trim().is_empty()
            || before.ends_with("pub ");
        let statement = code[at + 4..]
            .split(';')
            .next()
            .filter(|statement| begins && statement.contains('{'));
        let Some(statement) = statement else { continue };
        let compact: String = statement.split_whitespace().collect();
        let line = before.matches('\n').count() + 1;
        lines.extend(expand(&compact).into_iter().map(|path| (line, path)));
    }
    lines
}

/// `a::{b,c::{d,e}}` as `a::b`, `a::c::d`, `a::c::e`.
fn expand(tree: &str) -> Vec<String> {
    let Some((prefix, rest)) = tree.split_once('{') else {
        return vec![tree.to_owned()];
    };
    let inside = rest.strip_suffix('}').unwrap_or(rest);
    let (mut depth, mut start) = (0, 0);
    let mut parts = Vec::new();
    for (at, byte) in inside.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            b',' if depth == 0 => {
                parts.push(&inside[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&inside[start..]);
    let parts = parts.into_iter().filter(|part| !part.is_empty());
    parts
        .flat_map(expand)
        .map(|path| format!("{prefix}{path}"))
        .collect()
}

/// How many lines at the head of the code are no tests: all of them, or those before `#[cfg(test)] mod … {`.
pub(crate) fn lines_before_tests(code: &str) -> usize {
    let lines: Vec<_> = code.lines().collect();
    let opens_tests = |pair: &[&str]| {
        pair[0].trim() == "#[cfg(test)]"
            && pair[1].contains("mod ")
            && pair[1].trim_end().ends_with('{')
    };
    lines
        .windows(2)
        .position(opens_tests)
        .unwrap_or(lines.len())
}

#[test]
fn comments_and_texts_are_no_code() {
    let check = |text: &str, expected: &str| {
        let found = code(text);
        assert_eq!(
            found.split_whitespace().collect::<Vec<_>>().join(" "),
            expected,
            "{text}"
        );
        assert_eq!(
            found.matches('\n').count(),
            text.matches('\n').count(),
            "{text}"
        );
    };
    check("a // b\nc", "a c");
    check("a /* b /* c */\n d */ e", "a e");
    check(r#"a("b \" // c") d"#, "a( ) d");
    check("a(r#\"b \" \\\"#) c", "a( ) c");
    check("r(\"x\")", "r( )");
    check("br\"x\" 'y' b\"z\" w", "w");
    check(
        "fn f<'a>(x: &'a str) { '\\'' '\"' 'ü' '\\u{1}' x }",
        "fn f<'a>(x: &'a str) { x }",
    );
    check("a \"ü\" b", "a b");
    check("\"never closed", "");
}

#[test]
fn texts_are_found() {
    let check = |source: &str, expected: &[(usize, &str)]| {
        let found: Vec<_> = literals(source)
            .iter()
            .map(|literal| (line_at(source, literal.at), literal.text))
            .collect();
        assert_eq!(found, expected, "{source}");
    };
    check("a(\"b\", \"\")", &[(1, "b"), (1, "")]);
    check("\nr#\"b\"c\"#", &[(2, "b\"c")]);
    check(
        "br\"b\"; b\"c\"; \"ü\\\"\"",
        &[(1, "b"), (1, "c"), (1, "ü\\\"")],
    );
    check("// \"a\"\n/* \"b\" */ '\"' b'\"' \"c\"", &[(2, "c")]);
}

#[test]
fn imports_are_spelled_out() {
    let imports = |text: &str| -> Vec<String> {
        let all = lines_and_imports(&code(text));
        all.into_iter()
            .skip(text.lines().count())
            .map(|(line, path)| format!("{line} {path}"))
            .collect()
    };
    assert_eq!(
        imports("use std::{\n    fs,\n    net::{self, TcpStream},\n};"),
        ["1 std::fs", "1 std::net::self", "1 std::net::TcpStream"]
    );
    assert_eq!(
        imports("use a::b;\npub use crate::{c, d as e};\nlet because = 1;"),
        ["2 crate::c", "2 crate::dase"]
    );
}

#[test]
fn words_are_whole() {
    assert!(
        mentions("let x = rand::random();", "rand")
            && mentions("std::fs::read", "std::fs")
            && mentions(".unwrap()", ".unwrap()")
    );
    assert!(
        !mentions("operand", "rand")
            && !mentions("std::fsync", "std::fs")
            && !mentions("random", "rand")
    );
}
