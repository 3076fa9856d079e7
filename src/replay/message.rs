//! Makes the request of a step: fills in names and puts headers together.

use super::recording::{Body, Headers, Request};
use super::substitute::{Missing, Names};

/// The media type of SCIM bodies.
const SCIM_JSON: &str = "application/scim+json";
/// Headers with secret values, wherever they come from.
const SECRET: [&str; 3] = ["authorization", "cookie", "proxy-authorization"];

/// A request that can be sent.
#[derive(Debug)]
pub(super) struct Message {
    pub(super) method: String,
    /// Below the target's base.
    pub(super) path: String,
    pub(super) headers: Vec<Header>,
    pub(super) body: Option<Vec<u8>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) name: String,
    pub(super) value: String,
    /// The value is never shown.
    pub(super) secret: bool,
}

/// Two of the sources of headers. Four sources follow each other: this program, the file, the command line, the step. A
/// later one wins.
///
/// The step has the last word, so a recording can test requests without a token, or with a wrong one.
pub(super) struct Layers<'a> {
    pub(super) file: &'a Headers,
    pub(super) command_line: &'a [(String, String)],
}

impl Message {
    pub(super) fn of(
        request: &Request,
        layers: &Layers<'_>,
        names: &Names,
    ) -> Result<Self, Missing> {
        let body = request.body.as_ref().map(|body| bytes(body, names));
        let body = body.transpose()?;
        let mut headers = Stack::default();
        headers.put("User-Agent", Some(user_agent()));
        headers.put("Accept", Some(SCIM_JSON.to_owned()));
        if body.is_some() {
            headers.put("Content-Type", Some(SCIM_JSON.to_owned()));
        }
        headers.fill(layers.file, names)?;
        for (name, value) in layers.command_line {
            headers.put_secret(name, value.clone());
        }
        headers.fill(&request.headers, names)?;
        Ok(Self {
            method: request.method.clone(),
            path: names.fill_path(&request.path)?,
            headers: headers.0,
            body,
        })
    }
}

impl Message {
    /// `GET PATH`, as the command line's headers say.
    pub(super) fn read(path: &str, command_line: &[(String, String)]) -> Self {
        let mut headers = Stack::default();
        headers.put("User-Agent", Some(user_agent()));
        headers.put("Accept", Some(SCIM_JSON.to_owned()));
        for (name, value) in command_line {
            headers.put_secret(name, value.clone());
        }
        Self {
            method: "GET".to_owned(),
            path: path.to_owned(),
            headers: headers.0,
            body: None,
        }
    }

    pub(super) fn has_header(&self, name: &str) -> bool {
        let mut names = self.headers.iter().map(|header| &header.name);
        names.any(|known| known.eq_ignore_ascii_case(name))
    }

    /// Whether the path is that of an endpoint, such as `/Users`, and not of one resource.
    pub(super) fn is_at_an_endpoint(&self) -> bool {
        let path = self.path.split('?').next().unwrap_or_default();
        path.split('/').filter(|part| !part.is_empty()).count() <= 1
    }
}

fn user_agent() -> String {
    concat!("scimd-replay/", env!("CARGO_PKG_VERSION")).to_owned()
}

fn bytes(body: &Body, names: &Names) -> Result<Vec<u8>, Missing> {
    Ok(match body {
        Body::Json(value) => names.fill_value(value)?.to_string().into_bytes(),
        Body::Text(text) => names.fill(text)?.into_bytes(),
    })
}

/// Holds one header for each name, the last one put.
#[derive(Default)]
struct Stack(Vec<Header>);

impl Stack {
    fn put(&mut self, name: &str, value: Option<String>) {
        self.0
            .retain(|known| !known.name.eq_ignore_ascii_case(name));
        if let Some(value) = value {
            let secret = SECRET.iter().any(|known| known.eq_ignore_ascii_case(name));
            self.0.push(Header {
                name: name.to_owned(),
                value,
                secret,
            });
        }
    }

    /// Marks the header as secret: the command line may give a key under any name.
    fn put_secret(&mut self, name: &str, value: String) {
        self.put(name, None);
        self.0.push(Header {
            name: name.to_owned(),
            value,
            secret: true,
        });
    }

    fn fill(&mut self, headers: &Headers, names: &Names) -> Result<(), Missing> {
        for (name, value) in headers {
            let value = value.as_deref().map(|value| names.fill(value));
            self.put(name, value.transpose()?);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn message(
        file: &[(&str, Option<&str>)],
        step: &[(&str, Option<&str>)],
        body: Option<Body>,
    ) -> Message {
        let headers = |list: &[(&str, Option<&str>)]| -> Headers {
            let owned = list
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.map(str::to_owned)));
            owned.collect()
        };
        let request = Request {
            method: "POST".to_owned(),
            path: "/Users/{{run}}?".to_owned(),
            headers: headers(step),
            body,
        };
        let command_line = [
            ("Authorization".to_owned(), "Bearer secret".to_owned()),
            ("X-Key".to_owned(), "key".to_owned()),
        ];
        let layers = Layers {
            file: &headers(file),
            command_line: &command_line,
        };
        Message::of(&request, &layers, &Names::of_run("r4".to_owned())).unwrap()
    }

    fn value<'a>(message: &'a Message, name: &str) -> Option<&'a str> {
        let header = message
            .headers
            .iter()
            .find(|header| header.name.eq_ignore_ascii_case(name));
        header.map(|header| header.value.as_str())
    }

    #[test]
    fn names_are_filled_everywhere() {
        let body = Body::Json(json!({ "a": "{{run}}" }));
        let message = message(&[("X", Some("{{run}}"))], &[], Some(body));
        assert_eq!(message.path, "/Users/r4?");
        assert_eq!(message.body.as_deref(), Some(&br#"{"a":"r4"}"#[..]));
        assert_eq!(value(&message, "x"), Some("r4"));
    }

    #[test]
    fn each_layer_is_over_the_one_before() {
        let plain = message(&[], &[], None);
        assert_eq!(value(&plain, "accept"), Some(SCIM_JSON));
        assert_eq!(value(&plain, "content-type"), None, "no body, no type");
        assert_eq!(value(&plain, "authorization"), Some("Bearer secret"));
        let file = message(
            &[("accept", Some("a/b")), ("x-key", Some("file"))],
            &[],
            None,
        );
        assert_eq!(value(&file, "accept"), Some("a/b"));
        assert_eq!(value(&file, "x-key"), Some("key"));
        let step = message(
            &[("accept", Some("a/b"))],
            &[
                ("ACCEPT", None),
                ("authorization", None),
                ("Content-Type", None),
            ],
            Some(Body::Text("{".to_owned())),
        );
        for name in ["accept", "authorization", "content-type"] {
            assert_eq!(value(&step, name), None, "{name}");
        }
    }

    #[test]
    fn secrets_are_known() {
        let message = message(&[], &[("authorization", Some("non-token"))], None);
        let secret = message.headers.iter().filter(|header| header.secret);
        let names: Vec<&str> = secret.map(|header| header.name.as_str()).collect();
        assert_eq!(names, ["X-Key", "authorization"]);
    }
}
