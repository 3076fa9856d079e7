//! A JWT as it was sent, of which nothing is proven yet.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use crate::service::Claims;

/// Longest JWT that is looked at.
const BYTES_MAX: usize = 16 * 1024;

/// A JWT as it was sent.
#[derive(Debug)]
pub(in crate::auth) struct Jwt<'t> {
    pub(super) text: &'t str,
    header: Map<String, Value>,
    /// What it claims, if it is genuine.
    pub(super) claims: Claims,
}

impl<'t> Jwt<'t> {
    /// Reads a token that has the form of a signed JWT: three parts, and JSON objects in the first two. `None` for any other token.
    pub(in crate::auth) fn read(text: &'t str) -> Option<Self> {
        let parts: Vec<&str> = text.split('.').collect();
        let [header, claims, _] = parts[..] else {
            return None;
        };
        (text.len() <= BYTES_MAX).then_some(())?;
        Some(Self {
            text,
            header: object(header)?,
            claims: object(claims)?,
        })
    }

    /// The issuer that it claims to be of.
    pub(in crate::auth) fn issuer(&self) -> Option<&str> {
        self.claims.get("iss")?.as_str()
    }

    /// The algorithm that it says it is signed with.
    pub(super) fn algorithm(&self) -> Option<&str> {
        self.header.get("alg")?.as_str()
    }

    /// The key that it says it is signed with.
    pub(super) fn key_id(&self) -> Option<&str> {
        self.header.get("kid")?.as_str()
    }

    /// Whether it may be an access token. JWTs of other types, such as security events, are signed with the same keys (RFC 8725 §3.11).
    pub(super) fn may_give_access(&self) -> bool {
        let kind = match self.header.get("typ") {
            None => "jwt".to_owned(),
            Some(Value::String(kind)) => kind.to_ascii_lowercase(),
            Some(_) => return false,
        };
        let kind = kind.strip_prefix("application/").unwrap_or(&kind);
        ["jwt", "at+jwt"].contains(&kind) && !self.claims.contains_key("events")
    }

    /// Whether it asks for something that nobody here understands (RFC 7515 §4.1.11).
    pub(super) fn is_critical(&self) -> bool {
        self.header.contains_key("crit")
    }
}

fn object(part: &str) -> Option<Map<String, Value>> {
    let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
    serde_json::from_slice(&bytes).ok()
}
