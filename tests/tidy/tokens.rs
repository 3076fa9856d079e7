//! Words and signs of the code, and the items they make.

use std::ops::Range;

/// A word, a `::`, or one sign. `at` is its place in the source.
pub(crate) struct Token {
    pub(crate) text: String,
    pub(crate) line: usize,
    pub(crate) at: usize,
}

impl Token {
    pub(crate) fn is(&self, text: &str) -> bool {
        self.text == text
    }

    pub(crate) fn is_word(&self) -> bool {
        self.text
            .starts_with(|first: char| first.is_alphabetic() || first == '_')
    }
}

/// All of the code; comments and texts are blanked in it.
pub(crate) fn tokens(code: &str) -> Vec<Token> {
    let bytes = code.as_bytes();
    let (mut found, mut at, mut line) = (Vec::new(), 0, 1);
    while at < bytes.len() {
        let end = token_end(bytes, at);
        match bytes[at] {
            b'\n' => line += 1,
            byte if byte.is_ascii_whitespace() => {}
            _ => found.push(Token {
                text: code[at..end].trim_start_matches("r#").to_owned(),
                line,
                at,
            }),
        }
        at = end;
    }
    found
}

fn token_end(bytes: &[u8], at: usize) -> usize {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let rest = &bytes[at..];
    let raw = rest.starts_with(b"r#") && rest.get(2).is_some_and(is_word);
    let start = if raw { at + 2 } else { at };
    if is_word(&bytes[start]) {
        let length = bytes[start..].iter().take_while(|byte| is_word(byte));
        return start + length.count();
    }
    at + if rest.starts_with(b"::") { 2 } else { 1 }
}

/// The code without what `#[cfg(test)]` leaves out of the program.
pub(crate) fn live_tokens(code: &str) -> Vec<Token> {
    let mut all = tokens(code);
    let spans = test_spans(&all);
    let mut index = 0;
    all.retain(|_| {
        index += 1;
        !spans.iter().any(|span| span.contains(&(index - 1)))
    });
    all
}

/// Which tokens are for tests only: items, fields and statements below `#[cfg(test)]`, with their attributes.
pub(crate) fn test_spans(tokens: &[Token]) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let behind = behind_attributes(tokens, at);
        if behind == at {
            at += 1;
            continue;
        }
        let of_file = tokens[at + 1].is("!");
        if !is_for_tests(&tokens[at..behind]) {
            at = behind;
        } else {
            let end = if of_file {
                tokens.len()
            } else {
                item_end(tokens, behind)
            };
            spans.push(at..end);
            at = end;
        }
    }
    spans
}

fn is_for_tests(attributes: &[Token]) -> bool {
    let spelled = |sign: &str| {
        attributes
            .windows(2)
            .any(|pair| pair[0].is("cfg") && pair[1].is(sign))
    };
    let has = |word: &str| attributes.iter().any(|token| token.is(word));
    spelled("(") && has("test") && !has("not")
}

/// Where the attributes end that begin at `at`; `at` when there are none.
fn behind_attributes(tokens: &[Token], mut at: usize) -> usize {
    while tokens.get(at).is_some_and(|token| token.is("#")) {
        let open = at
            + if tokens.get(at + 1).is_some_and(|token| token.is("!")) {
                2
            } else {
                1
            };
        if !tokens.get(open).is_some_and(|token| token.is("[")) {
            break;
        }
        at = close(tokens, open) + 1;
    }
    at.min(tokens.len())
}

/// Where the bracket closes that opens at `open`; the last token when it never does.
pub(crate) fn close(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0usize;
    for (index, token) in tokens.iter().enumerate().skip(open) {
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => continue,
        }
        if depth == 0 {
            return index;
        }
    }
    tokens.len() - 1
}

/// What ends with a `;` only: braces in it are part of a value or of a list of names.
const TO_SEMICOLON: &[&str] = &["use", "const", "static", "type", "let"];

/// Behind the item, field, arm or statement that begins at `from`.
fn item_end(tokens: &[Token], from: usize) -> usize {
    let word = head(tokens, from);
    let to_semicolon = tokens
        .get(word)
        .is_some_and(|token| TO_SEMICOLON.contains(&token.text.as_str()));
    let is_item = tokens
        .get(word)
        .is_some_and(|token| ITEMS.contains(&token.text.as_str()));
    let mut at = word;
    while at < tokens.len() {
        match tokens[at].text.as_str() {
            ";" => return at + 1,
            "," if !is_item => return at + 1,
            "}" | ")" | "]" => return at,
            "{" if !to_semicolon => return close(tokens, at) + 1,
            "(" | "[" | "{" => at = close(tokens, at) + 1,
            _ => at += 1,
        }
    }
    at
}

const ITEMS: &[&str] = &[
    "mod",
    "use",
    "fn",
    "struct",
    "enum",
    "union",
    "trait",
    "type",
    "const",
    "static",
    "impl",
    "macro_rules",
    "extern",
];

/// Where the word stands that says what an item is, behind `pub(crate) async` and the like.
fn head(tokens: &[Token], mut at: usize) -> usize {
    let is = |at: usize, words: &[&str]| {
        tokens
            .get(at)
            .is_some_and(|token| words.contains(&token.text.as_str()))
    };
    loop {
        let functions = &["fn", "unsafe", "async", "extern"];
        if is(at, &["pub"]) && is(at + 1, &["("]) {
            at = close(tokens, at + 1) + 1;
        } else if is(at, &["pub", "unsafe", "async", "default"])
            || is(at, &["const"]) && is(at + 1, functions)
            || is(at, &["extern"]) && is(at + 1, &["fn"])
        {
            at += 1;
        } else {
            return at;
        }
    }
}

/// An item: `word` says what it is (`fn`, `use`; `name!` for the call of a macro), the ranges are tokens.
pub(crate) struct Item {
    pub(crate) word: String,
    pub(crate) name: String,
    pub(crate) line: usize,
    pub(crate) attributes: Range<usize>,
    /// From the word on.
    pub(crate) tokens: Range<usize>,
}

impl Item {
    /// What stands between the braces of the item, as tokens of the same list.
    pub(crate) fn body(&self, tokens: &[Token]) -> Option<Range<usize>> {
        let mut at = self.tokens.start;
        while at < self.tokens.end {
            match tokens[at].text.as_str() {
                "{" => return Some(at + 1..close(tokens, at)),
                "(" | "[" => at = close(tokens, at) + 1,
                _ => at += 1,
            }
        }
        None
    }
}

/// The items in `range`, without those inside of them.
pub(crate) fn items(tokens: &[Token], range: Range<usize>) -> Vec<Item> {
    let mut found = Vec::new();
    let mut at = range.start;
    while at < range.end {
        let start = behind_attributes(tokens, at);
        let word = head(tokens, start);
        if word >= range.end {
            break;
        }
        if !tokens[word].is_word() {
            at = word + 1;
            continue;
        }
        let end = item_end(tokens, start).clamp(word + 1, range.end);
        let text = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
        let named = if text(word + 1) == "!" || text(word + 1) == "mut" {
            word + 2
        } else {
            word + 1
        };
        let known = ITEMS.contains(&text(word));
        found.push(Item {
            word: format!("{}{}", text(word), if known { "" } else { "!" }),
            name: tokens
                .get(named)
                .filter(|name| name.is_word())
                .map_or_else(String::new, |name| name.text.clone()),
            line: tokens[word].line,
            attributes: at..start,
            tokens: word..end,
        });
        at = end;
    }
    found
}

/// Functions with a body, wherever they stand: name, first and last line.
pub(crate) fn functions(tokens: &[Token]) -> Vec<(&str, usize, usize)> {
    let begin = tokens.windows(2).enumerate();
    begin
        .filter(|(_, pair)| pair[0].is("fn") && pair[1].is_word())
        .filter_map(|(at, pair)| {
            let end = item_end(tokens, at);
            let last = tokens.get(end.checked_sub(1)?)?;
            last.is("}")
                .then_some((pair[1].text.as_str(), pair[0].line, last.line))
        })
        .collect()
}

#[test]
fn tests_are_no_part_of_the_program() {
    let live = |text: &str| -> String {
        let tokens = live_tokens(&super::code::code(text));
        let words: Vec<_> = tokens.iter().map(|token| token.text.as_str()).collect();
        words.join(" ")
    };
    assert_eq!(live("a; #[cfg(test)] mod t { b } c;"), "a ; c ;");
    assert_eq!(live("#[cfg(test)]\n#[path = \"x.rs\"]\nmod t; c;"), "c ;");
    assert_eq!(
        live("#[path = \"x.rs\"] #[cfg(test)] pub(crate) mod t; c;"),
        "c ;"
    );
    assert_eq!(live("#[cfg(test)] use a::{b, c}; d;"), "d ;");
    assert_eq!(live("#[cfg(test)] pub const A: B = B { c }; d;"), "d ;");
    assert_eq!(
        live("#[cfg(test)] pub const fn a(b: [u8; 2]) -> c { } d;"),
        "d ;"
    );
    assert_eq!(live("enum A { #[cfg(test)] B, C }"), "enum A { C }");
    assert_eq!(
        live("struct A { c: C, #[cfg(any(test, x))] b: B }"),
        "struct A { c : C , }"
    );
    assert_eq!(
        live("#[cfg(not(test))] fn a() {}"),
        "# [ cfg ( not ( test ) ) ] fn a ( ) { }"
    );
    assert_eq!(live("#![cfg(test)] fn a() {}"), "");
    assert_eq!(live("#[test] fn r#type() {}"), "# [ test ] fn type ( ) { }");
}

#[test]
fn items_have_a_word_and_a_name() {
    let text = "#![x] #[y] pub(crate) mod a; pub use b::{c}; pub const fn d() {} const E: F = F {}; unsafe impl G for H { fn i() {} }\nmacro_rules! j { () => {} } k! { l } static mut M: N = 1; struct O(P); async fn q() {}";
    let tokens = tokens(text);
    let found: Vec<_> = items(&tokens, 0..tokens.len())
        .into_iter()
        .map(|item| format!("{} {} {}", item.line, item.word, item.name))
        .collect();
    let expected = [
        "1 mod a",
        "1 use b",
        "1 fn d",
        "1 const E",
        "1 impl G",
        "2 macro_rules j",
        "2 k! ",
        "2 static M",
        "2 struct O",
        "2 fn q",
    ];
    assert_eq!(found, expected);
}

#[test]
fn functions_have_lengths() {
    let tokens = tokens("fn a(b: [u8; 2]) -> fn(c) {\n fn d() {}\n}\ntrait E { fn f(); }");
    assert_eq!(functions(&tokens), [("a", 1, 3), ("d", 2, 2)]);
}
