//! An issuer that signs whatever it is asked to.

use std::time::{SystemTime, UNIX_EPOCH};

use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use crate::support::TestServer;

pub(super) const ISSUER: &str = "https://idp.example.com";
pub(super) const AUDIENCE: &str = "https://scim.example.com";

/// What stands before the 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410 §7).
const PKCS8: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

/// A key pair with its id.
pub(super) struct Signer {
    pub(super) id: &'static str,
    key: EncodingKey,
}

impl Signer {
    /// The key of a seed. The same seed gives the same key.
    pub(super) fn new(id: &'static str, seed: u8) -> Self {
        let der = [&PKCS8[..], &[seed; 32]].concat();
        Self {
            id,
            key: EncodingKey::from_ed_der(&der),
        }
    }

    /// Its public half, as a JWK.
    pub(super) fn public(&self) -> Value {
        let jwk = Jwk::from_encoding_key(&self.key, Algorithm::EdDSA).expect("a public key");
        let mut jwk = serde_json::to_value(jwk).expect("a JWK");
        jwk["kid"] = self.id.into();
        jwk
    }

    pub(super) fn sign(&self, claims: &Value) -> String {
        self.sign_with(|_| {}, claims)
    }

    pub(super) fn sign_with(&self, change: impl Fn(&mut Header), claims: &Value) -> String {
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(self.id.to_owned());
        change(&mut header);
        encode(&header, claims, &self.key).expect("a signature")
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "what a JWT says is compared with the server's clock"
)]
pub(super) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    i64::try_from(since.expect("after 1970").as_secs()).expect("a time")
}

/// Claims that are accepted.
pub(super) fn good() -> Value {
    json!({ "iss": ISSUER, "aud": AUDIENCE, "exp": now() + 600, "nbf": now() - 5, "iat": now() - 5, "sub": "provisioner" })
}

/// The same, with some changed. `null` takes a claim away.
pub(super) fn but(changes: &Value) -> Value {
    let mut claims = good();
    for (name, value) in changes.as_object().expect("changes") {
        match value {
            Value::Null => drop(claims.as_object_mut().expect("claims").remove(name)),
            value => claims[name] = value.clone(),
        }
    }
    claims
}

/// Lets a tenant trust the issuer with these keys.
#[track_caller]
pub(super) fn trust(server: &TestServer, tenant: &str, keys: &[Value], more: &[&str]) {
    server.write("keys.json", &json!({ "keys": keys }));
    let fixed = ["--jwks", "keys.json", "--algorithms", "EdDSA"];
    let add = [
        "issuer",
        "add",
        tenant,
        "idp",
        "--issuer",
        ISSUER,
        "--audience",
        AUDIENCE,
    ];
    server.cli(&[&add[..], &fixed, more].concat()).ok();
}
