//! Asks a public URL whether it leads to scimd.

use std::io;
use std::time::Duration;

use ureq::{Agent, Error, http::header};

use super::terminal::Outcome;
use crate::http::BASE_PATH;

/// How long an answer may take.
const ANSWER_MAX: Duration = Duration::from_secs(10);
/// The longest body that is read. The answers that count are short.
const BODY_BYTES_MAX: u64 = 4_096;
/// What every 401 of scimd says of itself.
const REALM: &str = "realm=\"scimd\"";

const NO_HOST: &str = "there is no host of this name; check the name, and DNS on this machine";

/// What a URL answers.
struct Answer {
    status: u16,
    challenge: Option<String>,
    /// Where a redirect leads.
    location: Option<String>,
    body: String,
}

/// Asks `/livez`, and the SCIM base without a token. Says what is there.
///
/// Errors: why nothing is there, or something else, and what to check.
pub(super) fn ask(public_url: &str) -> Outcome<String> {
    let agent = agent();
    let livez = format!("{public_url}/livez");
    let alive = get(&agent, &livez)?;
    let base = format!("{public_url}{BASE_PATH}");
    let scim = get(&agent, &base)?;
    if !is_ours(&scim) {
        return Err(something_else(&livez, &alive, &base, &scim));
    }
    Ok(match is_alive(&alive) {
        true => format!("{base} is scimd, and {livez} answers"),
        false => format!(
            "{base} is scimd; {livez} answers {}, so the proxy in front keeps it to itself",
            alive.status
        ),
    })
}

fn agent() -> Agent {
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .user_agent(concat!("scimd-doctor/", env!("CARGO_PKG_VERSION")))
        .timeout_global(Some(ANSWER_MAX));
    config.build().new_agent()
}

fn get(agent: &Agent, url: &str) -> Outcome<Answer> {
    let called = agent.get(url).call();
    let mut response =
        called.map_err(|error| format!("{url} does not answer: {}", reason(&error)))?;
    let header = |name| {
        let value = response.headers().get(name)?;
        Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let (challenge, location) = (header(header::WWW_AUTHENTICATE), header(header::LOCATION));
    let status = response.status().as_u16();
    let body = response.body_mut().with_config().limit(BODY_BYTES_MAX);
    Ok(Answer {
        status,
        challenge,
        location,
        body: body.read_to_string().unwrap_or_default(),
    })
}

/// Whether the answer to a request without a token is one of scimd.
fn is_ours(answer: &Answer) -> bool {
    let challenge = answer.challenge.as_deref().unwrap_or_default();
    answer.status == 401 && challenge.contains(REALM)
}

fn is_alive(answer: &Answer) -> bool {
    let body: Option<serde_json::Value> = serde_json::from_str(&answer.body).ok();
    answer.status == 200 && body.is_some_and(|body| body["status"] == "ok")
}

/// Why nothing answers, and what to check.
fn reason(error: &Error) -> String {
    match error {
        Error::HostNotFound => NO_HOST.to_owned(),
        Error::Timeout(_) => format!(
            "nothing came within {} s; check firewalls, and the proxy in front",
            ANSWER_MAX.as_secs()
        ),
        Error::Io(error) => of_connection(error),
        Error::Tls(_) | Error::Protocol(_) => {
            format!("{error}; check that the port speaks what the URL says, http or https")
        }
        other => format!("{other}; check the server, and the proxy in front"),
    }
}

fn of_connection(error: &io::Error) -> String {
    let text = error.to_string();
    if error.kind() == io::ErrorKind::ConnectionRefused {
        return "nothing listens there; start the server, or check address and port, and the proxy in front"
            .to_owned();
    }
    // What the resolver says has no kind of its own.
    if text.contains("lookup") {
        return format!("{NO_HOST} ({text})");
    }
    if text.contains("certificate") {
        return format!(
            "its certificate is not trusted ({text}); check that it is valid for this name, and that the proxy sends the \
             whole chain of a public authority"
        );
    }
    format!(
        "{text}; check that the port speaks what the URL says, http or https, and the proxy in front"
    )
}

/// What answers instead of scimd, and what to check.
fn something_else(livez: &str, alive: &Answer, base: &str, scim: &Answer) -> String {
    if let Some(location) = [alive, scim].iter().find_map(|one| one.location.as_deref()) {
        let location: String = location.chars().take(200).collect();
        return format!(
            "{livez} leads to {location:?}; clients do not follow that, so give the URL that answers itself"
        );
    }
    if is_alive(alive) {
        return format!(
            "{livez} answers, but {base} answers {} and not as scimd does; check that the proxy in front passes this path \
             on as it is",
            scim.status
        );
    }
    format!(
        "{livez} answers {}, and {base} {}: that is not scimd; check the URL, and what the proxy in front passes on",
        alive.status, scim.status
    )
}
