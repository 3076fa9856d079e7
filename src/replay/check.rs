//! Holds an answer against the expectation of its step.

use serde_json::Value;

use super::answer::Answer;
use super::expect::Expected;
use super::recording::Response;
use super::substitute::{Missing, Names};
use super::text::shortened;

/// The longest part of an answer that a difference shows, in characters.
const SHOWN_CHARS_MAX: usize = 200;

/// An expectation with every name filled in.
pub(super) struct Wanted {
    status: Vec<u16>,
    headers: Vec<(String, Expected)>,
    body: Option<Expected>,
}

/// The body of an answer.
pub(super) enum Content {
    Nothing,
    Json(Value),
    /// The beginning of a body that is not JSON.
    Other(String),
}

impl Content {
    pub(super) fn of(answer: &Answer) -> Self {
        if answer.body.is_empty() {
            return Self::Nothing;
        }
        match serde_json::from_slice(&answer.body) {
            Ok(value) => Self::Json(value),
            Err(_) => {
                let text = String::from_utf8_lossy(&answer.body);
                Self::Other(shortened(&text, SHOWN_CHARS_MAX))
            }
        }
    }

    /// Reads the value at a JSON pointer as text. `None` when there is no value, or none that can stand inside a text.
    pub(super) fn capture(&self, pointer: &str) -> Option<String> {
        let Self::Json(value) = self else { return None };
        match value.pointer(pointer)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(value) => Some(value.to_string()),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// The sentence of a SCIM error.
    fn detail(&self) -> Option<&str> {
        match self {
            Self::Json(value) => value.get("detail")?.as_str(),
            Self::Nothing | Self::Other(_) => None,
        }
    }
}

impl Wanted {
    pub(super) fn of(response: &Response, names: &Names) -> Result<Self, Missing> {
        let body = response.body.as_ref().map(|body| body.fill(names));
        let headers = response
            .headers
            .iter()
            .map(|(name, value)| Ok((name.clone(), value.fill(names)?)));
        Ok(Self {
            status: response.status.clone(),
            headers: headers.collect::<Result<_, Missing>>()?,
            body: body.transpose()?,
        })
    }

    /// Tells the first difference in words. Status comes first, then headers, then the body.
    pub(super) fn difference(&self, answer: &Answer, content: &Content) -> Option<String> {
        self.of_status(answer, content)
            .or_else(|| self.of_headers(answer))
            .or_else(|| self.of_body(answer, content))
    }

    fn of_status(&self, answer: &Answer, content: &Content) -> Option<String> {
        if self.status.contains(&answer.status) {
            return None;
        }
        let expected: Vec<String> = self.status.iter().map(u16::to_string).collect();
        let difference = format!(
            "status: expected {}, got {}",
            expected.join(" or "),
            answer.status
        );
        Some(match content.detail() {
            Some(detail) => format!("{difference} ({})", shortened(detail, SHOWN_CHARS_MAX)),
            None => difference,
        })
    }

    fn of_headers(&self, answer: &Answer) -> Option<String> {
        self.headers.iter().find_map(|(name, expected)| {
            let values: Vec<&str> = answer
                .headers
                .iter()
                .filter(|(known, _)| known.eq_ignore_ascii_case(name))
                .map(|(_, value)| value.as_str())
                .collect();
            // A header that comes twice means the list of its values (RFC 9110 §5.2).
            let value = (!values.is_empty()).then(|| Value::from(values.join(", ")));
            let difference = expected.difference(&format!("header {name}"), value.as_ref())?;
            Some(difference.to_string())
        })
    }

    fn of_body(&self, answer: &Answer, content: &Content) -> Option<String> {
        let expected = self.body.as_ref()?;
        match content {
            // A step that allows 204 beside another status expects the body with the other one only.
            Content::Nothing if answer.status == 204 && self.status.len() > 1 => None,
            Content::Nothing => Some(expected.difference("body", None)?.to_string()),
            Content::Json(value) => Some(expected.difference("body", Some(value))?.to_string()),
            Content::Other(text) => Some(format!("body: expected JSON, got \"{text}\"")),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        Answer {
            status,
            headers: vec![
                header("etag", "W/\"1\""),
                header("vary", "a"),
                header("vary", "b"),
            ],
            body: body.as_bytes().to_vec(),
        }
    }

    fn wanted(status: &[u16], headers: &Value, body: Option<Value>) -> Wanted {
        let parse = |value: &Value| Expected::parse("body", value).unwrap();
        let headers = headers.as_object().unwrap().iter();
        Wanted {
            status: status.to_vec(),
            headers: headers
                .map(|(name, value)| (name.clone(), parse(value)))
                .collect(),
            body: body.as_ref().map(parse),
        }
    }

    #[track_caller]
    fn check(wanted: &Wanted, answer: &Answer, told: Option<&str>) {
        assert_eq!(
            wanted.difference(answer, &Content::of(answer)).as_deref(),
            told
        );
    }

    #[test]
    fn status_comes_first_with_the_reason_the_server_gives() {
        let wanted = wanted(&[200, 204], &json!({}), Some(json!({ "a": 1 })));
        check(
            &wanted,
            &answer(404, ""),
            Some("status: expected 200 or 204, got 404"),
        );
        check(
            &wanted,
            &answer(401, r#"{"detail":"no token"}"#),
            Some("status: expected 200 or 204, got 401 (no token)"),
        );
        check(&wanted, &answer(200, r#"{"a":1}"#), None);
    }

    #[test]
    fn headers_have_no_letter_case() {
        let of = |headers: Value| wanted(&[200], &headers, None);
        check(
            &of(json!({ "ETag": "<contains:W/>", "X": null, "Vary": "a, b" })),
            &answer(200, ""),
            None,
        );
        check(
            &of(json!({ "ETAG": null })),
            &answer(200, ""),
            Some(r#"header ETAG: expected nothing, got "W/\"1\"""#),
        );
        check(
            &of(json!({ "X": "<any>" })),
            &answer(200, ""),
            Some("header X: expected <any>, got nothing"),
        );
    }

    #[test]
    fn an_empty_body_is_fine_only_where_204_is_one_of_several() {
        let body = || Some(json!({ "a": 1 }));
        check(
            &wanted(&[200, 204], &json!({}), body()),
            &answer(204, ""),
            None,
        );
        let told = Some(r#"body: expected {"a":1}, got nothing"#);
        check(
            &wanted(&[200, 204], &json!({}), body()),
            &answer(200, ""),
            told,
        );
        check(&wanted(&[204], &json!({}), body()), &answer(204, ""), told);
        check(&wanted(&[200], &json!({}), body()), &answer(200, ""), told);
        check(
            &wanted(&[204], &json!({}), Some(json!("<absent>"))),
            &answer(204, ""),
            None,
        );
    }

    #[test]
    fn a_body_that_is_not_json_is_shown() {
        let wanted = wanted(&[200], &json!({}), Some(json!({})));
        check(
            &wanted,
            &answer(200, "<html>"),
            Some("body: expected JSON, got \"<html>\""),
        );
    }

    #[test]
    fn captures_are_texts() {
        let content = Content::of(&answer(
            200,
            r#"{"id":"x","n":1,"list":[{"v":true}],"null":null}"#,
        ));
        for (pointer, value) in [
            ("/id", Some("x")),
            ("/n", Some("1")),
            ("/list/0/v", Some("true")),
            ("/null", None),
            ("/list", None),
            ("/absent", None),
        ] {
            assert_eq!(content.capture(pointer).as_deref(), value, "{pointer}");
        }
        assert_eq!(Content::of(&answer(204, "")).capture("/id"), None);
    }
}
