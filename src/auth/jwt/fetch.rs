//! Fetches the keys of an issuer. It trusts nobody: neither the URL, which an operator has written, nor what is behind it.

use std::net::IpAddr;
use std::time::Duration;

use serde_json::Value;
use ureq::Agent;
use ureq::config::Config;
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::DefaultConnector;
use url::{Host, Url};

use super::addresses::PublicOnly;

/// Longest fetch.
const TIMEOUT: Duration = Duration::from_secs(3);
/// Most bytes of keys.
const BYTES_MAX: u64 = 1024 * 1024;

/// What was fetched, or a sentence that says why not.
pub(super) type Fetched = Result<Value, String>;

/// Fetches JSON. No redirect is followed. Blocks.
///
/// Errors: a sentence.
pub fn fetch(url: &str, allows_private: bool) -> Fetched {
    check(url)?;
    let config = Config::builder()
        .timeout_global(Some(TIMEOUT))
        .max_redirects(0)
        .proxy(None)
        .build();
    let connector = DefaultConnector::default();
    let agent = match allows_private {
        true => Agent::with_parts(config, connector, DefaultResolver::default()),
        false => Agent::with_parts(config, connector, PublicOnly::default()),
    };
    let mut answer = agent
        .get(url)
        .header("accept", "application/json")
        .call()
        .map_err(sentence)?;
    if answer.status() != 200 {
        return Err(format!("it answers {}", answer.status().as_u16()));
    }
    let bytes = answer
        .body_mut()
        .with_config()
        .limit(BYTES_MAX)
        .read_to_vec();
    serde_json::from_slice(&bytes.map_err(sentence)?)
        .map_err(|_| "it does not answer with JSON".to_owned())
}

/// Checks the form of a URL.
///
/// Errors: a sentence.
pub fn check(url: &str) -> Result<(), String> {
    let url = Url::parse(url).map_err(|error| format!("\"{url}\" is no URL: {error}"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("a URL with a name or a password is not used".to_owned());
    }
    let is_here = match url.host() {
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    match url.scheme() {
        "https" => Ok(()),
        "http" if is_here => Ok(()),
        _ => Err("only https is used, and http on this machine".to_owned()),
    }
}

fn sentence(error: ureq::Error) -> String {
    match error {
        ureq::Error::HostNotFound => {
            "its name has no address, or only private ones (--allow-private-addresses)".to_owned()
        }
        ureq::Error::Timeout(_) => format!("it does not answer within {} s", TIMEOUT.as_secs()),
        ureq::Error::BodyExceedsLimit(_) => format!("its answer is larger than {BYTES_MAX} bytes"),
        ureq::Error::StatusCode(status) => format!("it answers {status}"),
        error => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_safe_urls_are_used() {
        for url in [
            "https://login.example.com/keys",
            "http://127.0.0.1:8081/keys",
            "http://localhost/keys",
            "http://[::1]/keys",
        ] {
            assert_eq!(check(url), Ok(()), "{url}");
        }
        for url in [
            "http://login.example.com/keys",
            "ftp://login.example.com/keys",
            "file:///etc/passwd",
            "https://user:pw@login.example.com/",
            "login.example.com",
            "",
            "http://localhost.example.com/",
            "http://127.0.0.1@example.com/",
        ] {
            assert!(check(url).is_err(), "{url}");
        }
    }

    #[test]
    fn private_addresses_are_not_connected_to() {
        for url in [
            "http://127.0.0.1:1/",
            "https://localhost:1/",
            "https://169.254.169.254/",
            "https://[::1]:1/",
            "https://0x7f000001:1/",
        ] {
            assert!(
                fetch(url, false).is_err_and(|text| text.contains("private")),
                "{url}"
            );
        }
    }
}
