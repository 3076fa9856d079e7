//! SQL text as far as the rules for migrations need it: statements without comments, in upper case.

/// The statements, each with its line. Comments are gone, every gap is one space, and what stands in quotes is blank.
pub(crate) fn statements(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut reading = (1, String::new());
    let mut at = 0;
    let mut line = 1;
    while let Some(first) = text[at..].chars().next() {
        let whole = &text[at..at + token(&text[at..])];
        match whole {
            ";" => found.push(std::mem::take(&mut reading)),
            _ if first.is_whitespace() || whole.starts_with("--") || whole.starts_with("/*") => {
                gap(&mut reading.1);
            }
            _ => {
                if reading.1.is_empty() {
                    reading.0 = line;
                }
                reading.1.push_str(&shown(whole));
            }
        }
        line += whole.matches('\n').count();
        at += whole.len();
    }
    found.push(reading);
    let trimmed = found
        .into_iter()
        .map(|(line, text)| (line, text.trim().to_owned()));
    trimmed.filter(|(_, text)| !text.is_empty()).collect()
}

fn gap(text: &mut String) {
    if !text.is_empty() && !text.ends_with(' ') {
        text.push(' ');
    }
}

fn shown(token: &str) -> String {
    match token.chars().next() {
        Some('\'' | '$') if token.len() > 1 => "''".to_owned(),
        _ => token.to_uppercase(),
    }
}

/// The length of a comment, a quoted text, a word or a sign.
fn token(rest: &str) -> usize {
    let through = |end: &str, from: usize| {
        let found = rest.get(from..).and_then(|behind| behind.find(end));
        found.map_or(rest.len(), |at| from + at + end.len())
    };
    if rest.starts_with("--") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return through("*/", 2);
    }
    if rest.starts_with('\'') {
        return through("'", 1);
    }
    if let Some(tag) = dollar_tag(rest) {
        return through(tag, tag.len());
    }
    rest.chars().next().map_or(0, char::len_utf8)
}

/// `$$` or `$name$` at the beginning.
fn dollar_tag(rest: &str) -> Option<&str> {
    let inside = rest.strip_prefix('$')?;
    let end = inside.find('$')?;
    let is_name = inside[..end]
        .chars()
        .all(|sign| sign.is_ascii_alphanumeric() || sign == '_');
    is_name.then(|| &rest[..end + 2])
}
