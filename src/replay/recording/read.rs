//! Reads a recording from JSON, with errors for its author.
//!
//! The code is written by hand: the errors of `serde`'s derive know neither the step nor the key.

use serde_json::{Map, Value};

use super::{Body, Headers, Recording, Request, Response, Step};
use crate::replay::expect::Expected;
use crate::replay::substitute::is_name;

/// An object of the file, and its place in words.
struct Object {
    place: String,
    map: Map<String, Value>,
}

impl Recording {
    /// Reads the text of a file. The error names the file, the step and the expectation there.
    pub(crate) fn parse(name: &str, text: &str) -> Result<Self, String> {
        recording(name, text).map_err(|error| format!("{name}: {error}"))
    }
}

fn recording(name: &str, text: &str) -> Result<Recording, String> {
    let value = serde_json::from_str(text).map_err(|error| format!("is not JSON: {error}"))?;
    let keys = [
        "title",
        "about",
        "behaviours",
        "headers",
        "steps",
        "cleanup",
    ];
    let mut file = Object::of("the file".to_owned(), value, &keys)?;
    let recording = Recording {
        name: name.to_owned(),
        title: file.text("title")?,
        about: file.text_or_empty("about")?,
        behaviours: file.behaviours()?,
        headers: file.headers()?,
        steps: file.steps("steps", "step")?,
        cleanup: file.steps("cleanup", "cleanup step")?,
    };
    if recording.steps.is_empty() {
        return Err("\"steps\" needs at least one step".to_owned());
    }
    Ok(recording)
}

fn step(place: String, value: Value) -> Result<Step, String> {
    let keys = ["name", "behaviours", "request", "response", "capture"];
    let mut object = Object::of(place, value, &keys)?;
    let name = object.text("name")?;
    // From here on, errors call the step by its name.
    object.place = format!("{} (\"{name}\")", object.place);
    Ok(Step {
        name,
        behaviours: object.behaviours()?,
        request: request(&mut object)?,
        response: response(&mut object)?,
        capture: captures(&mut object)?,
    })
}

fn request(step: &mut Object) -> Result<Request, String> {
    let keys = ["method", "path", "headers", "body", "text"];
    let mut object = step.object("request", &keys)?;
    let method = object.text("method")?;
    if method.is_empty() || !method.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err(object.wrong("method", "a method in capital letters such as \"PATCH\""));
    }
    let path = object.text("path")?;
    if !is_path(&path) {
        return Err(object.wrong(
            "path",
            "a path below the target's base that begins with \"/\" and is percent-encoded, such as \"/Users?count=1\"",
        ));
    }
    let headers = object.headers()?;
    let json = object.map.remove("body").map(Body::Json);
    let text = object.optional_text("text")?.map(Body::Text);
    if json.is_some() && text.is_some() {
        return Err(format!(
            "{}: either \"body\" (JSON) or \"text\", not both",
            object.place
        ));
    }
    Ok(Request {
        method,
        path,
        headers,
        body: json.or(text),
    })
}

/// Whether a request line can hold the path. A fragment would not be sent.
fn is_path(path: &str) -> bool {
    let sendable = |byte: u8| byte.is_ascii_graphic() && byte != b'#';
    (path.is_empty() || path.starts_with(['/', '?'])) && path.bytes().all(sendable)
}

fn response(step: &mut Object) -> Result<Response, String> {
    let mut object = step.object("response", &["status", "headers", "body"])?;
    let expected = |path: &str, value: &Value| {
        Expected::parse(path, value).map_err(|error| format!("{}: {error}", object.place))
    };
    let body = object.map.get("body");
    let body = body.map(|body| expected("body", body)).transpose()?;
    let mut headers = Vec::new();
    for (name, value) in object.headers()? {
        let value = value.map_or(Value::Null, Value::String);
        let value = Expected::parse(&format!("header {name}"), &value)
            .map_err(|error| format!("{}: {error}", object.place))?;
        headers.push((name, value));
    }
    Ok(Response {
        status: statuses(&mut object)?,
        headers,
        body,
    })
}

fn statuses(response: &mut Object) -> Result<Vec<u16>, String> {
    let wrong = "a status such as 201, or a list of them";
    let statuses = match response.map.remove("status") {
        None => return Err(response.missing("status", wrong)),
        Some(Value::Array(statuses)) => statuses,
        Some(one) => vec![one],
    };
    let status = |value: &Value| {
        let number = value.as_u64().filter(|number| (100..600).contains(number));
        number.and_then(|number| u16::try_from(number).ok())
    };
    let read: Option<Vec<u16>> = statuses.iter().map(status).collect();
    read.filter(|read| !read.is_empty())
        .ok_or_else(|| response.wrong("status", wrong))
}

fn captures(step: &mut Object) -> Result<Vec<(String, String)>, String> {
    let wrong = "names of letters, digits, - and _, each with a JSON pointer such as \"/id\"";
    let captures = match step.map.remove("capture") {
        None => return Ok(Vec::new()),
        Some(Value::Object(captures)) => captures,
        Some(_) => return Err(step.wrong("capture", wrong)),
    };
    let capture = |(name, pointer): (String, Value)| match pointer {
        Value::String(pointer) if is_name(&name) && name != "run" && pointer.starts_with('/') => {
            Ok((name, pointer))
        }
        _ => Err(step.wrong("capture", wrong)),
    };
    captures.into_iter().map(capture).collect()
}

/// `OKTA-18`
fn is_behaviour(text: &str) -> bool {
    let Some((group, number)) = text.rsplit_once('-') else {
        return false;
    };
    let in_group = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-';
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    !group.is_empty() && group.bytes().all(in_group) && is_number
}

impl Object {
    /// Reads an object that has no other keys than these.
    fn of(place: String, value: Value, keys: &[&str]) -> Result<Self, String> {
        let Value::Object(map) = value else {
            return Err(format!("{place}: expected an object with {}", listed(keys)));
        };
        match map.keys().find(|key| !keys.contains(&key.as_str())) {
            Some(unknown) => Err(format!(
                "{place}: unknown key \"{unknown}\"; there are {}",
                listed(keys)
            )),
            None => Ok(Self { place, map }),
        }
    }

    fn object(&mut self, key: &str, keys: &[&str]) -> Result<Self, String> {
        match self.map.remove(key) {
            Some(value) => Self::of(format!("{}, {key}", self.place), value, keys),
            None => Err(self.missing(key, &format!("an object with {}", listed(keys)))),
        }
    }

    fn text(&mut self, key: &str) -> Result<String, String> {
        self.optional_text(key)?
            .ok_or_else(|| self.missing(key, "a text"))
    }

    fn text_or_empty(&mut self, key: &str) -> Result<String, String> {
        self.optional_text(key).map(Option::unwrap_or_default)
    }

    fn optional_text(&mut self, key: &str) -> Result<Option<String>, String> {
        match self.map.remove(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.wrong(key, "a text")),
        }
    }

    fn list(&mut self, key: &str, what: &str) -> Result<Vec<Value>, String> {
        match self.map.remove(key) {
            None => Ok(Vec::new()),
            Some(Value::Array(elements)) => Ok(elements),
            Some(_) => Err(self.wrong(key, what)),
        }
    }

    fn behaviours(&mut self) -> Result<Vec<String>, String> {
        let what = "a list of IDs such as \"OKTA-18\"";
        let behaviour = |value: Value| match value {
            Value::String(text) if is_behaviour(&text) => Some(text),
            _ => None,
        };
        let listed = self.list("behaviours", what)?;
        let read: Option<Vec<String>> = listed.into_iter().map(behaviour).collect();
        read.ok_or_else(|| self.wrong("behaviours", what))
    }

    fn headers(&mut self) -> Result<Headers, String> {
        let what = "an object of header names, each with a text, or null for none";
        let headers = match self.map.remove("headers") {
            None => return Ok(Vec::new()),
            Some(Value::Object(headers)) => headers,
            Some(_) => return Err(self.wrong("headers", what)),
        };
        let header = |(name, value): (String, Value)| match value {
            Value::String(value) => Ok((name, Some(value))),
            Value::Null => Ok((name, None)),
            _ => Err(self.wrong("headers", what)),
        };
        headers.into_iter().map(header).collect()
    }

    /// `called` is the word for one step in errors.
    fn steps(&mut self, key: &str, called: &str) -> Result<Vec<Step>, String> {
        let listed = self.list(key, "a list of steps")?;
        let numbered = listed.into_iter().enumerate();
        numbered
            .map(|(index, value)| step(format!("{called} {}", index + 1), value))
            .collect()
    }

    fn missing(&self, key: &str, what: &str) -> String {
        format!("{}: \"{key}\" is missing; expected {what}", self.place)
    }

    fn wrong(&self, key: &str, what: &str) -> String {
        format!("{}: \"{key}\": expected {what}", self.place)
    }
}

fn listed(keys: &[&str]) -> String {
    keys.join(", ")
}
