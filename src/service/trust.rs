//! Whose JWTs a tenant trusts, and for what.

use jsonwebtoken::Algorithm;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::scopes::{Scope, Scopes};
use super::token::hex;

/// What a JWT claims (RFC 7519 §4).
pub type Claims = Map<String, Value>;

/// Signatures with a key pair. One with a shared secret could be made with the public key as the secret.
pub const ALGORITHMS: [&str; 9] = [
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA",
];

/// The terms under which JWTs of an issuer are accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// What `iss` has to be.
    pub issuer: String,
    /// `aud` has to name one of these.
    pub audiences: Vec<String>,
    /// Where its keys come from.
    pub keys: KeySource,
    /// The algorithms that it signs with.
    pub algorithms: Vec<String>,
    /// The claim with the scopes of a JWT. Without this, all have the scopes of the issuer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope_claim: Option<String>,
    /// The claim that names the user that `/Me` shows: by id or unique name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_claim: Option<String>,
    /// Claims that a JWT needs, each with its value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requires: Vec<(String, String)>,
}

/// Where the keys of an issuer come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeySource {
    /// They are these: a JWK Set (RFC 7517 §5).
    Fixed(Value),
    /// They are at this URL.
    Url {
        /// An `https` URL, or an `http` one on this machine.
        url: String,
        /// Whether it may lead into a private network.
        allows_private: bool,
    },
}

impl Terms {
    /// Reads stored terms. `None` for those that this version cannot read.
    pub fn read(stored: &str) -> Option<Self> {
        serde_json::from_str(stored).ok()
    }

    /// How they are stored.
    pub fn stored(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The key id of all credentials of an issuer, in any tenant.
    pub fn key_id_of(issuer: &str) -> String {
        hex(&Sha256::digest(format!("issuer:{issuer}"))[..6])
    }

    /// What stands in the place of a token's hash. No token has it, and other terms have another one.
    pub fn mark(&self) -> String {
        format!("issuer:{}", hex(&Sha256::digest(self.stored())))
    }

    /// The algorithm of this name, if the issuer signs with it.
    pub fn algorithm(&self, name: &str) -> Option<Algorithm> {
        let is_listed =
            self.algorithms.iter().any(|listed| listed == name) && ALGORITHMS.contains(&name);
        name.parse().ok().filter(|_| is_listed)
    }

    /// Whether a JWT is for one of the audiences.
    pub fn is_for(&self, claims: &Claims) -> bool {
        let mut named = texts(claims.get("aud"));
        named.any(|audience| self.audiences.iter().any(|own| own == audience))
    }

    /// Whether a JWT has the claims that it needs.
    pub fn are_met_by(&self, claims: &Claims) -> bool {
        let mut requires = self.requires.iter();
        requires.all(|(name, value)| texts(claims.get(name)).any(|text| text == value))
    }

    /// The scopes of a JWT: those that it has and the issuer has been granted.
    pub fn scopes(&self, granted: Scopes, claims: &Claims) -> Scopes {
        let Some(name) = &self.scope_claim else {
            return granted;
        };
        let words = texts(claims.get(name)).flat_map(str::split_whitespace);
        let named = words
            .filter_map(|word| Scope::named(word.rsplit([':', '.', '/']).next().unwrap_or(word)));
        granted.within(named.collect())
    }

    /// The user that a JWT stands for.
    pub fn user(&self, claims: &Claims) -> Option<String> {
        let name = self.user_claim.as_ref()?;
        claims.get(name)?.as_str().map(str::to_owned)
    }
}

/// The texts of a claim that is one text or several.
fn texts(claim: Option<&Value>) -> impl Iterator<Item = &str> {
    let several = claim.and_then(Value::as_array).into_iter().flatten();
    claim.into_iter().chain(several).filter_map(Value::as_str)
}
