//! One keep-alive HTTP/1.1 connection to the server under load.

use std::time::{Duration, Instant};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use ureq::Agent;
use ureq::http::{Request, Response, Uri};

use crate::Result;

/// Filling the large group is the slowest request. All others are much faster.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(120);
/// A group of a million members is some 200 MB of JSON.
const ANSWER_BYTES_MAX: u64 = 512 * 1024 * 1024;
/// Servers commonly close idle connections after five seconds. This is less, so that no request meets the closing.
const IDLE_MAX: Duration = Duration::from_secs(3);

/// The target of requests, and their common parts.
#[derive(Clone)]
pub(crate) struct Endpoint {
    /// `http://127.0.0.1:PORT`
    pub(crate) origin: String,
    /// The SCIM base, with `/scim/v2`.
    pub(crate) base: String,
    pub(crate) token: String,
}

impl Endpoint {
    /// Takes the base URL of a running server; a bare origin gets `/scim/v2`.
    pub(crate) fn parse(url: &str, token: &str) -> Result<Self> {
        let uri: Uri = url.parse()?;
        let authority = uri.authority().ok_or("the URL needs a host")?.as_str();
        if uri.scheme_str() != Some("http") || !is_loopback(uri.host().unwrap_or_default()) {
            return Err(format!(
                "{url}: only http:// on this machine is loaded (127.0.0.1, [::1], localhost)"
            )
            .into());
        }
        let origin = format!("http://{authority}");
        let path = match uri.path().trim_end_matches('/') {
            "" => "/scim/v2",
            path => path,
        };
        Ok(Self {
            base: format!("{origin}{path}"),
            origin,
            token: token.to_owned(),
        })
    }
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || address
            .parse::<std::net::IpAddr>()
            .is_ok_and(|ip| ip.is_loopback())
}

pub(crate) struct Client {
    agent: Agent,
    endpoint: Endpoint,
}

/// An answer that was read to its end.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
    /// From sending to the last byte. Building the request and reading JSON are not included.
    pub(crate) took: Duration,
}

impl Client {
    pub(crate) fn new(endpoint: &Endpoint) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .max_redirects(0)
            .max_idle_connections(1)
            .max_idle_age(IDLE_MAX)
            .timeout_global(Some(REQUEST_TIMEOUT))
            .build();
        Self {
            agent: config.new_agent(),
            endpoint: endpoint.clone(),
        }
    }

    /// `path` is relative to the SCIM base.
    pub(crate) fn get(&self, path: &str) -> Result<Answer> {
        let request = self
            .builder("GET", &format!("{}{path}", self.endpoint.base))
            .body(())?;
        timed(|| self.agent.run(request))
    }

    /// The resources of `collection` that match `filter`, without their larger attributes.
    pub(crate) fn find(&self, collection: &str, filter: &str, attributes: &str) -> Result<Answer> {
        let filter = utf8_percent_encode(filter, NON_ALPHANUMERIC);
        self.get(&format!(
            "/{collection}?filter={filter}&attributes={attributes}"
        ))
    }

    /// The resources of `collection` that match `filter`.
    pub(crate) fn filtered(&self, collection: &str, filter: &str) -> Result<Answer> {
        let filter = utf8_percent_encode(filter, NON_ALPHANUMERIC);
        self.get(&format!("/{collection}?filter={filter}"))
    }

    pub(crate) fn delete(&self, path: &str) -> Result<Answer> {
        let request = self
            .builder("DELETE", &format!("{}{path}", self.endpoint.base))
            .body(())?;
        timed(|| self.agent.run(request))
    }

    pub(crate) fn put(&self, path: &str, body: &Value) -> Result<Answer> {
        self.write("PUT", path, body)
    }

    /// Sends several operations in a `PatchOp` message.
    pub(crate) fn patch_all(&self, path: &str, operations: &Value) -> Result<Answer> {
        self.write("PATCH", path, &patch_messages(operations))
    }

    /// Health, outside the SCIM base.
    pub(crate) fn livez(&self) -> Result<Answer> {
        let request = Request::builder()
            .uri(format!("{}/livez", self.endpoint.origin))
            .body(())?;
        timed(|| self.agent.run(request))
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Result<Answer> {
        self.write("POST", path, body)
    }

    /// Sends one operation in a `PatchOp` message.
    pub(crate) fn patch(&self, path: &str, operation: &Value) -> Result<Answer> {
        self.write("PATCH", path, &patch_message(operation))
    }

    fn write(&self, method: &str, path: &str, body: &Value) -> Result<Answer> {
        let body = serde_json::to_vec(body)?;
        let request = self
            .builder(method, &format!("{}{path}", self.endpoint.base))
            .header("Content-Type", "application/scim+json")
            .body(body.as_slice())?;
        timed(|| self.agent.run(request))
    }

    fn builder(&self, method: &str, url: &str) -> ureq::http::request::Builder {
        Request::builder()
            .method(method)
            .uri(url)
            .header("Authorization", format!("Bearer {}", self.endpoint.token))
            .header("Accept", "application/scim+json")
    }
}

/// One operation in a `PatchOp` message.
pub(crate) fn patch_message(operation: &Value) -> Value {
    patch_messages(&serde_json::json!([operation]))
}

fn patch_messages(operations: &Value) -> Value {
    let schemas = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"];
    serde_json::json!({"schemas": schemas, "Operations": operations})
}

type Sent = std::result::Result<Response<ureq::Body>, ureq::Error>;

fn timed(send: impl FnOnce() -> Sent) -> Result<Answer> {
    let start = Instant::now();
    let mut response = send()?;
    let status = response.status().as_u16();
    let body = response
        .body_mut()
        .with_config()
        .limit(ANSWER_BYTES_MAX)
        .read_to_vec()?;
    Ok(Answer {
        status,
        body,
        took: start.elapsed(),
    })
}

impl Answer {
    /// The answer if its status is `status`, else a description of the other answer.
    pub(crate) fn expect(self, status: u16) -> Result<Self> {
        if self.status == status {
            return Ok(self);
        }
        let text: String = String::from_utf8_lossy(&self.body)
            .chars()
            .take(300)
            .collect();
        Err(format!("status {} where {status} is right: {text}", self.status).into())
    }

    /// The answer to a PATCH: the resource, or 204 without a body (RFC 7644, section 3.5.2).
    pub(crate) fn expect_patched(self) -> Result<Self> {
        match self.status {
            204 => Ok(self),
            _ => self.expect(200),
        }
    }

    pub(crate) fn json(&self) -> Result<Value> {
        Ok(serde_json::from_slice(&self.body)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_loaded() -> Result<()> {
        assert_eq!(
            Endpoint::parse("http://127.0.0.1:8080", "t")?.base,
            "http://127.0.0.1:8080/scim/v2"
        );
        assert_eq!(
            Endpoint::parse("http://[::1]:1/t/a/scim/v2/", "t")?.base,
            "http://[::1]:1/t/a/scim/v2"
        );
        for refused in [
            "http://scim.example.com/scim/v2",
            "https://127.0.0.1/",
            "/scim/v2",
        ] {
            assert!(Endpoint::parse(refused, "t").is_err(), "{refused}");
        }
        Ok(())
    }
}
