//! Sends one HTTP request after the other and reads whole answers.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use ureq::http;
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Error, Timeout};

use super::answer::{ANSWER_BYTES_MAX, Answer};
use super::decode::decode;
use super::message::Message;

/// The longest time to wait for a connection.
const CONNECT_MAX: Duration = Duration::from_secs(10);

/// The target, as the command line describes it. Headers may be secret, so there is no `Debug`.
pub(crate) struct Settings {
    /// The SCIM base URL, without a slash at its end.
    pub(crate) target: String,
    /// Go with every request and win over the headers of the files.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) timeout: Duration,
    /// Certificates in PEM; they replace the usual ones.
    pub(crate) ca_pem: Option<Vec<u8>>,
    /// Believe any certificate.
    pub(crate) insecure: bool,
}

/// Sends requests to one target.
pub(crate) struct Client {
    agent: Agent,
    settings: Settings,
}

/// The reason for a missing answer.
#[derive(Debug)]
pub(super) struct Failure {
    /// A sentence without a full stop.
    pub(super) reason: String,
    /// The request never reached a server that speaks HTTP.
    pub(super) unreachable: bool,
}

impl Client {
    pub(crate) fn new(settings: Settings) -> Result<Self, String> {
        // Redirects and errors are answers to compare. The recording alone says what to send, so the agent adds nothing.
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .max_redirects(0)
            .user_agent("")
            .accept("")
            .accept_encoding("")
            .timeout_global(Some(settings.timeout))
            .timeout_connect(Some(settings.timeout.min(CONNECT_MAX)))
            .tls_config(tls(&settings)?);
        Ok(Self {
            agent: config.build().new_agent(),
            settings,
        })
    }

    pub(crate) fn target(&self) -> &str {
        &self.settings.target
    }

    pub(super) fn headers(&self) -> &[(String, String)] {
        &self.settings.headers
    }

    /// Sends a request and reads the answer to its end. Measures how long that takes.
    pub(super) fn send(&self, message: &Message) -> (Result<Answer, Failure>, Duration) {
        let began = Instant::now();
        let answer = self.exchange(message);
        (answer, began.elapsed())
    }

    fn exchange(&self, message: &Message) -> Result<Answer, Failure> {
        let mut response = self
            .transmit(message)
            .map_err(|error| self.failure(&error))?;
        let body = response.body_mut().with_config().limit(ANSWER_BYTES_MAX);
        let body = body.read_to_vec().map_err(|error| Failure {
            unreachable: false,
            ..self.failure(&error)
        })?;
        let headers: Vec<(String, String)> = response
            .headers()
            .iter()
            .map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
                (name.as_str().to_owned(), value)
            })
            .collect();
        let body = decode(&headers, body).map_err(|reason| Failure {
            reason,
            unreachable: false,
        })?;
        Ok(Answer {
            status: response.status().as_u16(),
            headers,
            body,
        })
    }

    fn transmit(&self, message: &Message) -> Result<http::Response<ureq::Body>, Error> {
        let uri = format!("{}{}", self.settings.target, message.path);
        let request = http::Request::builder()
            .method(message.method.as_str())
            .uri(uri);
        let headers = message.headers.iter();
        let request = headers.fold(request, |request, header| {
            request.header(header.name.as_str(), header.value.as_str())
        });
        let announces_a_body = ["POST", "PUT", "PATCH"].contains(&message.method.as_str());
        match &message.body {
            Some(body) => self.agent.run(request.body(&body[..])?),
            // Some servers wait for a body unless they see `Content-Length: 0`.
            None if announces_a_body => self.agent.run(request.body(&b""[..])?),
            None => self.agent.run(request.body(())?),
        }
    }

    fn failure(&self, error: &Error) -> Failure {
        let reason = match error {
            Error::Timeout(Timeout::Resolve | Timeout::Connect) => {
                "the connection was not made in time".to_owned()
            }
            Error::Timeout(_) => {
                format!(
                    "no whole answer within {} s",
                    self.settings.timeout.as_secs()
                )
            }
            Error::HostNotFound => "there is no host of this name".to_owned(),
            Error::Io(error) => {
                let reason = error.to_string();
                format!("the connection failed: {reason}{}", advice(&reason))
            }
            Error::BodyExceedsLimit(_) => {
                format!("the answer is larger than {ANSWER_BYTES_MAX} bytes")
            }
            Error::Http(error) => format!("the request cannot be sent: {error}"),
            other => format!("there was no answer: {other}"),
        };
        Failure {
            reason,
            unreachable: never_got_there(error),
        }
    }
}

/// Whether the request certainly reached no server.
fn never_got_there(error: &Error) -> bool {
    match error {
        Error::Timeout(Timeout::Resolve | Timeout::Connect) | Error::HostNotFound => true,
        Error::ConnectionFailed | Error::Tls(_) => true,
        Error::Io(error) => {
            let kinds = [
                ErrorKind::ConnectionRefused,
                ErrorKind::HostUnreachable,
                ErrorKind::NetworkUnreachable,
                ErrorKind::NetworkDown,
                ErrorKind::AddrNotAvailable,
            ];
            kinds.contains(&error.kind()) || error.to_string().contains("certificate")
        }
        _ => false,
    }
}

/// Names the flags that help: a server inside a company often has a certificate that the world does not know.
fn advice(reason: &str) -> &'static str {
    if reason.contains("CaUsedAsEndEntity") {
        " (the certificate is its own authority, which is not believed: make one for the server, or see --insecure)"
    } else if reason.contains("invalid peer certificate") {
        " (see --ca-cert and --insecure)"
    } else {
        ""
    }
}

/// Decides which certificates to believe.
fn tls(settings: &Settings) -> Result<TlsConfig, String> {
    let config = TlsConfig::builder().disable_verification(settings.insecure);
    Ok(match &settings.ca_pem {
        Some(pem) => config.root_certs(trusted(pem)?),
        None => config,
    }
    .build())
}

fn trusted(pem: &[u8]) -> Result<RootCerts, String> {
    let mut certificates = Vec::new();
    for item in parse_pem(pem) {
        match item {
            Ok(PemItem::Certificate(certificate)) => certificates.push(certificate),
            Ok(_) => {}
            Err(error) => return Err(format!("--ca-cert: {error}")),
        }
    }
    if certificates.is_empty() {
        return Err("--ca-cert: there is no certificate in this file; PEM is expected".to_owned());
    }
    Ok(RootCerts::new_with_certs(&certificates))
}
