//! What the values of flags and variables may be. An error is a sentence that says what would have been right.

use std::net::SocketAddr;

use log::LevelFilter;

use crate::http::BASE_PATH;

/// Parses a base URL: http or https, without a query. The trailing slash is dropped.
pub(super) fn base_url(text: &str) -> Result<String, String> {
    let parsed = url::Url::parse(text).map_err(|error| {
        format!("\"{text}\" is not a URL ({error}); write it like https://scim.example.com")
    })?;
    let fits = ["http", "https"].contains(&parsed.scheme())
        && parsed.query().is_none()
        && parsed.fragment().is_none()
        && parsed.username().is_empty()
        && parsed.password().is_none();
    if !fits {
        return Err(format!(
            "\"{text}\": the base URL is http or https, without user, query or fragment"
        ));
    }
    // Identity providers get a URL that ends in the SCIM base. Links are built from the URL without it.
    let text = text.trim_end_matches('/');
    Ok(text.strip_suffix(BASE_PATH).unwrap_or(text).to_owned())
}

/// Parses `HOST:PORT`. Names are looked up when the server binds, and not before: other commands need no network.
pub(super) fn listen_address(text: &str) -> Result<String, String> {
    let is_address = text.parse::<SocketAddr>().is_ok();
    let is_name = text.rsplit_once(':').is_some_and(|(host, port)| {
        let in_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        !host.is_empty() && host.bytes().all(in_name) && port.parse::<u16>().is_ok()
    });
    if is_address || is_name {
        return Ok(text.to_owned());
    }
    Err(format!(
        "\"{text}\" is not an address and a port, such as 127.0.0.1:8080, localhost:8080, 0.0.0.0:8080 or [::1]:8080"
    ))
}

/// Parses a log level.
pub(super) fn level(text: &str) -> Result<LevelFilter, String> {
    let wrong = |_| {
        format!("\"{text}\" is not a log level; there are error, warn, info, debug, trace and off")
    };
    text.parse().map_err(wrong)
}

/// Parses what a variable says of a flag that takes no value.
pub(super) fn switch(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Ok(true),
        "false" | "no" | "off" | "0" => Ok(false),
        _ => Err(format!(
            "\"{text}\" is not understood; write true, yes, on or 1, or false, no, off or 0"
        )),
    }
}

/// Parses a body size. The bounds leave room for a small user and keep the body inside the memory.
pub(super) fn body_bytes(text: &str) -> Result<usize, String> {
    within(text, 1_024, 1_073_741_824)
}

/// Parses the most operations of a Bulk request. The bound exists because all operations are in memory at once.
pub(super) fn bulk_operations(text: &str) -> Result<usize, String> {
    within(text, 0, 1_000_000)
}

/// Parses the number of threads.
pub(super) fn workers(text: &str) -> Result<usize, String> {
    within(text, 1, 512)
}

/// Parses a number of connections. Each worker counts up to the largest.
pub(super) fn connections(text: &str) -> Result<usize, String> {
    within(text, 1, 1_000_000)
}

/// Parses how many bytes of answers may wait. The bounds leave room for one page and keep them inside the memory.
pub(super) fn answers_bytes(text: &str) -> Result<usize, String> {
    within(text, 1_048_576, 68_719_476_736)
}

/// Parses a time limit in seconds.
pub(super) fn seconds(text: &str) -> Result<u64, String> {
    within(text, 1, 3_600).map(|seconds| seconds as u64)
}

fn within(text: &str, min: usize, max: usize) -> Result<usize, String> {
    let number = text
        .parse()
        .ok()
        .filter(|number| (min..=max).contains(number));
    number.ok_or_else(|| format!("\"{text}\" is not a whole number from {min} to {max}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_urls() {
        assert_eq!(
            base_url("https://x.test/a/").as_deref(),
            Ok("https://x.test/a")
        );
        assert_eq!(
            base_url("https://x.test/scim/v2/").as_deref(),
            Ok("https://x.test")
        );
        for wrong in [
            "x.test",
            "ftp://x.test",
            "https://u@x.test",
            "https://:p@x.test",
            "https://x.test?a=b",
        ] {
            assert!(base_url(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn addresses_to_listen_on() {
        for right in [
            "127.0.0.1:0",
            "[::1]:80",
            "localhost:8080",
            "my-host.test:65535",
        ] {
            assert_eq!(listen_address(right).as_deref(), Ok(right));
        }
        for wrong in [
            "nowhere",
            ":8080",
            "8080",
            "localhost:",
            "localhost:70000",
            "a b:1",
            "::1:80",
            "http://x:1",
            "",
        ] {
            assert!(listen_address(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn switches() {
        for (text, read) in [
            ("1", true),
            ("YES", true),
            ("on", true),
            ("0", false),
            ("False", false),
            ("off", false),
        ] {
            assert_eq!(switch(text), Ok(read), "{text}");
        }
        for wrong in ["2", "y", "maybe", ""] {
            assert!(
                switch(wrong).is_err_and(|told| told.contains("yes")),
                "{wrong}"
            );
        }
    }
}
