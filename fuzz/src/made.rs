//! Inputs made of bytes: words that mean something, put together at random. Bytes alone rarely become JSON that gets far.

use scim::Object;
use scim::json::parse_object;
use serde_json::{Value, json};

/// The object that an input stands for: JSON where it begins like that, or what `make` makes of it.
pub fn or_json(data: &[u8], make: impl FnOnce(&mut Source<'_>) -> Object) -> Option<Object> {
    if data.starts_with(b"{") {
        return parse_object(data).ok();
    }
    // The JSON reader refuses a name that stands there twice, and what it refuses gets no further.
    let made = make(&mut Source(data));
    parse_object(serde_json::to_string(&made).ok()?.as_bytes()).ok()
}

/// Bytes that decide. When they end, every decision is the first one.
pub struct Source<'d>(&'d [u8]);

impl Source<'_> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        *first
    }

    /// A number below `end`, which is at least one.
    pub fn below(&mut self, end: usize) -> usize {
        usize::from(self.byte()) % end
    }

    /// One of these.
    pub fn one_of<'w>(&mut self, words: &[&'w str]) -> &'w str {
        words[self.below(words.len())]
    }

    /// Up to fifteen bytes as text.
    fn letters(&mut self) -> String {
        let length = self.below(16).min(self.0.len());
        let (taken, rest) = self.0.split_at(length);
        self.0 = rest;
        String::from_utf8_lossy(taken).into_owned()
    }
}

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

const NAMES: &[&str] = &[
    "userName",
    "USERNAME",
    "displayName",
    "title",
    "locale",
    "profileUrl",
    "active",
    "password",
    "name",
    "givenName",
    "familyName",
    "formatted",
    "emails",
    "phoneNumbers",
    "addresses",
    "x509Certificates",
    "photos",
    "roles",
    "entitlements",
    "ims",
    "groups",
    "members",
    "id",
    "meta",
    "schemas",
    "externalId",
    ENTERPRISE,
    USER,
    "manager",
    "managerId",
    "department",
    "employeeNumber",
    "value",
    "type",
    "primary",
    "display",
    "$ref",
    "country",
    "streetAddress",
    "bogus",
    "urn:x:bogus",
    "",
];

const TEXTS: &[&str] = &[
    "",
    " ",
    "a",
    "A",
    "b",
    "work",
    "WORK",
    "home",
    "other",
    "true",
    "False",
    "7",
    "YQ==",
    "%%%",
    "en-US",
    "2020-01-01T00:00:00Z",
    "work@x.test",
    "home@x.test",
    "https://x.test/Users/",
    "http://x.test/photo.jpg",
    "not a uri",
    "\u{212b}",
    "straße",
    "null",
    ENTERPRISE,
    USER,
    "tel:+1-201-555-0123",
    "m1",
    "ada",
    "admin",
];

const NUMBERS: &[&str] = &[
    "0",
    "7",
    "-1",
    "1.5",
    "1e3",
    "99999999999999999999",
    "1e999",
    "-0",
];

/// The name of an attribute, or nearly.
pub fn name<'w>(source: &mut Source<'_>) -> &'w str {
    source.one_of(NAMES)
}

/// A text: one that means something, or any.
pub fn text(source: &mut Source<'_>) -> String {
    match source.below(5) {
        0 => source.letters(),
        _ => source.one_of(TEXTS).to_owned(),
    }
}

/// A value of any type.
pub fn value(source: &mut Source<'_>, depth: usize) -> Value {
    match source.below(if depth > 0 { 10 } else { 7 }) {
        0..=2 => text(source).into(),
        3 => Value::Null,
        4 => true.into(),
        5 => false.into(),
        6 => serde_json::from_str(source.one_of(NUMBERS)).unwrap_or(Value::Null),
        7 => (0..source.below(4))
            .map(|_| value(source, depth - 1))
            .collect(),
        _ => Object::from_iter(entries(source, depth - 1)).into(),
    }
}

/// Names with values, each name once however it is spelled.
pub fn entries(source: &mut Source<'_>, depth: usize) -> Vec<(String, Value)> {
    let mut entries: Vec<(String, Value)> = Vec::new();
    for _ in 0..source.below(6) {
        let key = match source.below(8) {
            0 => path(source),
            _ => name(source).to_owned(),
        };
        let value = value(source, depth);
        if !entries
            .iter()
            .any(|(known, _)| known.eq_ignore_ascii_case(&key))
        {
            entries.push((key, value));
        }
    }
    entries
}

/// A PATCH path of any form, or something else.
pub fn path(source: &mut Source<'_>) -> String {
    let (first, second) = (name(source), name(source));
    match source.below(8) {
        0 | 1 => first.to_owned(),
        2 => format!("{first}.{second}"),
        3 => format!("{}:{first}", source.one_of(&[ENTERPRISE, USER])),
        4 => format!("{first}[{}]", filter(source)),
        5 | 6 => format!("{first}[{}].{second}", filter(source)),
        _ => text(source),
    }
}

fn filter(source: &mut Source<'_>) -> String {
    let one = comparison(source);
    match source.below(6) {
        0 => format!("not ({one})"),
        1 => format!("{one} and {}", comparison(source)),
        2 => format!("{one} or {}", comparison(source)),
        _ => one,
    }
}

fn comparison(source: &mut Source<'_>) -> String {
    let name = source.one_of(&["type", "value", "primary", "display", "VALUE", "bogus"]);
    let operator = source.one_of(&["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le", "pr"]);
    if operator == "pr" {
        return format!("{name} pr");
    }
    let literal = match source.below(4) {
        0 => source.one_of(&["true", "false", "null", "1"]).to_owned(),
        _ => json!(text(source)).to_string(),
    };
    format!("{name} {operator} {literal}")
}

/// The object of a `json!`.
pub fn object(value: Value) -> Object {
    match value {
        Value::Object(object) => object,
        _ => Object::new(),
    }
}
