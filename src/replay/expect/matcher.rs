//! Matchers such as `<string>` and `<contains:x>`, for values that differ every time.

use std::fmt;

use serde_json::{Number, Value};

use crate::replay::substitute::{Missing, Names};
use scim::datetime;

/// A condition on a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::replay) enum Matcher {
    /// The value is there and is not null.
    Any,
    /// A string that is not empty.
    String,
    Boolean,
    /// A number written without fraction and exponent (RFC 7643 §2.3.4).
    Integer,
    /// RFC 3339: date, `T`, time and offset.
    DateTime,
    /// The key itself is not there.
    Absent,
    /// A string with this text in it.
    Contains(String),
}

/// The matchers that take no text.
const BARE: [(&str, Matcher); 6] = [
    ("<any>", Matcher::Any),
    ("<string>", Matcher::String),
    ("<boolean>", Matcher::Boolean),
    ("<integer>", Matcher::Integer),
    ("<date-time>", Matcher::DateTime),
    ("<absent>", Matcher::Absent),
];

impl Matcher {
    /// Reads a text that begins with `<`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if let Some((_, matcher)) = BARE.iter().find(|(name, _)| *name == text) {
            return Ok(matcher.clone());
        }
        let contained = text
            .strip_prefix("<contains:")
            .and_then(|rest| rest.strip_suffix('>'));
        match contained {
            Some(contained) if !contained.is_empty() => Ok(Self::Contains(contained.to_owned())),
            _ => Err(format!(
                "{text} is not a matcher; there are {}, <contains:TEXT>, and << begins a text with one <",
                BARE.map(|(name, _)| name).join(", ")
            )),
        }
    }

    pub(super) fn fill(&self, names: &Names) -> Result<Self, Missing> {
        match self {
            Self::Contains(text) => names.fill(text).map(Self::Contains),
            other => Ok(other.clone()),
        }
    }

    pub(super) fn accepts(&self, actual: Option<&Value>) -> bool {
        let Some(actual) = actual else {
            return *self == Self::Absent;
        };
        let text = actual.as_str();
        match self {
            Self::Any => !actual.is_null(),
            Self::String => text.is_some_and(|text| !text.is_empty()),
            Self::Boolean => actual.is_boolean(),
            Self::Integer => matches!(actual, Value::Number(number) if is_integer(number)),
            Self::DateTime => text.is_some_and(is_date_time),
            Self::Absent => false,
            Self::Contains(part) => text.is_some_and(|text| text.contains(part.as_str())),
        }
    }
}

impl fmt::Display for Matcher {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bare = BARE.iter().find(|(_, matcher)| matcher == self);
        match (bare, self) {
            (_, Self::Contains(text)) => write!(formatter, "<contains:{text}>"),
            (Some((name, _)), _) => formatter.write_str(name),
            (None, _) => Ok(()),
        }
    }
}

pub(super) fn is_integer(number: &Number) -> bool {
    let text = number.to_string();
    let digits = text.strip_prefix('-').unwrap_or(&text);
    digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Asks for an offset too: RFC 3339 demands one, a SCIM dateTime does not.
fn is_date_time(text: &str) -> bool {
    let has_offset =
        || text.ends_with('Z') || text.get(11..).is_some_and(|time| time.contains(['+', '-']));
    datetime::parse(text).is_some() && has_offset()
}
