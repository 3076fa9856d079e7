//! Settings of `replay`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::values::switch;
use crate::http::BASE_PATH;

/// Shown below the help.
pub(super) const EXAMPLES: &str = "Examples:
  scimd replay --list                                                     what is shipped
  scimd replay --target http://127.0.0.1:8080/scim/v2 --token T           all of it
  scimd replay okta --target https://scim.example.com/v2 --token T        what Okta sends
  scimd replay mine.json --target URL --header 'X-Key: K' --verbose       one of your own

Recordings create users and groups under names of their own and delete them at the end: use a tenant for tests, without
packs. A pack changes what users may have, and then the shipped recordings ask for what the tenant refuses.";

/// Settings of `replay`.
#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// Recordings: files, folders, or names of shipped ones (`okta`, `okta/user-life`) [default: all shipped ones]
    #[arg(value_name = "FILE")]
    pub files: Vec<String>,
    /// The SCIM base URL of the server, such as `http://127.0.0.1:8080/scim/v2`
    #[arg(long, env = "SCIMD_TARGET", value_name = "URL", value_parser = target, required_unless_present = "list")]
    pub target: Option<String>,
    /// Bearer token; better by the environment, since every user of a machine sees the arguments of every process
    #[arg(long, env = "SCIMD_REPLAY_TOKEN", hide_env_values = true)]
    pub token: Option<Secret>,
    /// A header for every request, such as 'X-Api-Key: K'; over the recordings' and, as Authorization, over --token
    #[arg(long = "header", env = "SCIMD_HEADER", hide_env_values = true, value_name = "NAME: VALUE", value_parser = header)]
    pub headers: Vec<(String, Secret)>,
    /// Trust the certificate authorities in this PEM file instead of the usual ones
    #[arg(long, env = "SCIMD_CA_CERT", value_name = "FILE")]
    pub ca_cert: Option<PathBuf>,
    /// Believe any certificate; for test servers with one of their own making
    #[arg(long, env = "SCIMD_INSECURE", value_parser = switch)]
    pub insecure: bool,
    /// Seconds that an answer may take
    #[arg(long, env = "SCIMD_TIMEOUT_S", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub timeout_s: u64,
    /// Show IDs of behaviours, and below each failed step all that was sent and answered, but for the headers
    /// that --token and --header give, Authorization and cookies
    #[arg(long, env = "SCIMD_VERBOSE", value_parser = switch)]
    pub verbose: bool,
    /// How outcomes are printed; json is one object a line
    #[arg(long, env = "SCIMD_FORMAT", value_enum, default_value = "table")]
    pub format: ReplayFormat,
    /// List the shipped recordings and send nothing
    #[arg(long, env = "SCIMD_LIST", value_parser = switch)]
    pub list: bool,
}

/// A text that `Debug` does not show.
#[derive(Clone)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("[redacted]")
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// How outcomes are printed.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ReplayFormat {
    /// For people
    Table,
    /// For programs
    Json,
}

/// Reads a base URL. Paths will follow it, so the trailing slash goes.
fn target(text: &str) -> Result<String, String> {
    let wrong = |what: &str| {
        format!("\"{text}\" {what}; write it like https://scim.example.com{BASE_PATH}")
    };
    let parsed =
        url::Url::parse(text).map_err(|error| wrong(&format!("is not a URL ({error})")))?;
    if !["http", "https"].contains(&parsed.scheme()) || !parsed.has_host() {
        return Err(wrong("is neither http nor https"));
    }
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return Err(wrong(
            "holds a user; give --header 'Authorization: Basic …'",
        ));
    }
    if parsed.query().is_some() || parsed.fragment().is_some() {
        return Err(wrong(
            "has a query or a fragment; each recording has its own",
        ));
    }
    // Keeps the URL as it was written. The path of a recording comes right behind it.
    Ok(text.trim().trim_end_matches('/').to_owned())
}

/// Reads `Name: value`.
fn header(text: &str) -> Result<(String, Secret), String> {
    let wrong = || "a header is written 'Name: value'".to_owned();
    let (name, value) = text.split_once(':').ok_or_else(wrong)?;
    let in_name = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(in_name) || value.contains(char::is_control) {
        return Err(wrong());
    }
    Ok((name.to_owned(), value.trim().to_owned().into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets() {
        for (text, read) in [
            (
                "http://127.0.0.1:8080/scim/v2/",
                "http://127.0.0.1:8080/scim/v2",
            ),
            ("https://x.test", "https://x.test"),
            ("https://[::1]:1/", "https://[::1]:1"),
        ] {
            assert_eq!(target(text).as_deref(), Ok(read));
        }
        for wrong in [
            "x.test",
            "localhost:8080",
            "ftp://x.test",
            "https://u@x.test",
            "https://x.test?a",
            "https://x.test#a",
            "",
        ] {
            assert!(target(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn headers() {
        let read = |name: &str, value: &str| Ok((name.to_owned(), value.to_owned()));
        let shown = |text: &str| header(text).map(|(name, value)| (name, value.0));
        assert_eq!(shown("X-Key: a: b "), read("X-Key", "a: b"));
        assert_eq!(shown("X:"), read("X", ""));
        assert_eq!(
            format!("{:?}", header("X: a").unwrap()),
            r#"("X", [redacted])"#
        );
        for wrong in ["X", ": v", "X Y: v", "X: a\nY: b"] {
            assert!(header(wrong).is_err(), "{wrong}");
        }
    }
}
