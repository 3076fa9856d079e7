//! The public keys of an issuer (RFC 7517).

use jsonwebtoken::jwk::{Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::Value;

/// Most keys of an issuer. Real ones have a handful.
const KEYS_MAX: usize = 100;

/// A key that checks signatures.
#[derive(Clone)]
pub(super) struct Key {
    id: Option<String>,
    /// The only algorithm that it is for, if it says so.
    algorithm: Option<String>,
    pub(super) decoding: DecodingKey,
}

/// The keys of an issuer.
#[derive(Clone, Default)]
pub(super) struct Keys(Vec<Key>);

impl Keys {
    /// Reads a JWK Set. Keys for other purposes and of kinds that are not known are left out.
    ///
    /// Errors: it is no JWK Set.
    pub(super) fn read(set: &Value) -> Result<Self, &'static str> {
        let keys = set.get("keys").and_then(Value::as_array);
        let keys = keys.ok_or("it is no JWK Set: it has no list `keys`")?;
        Ok(Self(keys.iter().take(KEYS_MAX).filter_map(key).collect()))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of the keys has this id.
    pub(super) fn has(&self, id: &str) -> bool {
        self.0.iter().any(|key| key.id.as_deref() == Some(id))
    }

    /// The key for a signature: that of the id, or the only one.
    pub(super) fn find(&self, id: Option<&str>, algorithm: Algorithm, name: &str) -> Option<&Key> {
        let family = algorithm.family();
        let mut fitting = self.0.iter().filter(|key| {
            let is_named = id.is_none() || key.id.as_deref() == id;
            let is_for = key.algorithm.as_deref().is_none_or(|own| own == name);
            is_named && is_for && key.decoding.family() == family
        });
        let first = fitting.next()?;
        // Without an id, only one key leaves no doubt.
        (id.is_some() || fitting.next().is_none()).then_some(first)
    }
}

fn key(value: &Value) -> Option<Key> {
    let jwk: Jwk = serde_json::from_value(value.clone()).ok()?;
    let is_for_signatures = match &jwk.common.public_key_use {
        None | Some(PublicKeyUse::Signature) => true,
        Some(_) => false,
    };
    // A shared secret in a public place is none.
    let is_public = value.get("kty").and_then(Value::as_str) != Some("oct");
    (is_for_signatures && is_public).then_some(())?;
    Some(Key {
        id: jwk.common.key_id.clone(),
        algorithm: value.get("alg").and_then(Value::as_str).map(str::to_owned),
        decoding: DecodingKey::from_jwk(&jwk).ok()?,
    })
}

/// How many usable keys a JWK Set has.
///
/// Errors: it is no JWK Set.
pub fn count_keys(set: &Value) -> Result<usize, String> {
    Keys::read(set)
        .map(|keys| keys.0.len())
        .map_err(str::to_owned)
}
