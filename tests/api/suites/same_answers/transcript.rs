//! Requests and their answers as text, with everything that may differ between two runs replaced by a token.

use serde_json::Value;

use crate::support::{Reply, Request, TestServer};

/// Headers that a client acts on.
const HEADERS: [&str; 6] = [
    "content-type",
    "location",
    "etag",
    "www-authenticate",
    "allow",
    "retry-after",
];
const ID_LENGTH: usize = 36;

/// The requests and answers so far.
pub(super) struct Transcript<'server> {
    pub(super) server: &'server TestServer,
    exchanges: Vec<String>,
    ids: Vec<String>,
    tags: Vec<String>,
}

impl<'server> Transcript<'server> {
    pub(super) fn new(server: &'server TestServer) -> Self {
        Self {
            server,
            exchanges: Vec::new(),
            ids: Vec::new(),
            tags: Vec::new(),
        }
    }

    /// Sends the request, notes the answer and returns its body.
    pub(super) fn note(&mut self, label: &str, request: Request) -> Value {
        self.reply(label, request).body
    }

    /// As `note`, for a caller that needs a header.
    pub(super) fn reply(&mut self, label: &str, request: Request) -> Reply {
        let reply = request.send();
        let mut text = format!("{}. {label}\n{}\n", self.exchanges.len() + 1, reply.status);
        for name in HEADERS {
            if let Some(value) = reply.header(name) {
                text.push_str(&format!("{name}: {value}\n"));
            }
        }
        text.push_str(&reply.text);
        let neutral = self.neutral(&text);
        self.exchanges.push(neutral);
        reply
    }

    pub(super) fn into_exchanges(self) -> Vec<String> {
        self.exchanges
    }

    /// One pass over the text; ids and ETags are numbered in the order in which they first appear.
    fn neutral(&mut self, text: &str) -> String {
        let text = text.replace(self.server.origin(), "<origin>");
        let mut neutral = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some(next) = rest.chars().next() {
            let (token, length) = if let Some(id) = uuid(rest) {
                (format!("<id {}>", number(&mut self.ids, id)), id.len())
            } else if let Some(tag) = weak_tag(rest) {
                (
                    format!(
                        "<tag {}>",
                        number(&mut self.tags, tag.trim_matches(['W', '/', '\\', '"']))
                    ),
                    tag.len(),
                )
            } else if let Some(length) = time_length(rest) {
                ("<time>".to_owned(), length)
            } else {
                (next.to_string(), next.len_utf8())
            };
            neutral.push_str(&token);
            rest = &rest[length..];
        }
        neutral
    }
}

fn number(known: &mut Vec<String>, text: &str) -> usize {
    if let Some(position) = known.iter().position(|known| known == text) {
        return position + 1;
    }
    known.push(text.to_owned());
    known.len()
}

fn uuid(text: &str) -> Option<&str> {
    let candidate = text.get(..ID_LENGTH)?;
    let fits = candidate
        .bytes()
        .enumerate()
        .all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
        });
    fits.then_some(candidate)
}

/// `W/"…"`, in a header or escaped in a JSON string.
fn weak_tag(text: &str) -> Option<&str> {
    let (open, close) = if text.starts_with("W/\\\"") {
        (4, "\\\"")
    } else {
        (3, "\"")
    };
    if open == 3 && !text.starts_with("W/\"") {
        return None;
    }
    let end = text[open..].find(close)? + open + close.len();
    Some(&text[..end])
}

/// The length of an RFC 3339 time in UTC at the start of the text.
fn time_length(text: &str) -> Option<usize> {
    let shape = text.get(..20)?.bytes().zip("0000-00-00T00:00:00".bytes());
    let fits = shape.map(|(byte, wanted)| {
        if wanted == b'0' {
            byte.is_ascii_digit()
        } else {
            byte == wanted
        }
    });
    if !fits.into_iter().all(|fits| fits) {
        return None;
    }
    let fraction = text[19..]
        .bytes()
        .take_while(|byte| *byte == b'.' || byte.is_ascii_digit())
        .count();
    let length = 19 + fraction + 1;
    text[..length].ends_with('Z').then_some(length)
}
