//! Reading JSON as SCIM needs it: one attribute once, no U+0000, bounded depth and strings.
//!
//! `serde_json` alone keeps the last of two equal keys. For SCIM that is a silent wrong answer: `{"userName":"a",
//! "USERNAME":"b"}` names one attribute twice (RFC 7643 §2.1), so it is refused.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::describe::describe;
use super::object::Object;
use crate::ScimError;
use crate::quote::quoted;

/// Deepest nesting of arrays and objects in a body.
pub const DEPTH_MAX: usize = 64;
/// Longest string in JSON that no operator has set another limit for, in bytes.
pub const STRING_BYTES_MAX: usize = 64 * 1024;
/// What editors on Windows put before UTF-8 (RFC 8259 §8.1 lets parsers skip it).
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// Most characters of a name, and most names, that say where a fault is.
const NAME_SHOWN_MAX: usize = 40;
const PLACE_NAMES_MAX: usize = 4;
/// How `serde_json` hands over a number with its own text (feature `arbitrary_precision`): as an object of this key.
const NUMBER_KEY: &str = "$serde_json::private::Number";
/// Most values in a body: a value takes up to fifty times the room of its text.
pub const VALUES_MAX: usize = 500_000;
/// Longest number in a body, in characters: it is kept as text, and may become a string.
const NUMBER_CHARS_MAX: usize = 64;
/// Marks a refusal that is about a value, not about syntax, on its way through `serde`'s error type.
const VALUE_FAULT: &str = "scim-value: ";

/// Parses JSON whose strings have at most [`STRING_BYTES_MAX`] bytes. A byte order mark before it is skipped.
///
/// Errors: `invalidSyntax` (no JSON, a key twice, too deep), `invalidValue` (a U+0000, a string or number too long).
pub fn parse(bytes: &[u8]) -> Result<Value, ScimError> {
    parse_within(bytes, STRING_BYTES_MAX)
}

fn parse_within(bytes: &[u8], string_bytes_max: usize) -> Result<Value, ScimError> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(ScimError::InvalidSyntax(
            "the body is empty; a JSON object was expected".into(),
        ));
    }
    if (0..bytes.len()).any(|start| spells_number_key(&bytes[start..])) {
        return Err(ScimError::InvalidSyntax(format!(
            "the body holds \"{NUMBER_KEY}\", which cannot be read"
        )));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let (left, trail) = (Cell::new(VALUES_MAX), RefCell::default());
    let bounded = Bounded {
        depth: 0,
        string_bytes_max,
        left: &left,
        trail: &trail,
    };
    let read = bounded.deserialize(&mut deserializer);
    let value = read.map_err(|error| translate(&error, &trail.borrow()))?;
    let end = deserializer.end();
    end.map_err(|error| translate(&error, &[]))?;
    Ok(value)
}

/// Parses a JSON object as [`parse`] does.
pub fn parse_object(bytes: &[u8]) -> Result<Object, ScimError> {
    parse_object_within(bytes, STRING_BYTES_MAX)
}

/// Parses a request body: a JSON object whose strings have at most so many bytes.
///
/// Errors: as [`parse`]; an `invalidValue` names the place in the body, such as `photos.value`.
pub fn parse_object_within(bytes: &[u8], string_bytes_max: usize) -> Result<Object, ScimError> {
    match parse_within(bytes, string_bytes_max)? {
        Value::Object(map) => Ok(map),
        other => Err(ScimError::InvalidSyntax(format!(
            "the body is {}; a JSON object was expected",
            describe(&other)
        ))),
    }
}

/// Whether JSON text begins with [`NUMBER_KEY`], perhaps written with `\u` escapes. Once parsed, a client's own object of
/// that key cannot be told from a number.
fn spells_number_key(mut text: &[u8]) -> bool {
    NUMBER_KEY.bytes().all(|wanted| {
        let (found, rest) = match text {
            [b'\\', b'u', a, b, c, d, rest @ ..] => (unescaped([*a, *b, *c, *d]), rest),
            [found, rest @ ..] => (Some(*found), rest),
            [] => return false,
        };
        text = rest;
        found == Some(wanted)
    })
}

/// The ASCII character behind the four digits of a `\u` escape.
fn unescaped(digits: [u8; 4]) -> Option<u8> {
    let digits = std::str::from_utf8(&digits).ok()?;
    u8::try_from(u32::from_str_radix(digits, 16).ok()?).ok()
}

/// Names on the way to a place in the body, the innermost first, as a text with dots. Long names are shortened.
fn place(trail: &[String]) -> String {
    let shown = trail.iter().take(PLACE_NAMES_MAX).rev();
    let shown: Vec<String> = shown
        .map(|name| name.chars().take(NAME_SHOWN_MAX).collect())
        .collect();
    if shown.is_empty() {
        "body".to_owned()
    } else {
        shown.join(".")
    }
}

fn translate(error: &serde_json::Error, trail: &[String]) -> ScimError {
    let text = error.to_string();
    match text.strip_prefix(VALUE_FAULT) {
        Some(fault) => {
            let fault = fault.split(" at line ").next().unwrap_or(fault);
            ScimError::invalid_value(place(trail), fault)
        }
        None => ScimError::InvalidSyntax(format!("the body is not valid JSON: {text}")),
    }
}

#[derive(Clone, Copy)]
struct Bounded<'c> {
    depth: usize,
    string_bytes_max: usize,
    /// How many more values there may be.
    left: &'c Cell<usize>,
    /// After an error, the names on the way to its place, the innermost first.
    trail: &'c RefCell<Vec<String>>,
}

impl Bounded<'_> {
    fn deeper<E: serde::de::Error>(&self) -> Result<Self, E> {
        if self.depth >= DEPTH_MAX {
            return Err(E::custom(format_args!(
                "nested deeper than {DEPTH_MAX} levels"
            )));
        }
        Ok(Self {
            depth: self.depth + 1,
            ..*self
        })
    }

    fn checked<E: serde::de::Error>(&self, text: String) -> Result<String, E> {
        if text.contains('\0') {
            return Err(E::custom(format_args!(
                "{VALUE_FAULT}a string holds U+0000, which cannot be stored"
            )));
        }
        if text.len() > self.string_bytes_max {
            return Err(E::custom(format_args!(
                "{VALUE_FAULT}a string has {} bytes; at most {} are allowed",
                text.len(),
                self.string_bytes_max
            )));
        }
        Ok(text)
    }
}

impl<'de> DeserializeSeed<'de> for Bounded<'_> {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        let Some(left) = self.left.get().checked_sub(1) else {
            return Err(D::Error::custom(format_args!(
                "{VALUE_FAULT}has more than {VALUES_MAX} values"
            )));
        };
        self.left.set(left);
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Bounded<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }
    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }
    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Value, E> {
        self.visit_string(value.to_owned())
    }
    fn visit_string<E: serde::de::Error>(self, value: String) -> Result<Value, E> {
        self.checked(value).map(Value::String)
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        loop {
            match sequence.next_element_seed(self.deeper()?)? {
                Some(item) => items.push(item),
                None => return Ok(Value::Array(items)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut map = Object::new();
        let mut seen = HashSet::new();
        while let Some(key) = access.next_key::<String>()? {
            if key == NUMBER_KEY {
                let text = access.next_value::<String>()?;
                if text.len() > NUMBER_CHARS_MAX {
                    return Err(A::Error::custom(format_args!(
                        "{VALUE_FAULT}a number is longer than {NUMBER_CHARS_MAX} characters"
                    )));
                }
                return text.parse().map(Value::Number).map_err(A::Error::custom);
            }
            let key = self.checked(key)?;
            if !seen.insert(key.to_ascii_lowercase()) {
                return Err(A::Error::custom(format_args!(
                    "attribute {} is given twice (names ignore case)",
                    quoted(&key)
                )));
            }
            let value = access.next_value_seed(self.deeper()?);
            let value = value.inspect_err(|_| self.trail.borrow_mut().push(key.clone()))?;
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(body: &str, scim_type: &str) {
        let error = parse(body.as_bytes()).unwrap_err();
        assert_eq!(error.wire(), (400, Some(scim_type)), "{body}: {error}");
    }

    #[test]
    fn one_attribute_twice_is_refused_whatever_its_case() {
        refused(r#"{"userName":"a","USERNAME":"b"}"#, "invalidSyntax");
        refused(r#"{"name":{"a":1,"A":2}}"#, "invalidSyntax");
    }

    #[test]
    fn bad_text_is_refused() {
        refused(r#"{"a":"\u0000"}"#, "invalidValue");
        refused(r#"{"\u0000":1}"#, "invalidValue");
        refused(r#"{"a":"\ud800"}"#, "invalidSyntax");
        refused(
            &format!("[\"{}\"]", "x".repeat(STRING_BYTES_MAX + 1)),
            "invalidValue",
        );
    }

    #[test]
    fn a_fault_names_its_place_and_long_names_are_shortened() {
        let place = |body: &str| match parse(body.as_bytes()) {
            Err(ScimError::InvalidValue { attribute, .. }) => attribute,
            other => panic!("{body}: {other:?}"),
        };
        let nul = r#"{"title":"x","Operations":[{"value":{"a":1}},{"path":"\u0000"}]}"#;
        assert_eq!(place(nul), "Operations.path");
        assert_eq!(place(r#"["\u0000"]"#), "body");
        let long = format!(r#"{{"{}":"\u0000"}}"#, "x".repeat(5_000));
        assert_eq!(place(&long), "x".repeat(NAME_SHOWN_MAX));
    }

    #[test]
    fn a_byte_order_mark_is_skipped() {
        assert!(parse(b"\xef\xbb\xbf{}").is_ok());
        assert!(parse(b"\xef\xbb\xbf").is_err() && parse(b"{}\xef\xbb\xbf").is_err());
    }

    #[test]
    fn an_operator_sets_the_longest_string() {
        let body = br#"{"a":"12345"}"#;
        assert!(parse_object_within(body, 5).is_ok() && parse_object_within(body, 4).is_err());
    }

    #[test]
    fn values_are_bounded() {
        let many = |count: usize| format!("[{}1]", "1,".repeat(count - 2));
        assert!(parse(many(VALUES_MAX).as_bytes()).is_ok());
        refused(&many(VALUES_MAX + 1), "invalidValue");
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |levels| "[".repeat(levels) + &"]".repeat(levels);
        assert!(parse(nested(DEPTH_MAX).as_bytes()).is_ok());
        refused(&nested(DEPTH_MAX + 1), "invalidSyntax");
        refused(&nested(100_000), "invalidSyntax");
    }

    #[test]
    fn numbers_keep_their_form() {
        let text = "[1,1.50,-3,18446744073709551617,1e3]";
        assert_eq!(
            parse(text.as_bytes()).unwrap().to_string(),
            text.replace("1e3", "1e+3")
        );
        let digits = |count| format!("[{}]", "7".repeat(count));
        assert!(parse(digits(NUMBER_CHARS_MAX).as_bytes()).is_ok());
        refused(&digits(NUMBER_CHARS_MAX + 1), "invalidValue");
        refused(&digits(200_000), "invalidValue");
        refused("{} {}", "invalidSyntax");
        refused("  ", "invalidSyntax");
    }

    #[test]
    fn an_object_cannot_pose_as_a_number() {
        for key in [
            NUMBER_KEY,
            r"\u0024serde_json::private::Number",
            r"$serde_json\u003a:private::Numbe\u0072",
        ] {
            refused(
                &format!(r#"{{"userName":{{"{key}":"12345"}}}}"#),
                "invalidSyntax",
            );
        }
        assert!(parse(br#"{"$serde_json::private":"\u00e9\u4e2d"}"#).is_ok());
    }
}
