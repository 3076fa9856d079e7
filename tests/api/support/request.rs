//! A request in the making.

use serde_json::Value;
use std::fmt::Write;
use ureq::http;

use super::reply::Reply;

/// Built step by step, sent by `send`. Holds no borrow of its server, so threads can take it along.
#[derive(Clone)]
pub(crate) struct Request {
    agent: ureq::Agent,
    origin: String,
    base: String,
    method: String,
    path: String,
    query: String,
    headers: Vec<(String, String)>,
    authorization: Option<String>,
    absolute: bool,
    body: Option<Vec<u8>>,
}

/// Where requests go and how they identify themselves.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) agent: ureq::Agent,
    pub(crate) origin: String,
    pub(crate) base: String,
    pub(crate) token: String,
}

impl Request {
    pub(crate) fn new(target: &Target, method: &str, path: &str) -> Self {
        Self {
            agent: target.agent.clone(),
            origin: target.origin.clone(),
            base: target.base.clone(),
            method: method.to_owned(),
            path: path.to_owned(),
            query: String::new(),
            headers: Vec::new(),
            authorization: Some(format!("Bearer {}", target.token)),
            absolute: false,
            body: None,
        }
    }

    /// A JSON body, announced as `application/scim+json` unless a header says otherwise.
    pub(crate) fn json(self, body: &Value) -> Self {
        self.raw(Some("application/scim+json"), body.to_string())
    }

    /// Adds a header. `Content-Type` and `Authorization` replace what the client would send by itself.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        if name.eq_ignore_ascii_case("authorization") {
            self.authorization = None;
        }
        if name.eq_ignore_ascii_case("content-type") {
            self.drop_header(name);
        }
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Adds a query parameter; name and value are percent-encoded.
    pub(crate) fn query(mut self, name: &str, value: &str) -> Self {
        let separator = if self.query.is_empty() && !self.path.contains('?') {
            '?'
        } else {
            '&'
        };
        self.query.push(separator);
        self.query.push_str(&percent_encode(name));
        self.query.push('=');
        self.query.push_str(&percent_encode(value));
        self
    }

    /// These bytes as the body, with this content type or with none.
    pub(crate) fn raw(mut self, content_type: Option<&str>, body: impl Into<Vec<u8>>) -> Self {
        self.drop_header("content-type");
        self.body = Some(body.into());
        match content_type {
            Some(content_type) => self.header("Content-Type", content_type),
            None => self,
        }
    }

    /// Sends no `Authorization`.
    pub(crate) fn anonymous(mut self) -> Self {
        self.authorization = None;
        self
    }

    /// Sends this bearer token instead of the server's own.
    pub(crate) fn token(mut self, token: &str) -> Self {
        self.authorization = Some(format!("Bearer {token}"));
        self
    }

    /// Takes the path relative to the origin instead of `/scim/v2`.
    pub(crate) fn absolute(mut self) -> Self {
        self.absolute = true;
        self
    }

    #[track_caller]
    pub(crate) fn send(self) -> Reply {
        let described = format!("{} {}{}", self.method, self.path, self.query);
        self.try_send()
            .unwrap_or_else(|error| panic!("no answer to {described}: {error}"))
    }

    /// As `send`, for tests that kill the server under the request.
    pub(crate) fn try_send(self) -> Result<Reply, ureq::Error> {
        let mut response = self.transmit()?;
        let headers = response.headers().iter();
        let headers = headers
            .map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
                (name.as_str().to_owned(), value)
            })
            .collect();
        let status = response.status().as_u16();
        let body = response.body_mut().with_config().limit(u64::MAX);
        Ok(Reply::new(status, headers, &body.read_to_vec()?))
    }

    fn transmit(self) -> Result<http::Response<ureq::Body>, ureq::Error> {
        let url = self.url();
        let takes_body = matches!(self.method.as_str(), "POST" | "PUT" | "PATCH");
        match (&self.body, takes_body) {
            (Some(body), false) => {
                // The client wants to be asked twice before it sends a body with these methods.
                let builder = match self.method.as_str() {
                    "DELETE" => self.agent.delete(url),
                    "HEAD" => self.agent.head(url),
                    "OPTIONS" => self.agent.options(url),
                    _ => self.agent.get(url),
                };
                let builder = self
                    .all_headers()
                    .into_iter()
                    .fold(builder.force_send_body(), |builder, (name, value)| {
                        builder.header(name, value)
                    });
                builder.send(&body[..])
            }
            (None, false) => self.agent.run(self.message(url).body(())?),
            (_, true) => {
                let body = self.body.clone().unwrap_or_default();
                self.agent.run(self.message(url).body(&body[..])?)
            }
        }
    }

    fn message(&self, url: String) -> http::request::Builder {
        let builder = http::Request::builder()
            .method(self.method.as_str())
            .uri(url);
        self.all_headers()
            .into_iter()
            .fold(builder, |builder, (name, value)| {
                builder.header(name, value)
            })
    }

    fn all_headers(&self) -> Vec<(String, String)> {
        let mut headers = self.headers.clone();
        if let Some(value) = &self.authorization {
            headers.push(("Authorization".to_owned(), value.clone()));
        }
        headers
    }

    fn url(&self) -> String {
        let front = if self.absolute {
            &self.origin
        } else {
            &self.base
        };
        format!("{front}{}{}", encode_unsafe(&self.path), self.query)
    }

    fn drop_header(&mut self, name: &str) {
        self.headers
            .retain(|(key, _)| !key.eq_ignore_ascii_case(name));
    }
}

/// Percent-encodes everything but RFC 3986 `unreserved`.
pub(crate) fn percent_encode(text: &str) -> String {
    encode(text, |byte| {
        byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
    })
}

/// Encodes only what can never stand in a URL, so that a path may be written as a reader would say it.
fn encode_unsafe(path: &str) -> String {
    encode(path, |byte| {
        byte.is_ascii_graphic() && !br#""<>\^`{|}#"#.contains(&byte)
    })
}

fn encode(text: &str, keep: impl Fn(u8) -> bool) -> String {
    let mut encoded = String::with_capacity(text.len());
    for &byte in text.as_bytes() {
        if keep(byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}
