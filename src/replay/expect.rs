//! Expectations of an answer, and the first difference from one.
//!
//! An expected object matches when each of its keys matches; other keys do not matter. An expected list matches a list of
//! the same length. Its elements match in any order, since SCIM gives multi-valued attributes none (RFC 7643 §2.4).

mod matcher;
mod pairs;

use std::fmt;

use serde_json::{Number, Value};

use super::substitute::{Missing, Names};
use super::text::shortened;
use matcher::Matcher;
use pairs::{Unpaired, unpaired};

/// The longest value that a difference shows, in characters.
const SHOWN_CHARS_MAX: usize = 200;

/// An expectation as a recording writes it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expected {
    /// `null`: absent, null or an empty list. SCIM takes all three for the same (RFC 7643 §2.5).
    Unassigned,
    Boolean(bool),
    Number(Number),
    Text(String),
    /// `<...>`
    Matcher(Matcher),
    /// `[]` expects an empty list, not an absent one.
    List(Vec<Expected>),
    Object(Vec<(String, Expected)>),
}

/// The place of a difference, and both values.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Difference {
    path: String,
    expected: String,
    got: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            path,
            expected,
            got,
        } = self;
        write!(formatter, "{path}: expected {expected}, got {got}")
    }
}

impl Expected {
    /// Reads an expectation. The error names the mistake and its place below `path`.
    pub(super) fn parse(path: &str, value: &Value) -> Result<Self, String> {
        Ok(match value {
            Value::Null => Self::Unassigned,
            Value::Bool(value) => Self::Boolean(*value),
            Value::Number(number) => Self::Number(number.clone()),
            Value::String(text) => {
                Self::parse_text(text).map_err(|error| format!("{path}: {error}"))?
            }
            Value::Array(elements) => {
                let parsed = elements
                    .iter()
                    .enumerate()
                    .map(|(index, element)| Self::parse(&format!("{path}[{index}]"), element));
                Self::List(parsed.collect::<Result<_, _>>()?)
            }
            Value::Object(map) => {
                let parsed = map
                    .iter()
                    .map(|(key, value)| Ok((key.clone(), Self::parse(&below(path, key), value)?)));
                Self::Object(parsed.collect::<Result<_, String>>()?)
            }
        })
    }

    /// Reads a matcher or a plain text. `<<` begins a plain text with one `<`.
    fn parse_text(text: &str) -> Result<Self, String> {
        match text.strip_prefix('<') {
            None => Ok(Self::Text(text.to_owned())),
            Some(escaped) if escaped.starts_with('<') => Ok(Self::Text(escaped.to_owned())),
            Some(_) => Matcher::parse(text).map(Self::Matcher),
        }
    }

    /// Replaces every name in the texts. A value stays text and never becomes a matcher.
    pub(super) fn fill(&self, names: &Names) -> Result<Self, Missing> {
        Ok(match self {
            Self::Text(text) => Self::Text(names.fill(text)?),
            Self::Matcher(matcher) => Self::Matcher(matcher.fill(names)?),
            Self::List(elements) => {
                let filled = elements.iter().map(|element| element.fill(names));
                Self::List(filled.collect::<Result<_, _>>()?)
            }
            Self::Object(keys) => {
                let filled = keys
                    .iter()
                    .map(|(key, value)| Ok((key.clone(), value.fill(names)?)));
                Self::Object(filled.collect::<Result<_, Missing>>()?)
            }
            Self::Unassigned | Self::Boolean(_) | Self::Number(_) => self.clone(),
        })
    }

    /// Finds the first difference. `None` means a match. `actual` is `None` where the answer has no value.
    pub(super) fn difference(&self, path: &str, actual: Option<&Value>) -> Option<Difference> {
        match (self, actual) {
            (Self::Object(keys), Some(Value::Object(map))) => keys
                .iter()
                .find_map(|(key, expected)| expected.difference(&below(path, key), map.get(key))),
            (Self::List(expected), Some(Value::Array(actual))) => {
                difference_of_lists(path, expected, actual)
            }
            _ if self.accepts(actual) => None,
            _ => Some(Difference {
                path: path.to_owned(),
                expected: self.shown(),
                got: shown(actual),
            }),
        }
    }

    fn accepts(&self, actual: Option<&Value>) -> bool {
        match self {
            Self::Unassigned => {
                actual.is_none_or(|actual| actual.is_null() || actual == &Value::Array(vec![]))
            }
            Self::Boolean(expected) => actual.and_then(Value::as_bool) == Some(*expected),
            Self::Number(expected) => {
                matches!(actual, Some(Value::Number(actual)) if equal(expected, actual))
            }
            Self::Text(expected) => actual.and_then(Value::as_str) == Some(expected.as_str()),
            Self::Matcher(matcher) => matcher.accepts(actual),
            // `difference` compares two objects or two lists part by part.
            Self::List(_) | Self::Object(_) => false,
        }
    }

    /// Writes the expectation as a recording does, shortened.
    fn shown(&self) -> String {
        match self {
            Self::Unassigned => "nothing".to_owned(),
            Self::Matcher(matcher) => matcher.to_string(),
            Self::Boolean(_)
            | Self::Number(_)
            | Self::Text(_)
            | Self::List(_)
            | Self::Object(_) => shortened(&self.written(), SHOWN_CHARS_MAX),
        }
    }

    fn written(&self) -> String {
        match self {
            Self::Unassigned => "null".to_owned(),
            Self::Boolean(value) => value.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => quoted(text),
            Self::Matcher(matcher) => quoted(&matcher.to_string()),
            Self::List(elements) => {
                let written: Vec<String> = elements.iter().map(Self::written).collect();
                format!("[{}]", written.join(","))
            }
            Self::Object(keys) => {
                let written = keys
                    .iter()
                    .map(|(key, value)| format!("{}:{}", quoted(key), value.written()));
                format!("{{{}}}", written.collect::<Vec<_>>().join(","))
            }
        }
    }
}

/// Finds the first difference of two lists. `None` means that all elements have partners.
fn difference_of_lists(path: &str, expected: &[Expected], actual: &[Value]) -> Option<Difference> {
    if expected.len() != actual.len() {
        return Some(Difference {
            path: path.to_owned(),
            expected: counted(expected.len()),
            got: counted(actual.len()),
        });
    }
    let fits = |one: &Expected, other: &Value| one.difference("", Some(other)).is_none();
    let Unpaired { left, right } = unpaired(expected, actual, fits)?;
    let lonely = expected.get(left)?;
    lonely.difference(&format!("{path}[{right}]"), actual.get(right))
}

fn counted(elements: usize) -> String {
    match elements {
        0 => "no elements".to_owned(),
        1 => "1 element".to_owned(),
        many => format!("{many} elements"),
    }
}

/// Compares integers of any length exactly. `1` and `1.0` are the same number.
fn equal(left: &Number, right: &Number) -> bool {
    let texts_agree = left.to_string() == right.to_string();
    let is_integer = |number: &Number| matcher::is_integer(number);
    if texts_agree || (is_integer(left) && is_integer(right)) {
        return texts_agree;
    }
    left.as_f64() == right.as_f64()
}

/// Appends a key to a path. Brackets hold a key that would be misread after a dot, such as the URN of an extension.
fn below(path: &str, key: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"$_-".contains(&byte);
    if !key.is_empty() && key.bytes().all(plain) {
        format!("{path}.{key}")
    } else {
        format!("{path}[{}]", quoted(key))
    }
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

fn shown(actual: Option<&Value>) -> String {
    match actual {
        None => "nothing".to_owned(),
        Some(actual) => shortened(&actual.to_string(), SHOWN_CHARS_MAX),
    }
}

#[cfg(test)]
mod tests;
