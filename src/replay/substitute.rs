//! Replaces each `{{name}}` in a recording by its value in this run.
//!
//! `run` gets a new value for every run of a file. Earlier steps captured the values of the other names. A name consists of
//! letters, digits, `-` and `_`. Two braces around anything else stay as they are, for a recording may have to send them.

use std::collections::BTreeMap;
use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// All characters but RFC 3986 `unreserved`.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The names known so far, and the value of each.
#[derive(Debug, Clone)]
pub(super) struct Names(BTreeMap<String, String>);

/// A name without a value so far.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Missing(pub(super) String);

impl fmt::Display for Missing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "needs {{{{{}}}}}, which an earlier step did not give",
            self.0
        )
    }
}

impl Names {
    /// Knows `run` alone: the names at the beginning of a run.
    pub(super) fn of_run(run: String) -> Self {
        Self(BTreeMap::from([("run".to_owned(), run)]))
    }

    pub(super) fn insert(&mut self, name: &str, value: String) {
        self.0.insert(name.to_owned(), value);
    }

    /// Replaces every name in a text.
    pub(super) fn fill(&self, text: &str) -> Result<String, Missing> {
        self.replace(text, str::to_owned)
    }

    /// Replaces every name in a path. Values are percent-encoded, since an id or a cursor may hold anything. The
    /// recording's own text stays byte by byte.
    pub(super) fn fill_path(&self, path: &str) -> Result<String, Missing> {
        self.replace(path, |value| {
            utf8_percent_encode(value, RESERVED).to_string()
        })
    }

    /// Replaces every name in the strings of a value. Keys stay.
    pub(super) fn fill_value(&self, value: &Value) -> Result<Value, Missing> {
        Ok(match value {
            Value::String(text) => Value::String(self.fill(text)?),
            Value::Array(elements) => {
                let filled = elements.iter().map(|element| self.fill_value(element));
                Value::Array(filled.collect::<Result<_, _>>()?)
            }
            Value::Object(map) => {
                let filled = map
                    .iter()
                    .map(|(key, value)| Ok((key.clone(), self.fill_value(value)?)));
                Value::Object(filled.collect::<Result<_, _>>()?)
            }
            other => other.clone(),
        })
    }

    fn replace(&self, text: &str, spell: impl Fn(&str) -> String) -> Result<String, Missing> {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once("{{") {
            filled.push_str(before);
            match name_at(behind) {
                Some(name) => {
                    let value = self.0.get(name).ok_or_else(|| Missing(name.to_owned()))?;
                    filled.push_str(&spell(value));
                    rest = &behind[name.len() + "}}".len()..];
                }
                // Skips one brace only: in `{{{run}}` the name begins with the second one.
                None => {
                    filled.push('{');
                    rest = &rest[before.len() + 1..];
                }
            }
        }
        filled.push_str(rest);
        Ok(filled)
    }
}

/// Reads a name up to `}}`, if there is one.
fn name_at(text: &str) -> Option<&str> {
    let name = text.split_once("}}")?.0;
    is_name(name).then_some(name)
}

/// Whether a capture may have this name.
pub(super) fn is_name(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    !text.is_empty() && text.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn names() -> Names {
        let mut names = Names::of_run("r4".to_owned());
        names.insert("kim", "a/b c\"".to_owned());
        names
    }

    #[test]
    fn names_are_replaced_and_other_braces_stay() {
        for (text, filled) in [
            ("kim-{{run}}@x.test", "kim-r4@x.test"),
            ("{{run}}{{run}}", "r4r4"),
            ("{{kim}}", "a/b c\""),
            ("{{{run}}}", "{r4}"),
            ("{\"a\":{{}}", "{\"a\":{{}}"),
            ("{{ run }}", "{{ run }}"),
            ("{{run", "{{run"),
            ("{run}", "{run}"),
            ("", ""),
        ] {
            assert_eq!(names().fill(text).as_deref(), Ok(filled), "{text}");
        }
    }

    #[test]
    fn in_paths_what_comes_in_is_encoded_and_the_rest_is_left_alone() {
        assert_eq!(
            names().fill_path("/Users/{{kim}}?a=%20b&").as_deref(),
            Ok("/Users/a%2Fb%20c%22?a=%20b&")
        );
    }

    #[test]
    fn values_are_filled_to_the_bottom() {
        let value = json!({ "{{run}}": [{ "a": "{{run}}" }, 1, null, true] });
        assert_eq!(
            names().fill_value(&value),
            Ok(json!({ "{{run}}": [{ "a": "r4" }, 1, null, true] }))
        );
    }

    #[test]
    fn an_unknown_name_is_told() {
        let missing = names().fill("{{run}} {{lee}}").unwrap_err();
        assert_eq!(
            missing.to_string(),
            "needs {{lee}}, which an earlier step did not give"
        );
        assert!(names().fill_value(&json!(["{{lee}}"])).is_err());
        assert!(names().fill_path("/Users/{{lee}}").is_err());
    }
}
