//! The `Authorization` header, taken apart.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::refusal::{Cause, Refusal};
use super::scheme::Scheme;
use crate::service::Token;

/// A token as it was sent.
#[derive(Debug)]
pub(super) struct Presented {
    pub(super) scheme: Scheme,
    pub(super) token: Token,
}

impl Presented {
    /// Finds the token in the `Authorization` headers.
    ///
    /// Errors: 401 (there is none), 400 (two headers).
    pub(super) fn parse(headers: &[&str]) -> Result<Self, Refusal> {
        let header = match headers {
            [] => {
                return Err(Refusal::NO_TOKEN);
            }
            [only] => only.trim(),
            _ => {
                return Err(Refusal::Ambiguous(
                    "send one Authorization header, not several",
                ));
            }
        };
        let (word, rest) = header.split_once(' ').unwrap_or((header, ""));
        let rest = rest.trim();
        let (scheme, token) = match word.to_ascii_lowercase().as_str() {
            "bearer" if rest.is_empty() => {
                return Err(Refusal::invalid(
                    Cause::Malformed,
                    "the bearer token is empty",
                ));
            }
            "bearer" => (Scheme::Bearer, rest.to_owned()),
            "basic" => (
                Scheme::Basic,
                password(rest).ok_or_else(|| Scheme::Basic.refusal(Cause::Malformed))?,
            ),
            _ if rest.is_empty() => (Scheme::Bare, word.to_owned()),
            _ => return Err(Scheme::Bare.refusal(Cause::Malformed)),
        };
        Ok(Self {
            scheme,
            token: Token::presented(&token),
        })
    }
}

/// The password of Basic credentials.
fn password(encoded: &str) -> Option<String> {
    let pair = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    pair.split_once(':')
        .map(|(_, password)| password.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(header: &str, expected: Option<(Scheme, &str)>) {
        let parsed = Presented::parse(&[header]).ok();
        let parsed = parsed.map(|sent| (sent.scheme, sent.token.reveal().to_owned()));
        let expected = expected.map(|(scheme, token)| (scheme, token.to_owned()));
        assert_eq!(parsed, expected, "{header}");
    }

    /// Rows: AUTH-01 GEN-24
    #[test]
    fn schemes() {
        check("bEARER  abc ", Some((Scheme::Bearer, "abc")));
        check("Bearer", None);
        check("abc", Some((Scheme::Bare, "abc")));
        check("Digest abc", None);
        check(
            &format!("basic {}", STANDARD.encode("okta:a:b")),
            Some((Scheme::Basic, "a:b")),
        );
        check(&format!("Basic {}", STANDARD.encode("no colon")), None);
        check("Basic %%%", None);
        assert!(Presented::parse(&["Bearer a", "Bearer a"]).is_err());
    }
}
