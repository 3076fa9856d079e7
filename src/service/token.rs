//! Tokens: random text that only its holder knows.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// Shortest token that an operator may choose.
const TOKEN_CHARACTERS_MIN: usize = 32;

/// A bearer token. `Debug` does not show it.
#[derive(Clone)]
pub struct Token(String);

impl std::fmt::Debug for Token {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Token([redacted])")
    }
}

impl Token {
    /// A new token: `scimd_` and 256 random bits.
    ///
    /// Errors: the system has no randomness.
    pub fn generate() -> Result<Self, getrandom::Error> {
        let mut secret = [0u8; 32];
        getrandom::fill(&mut secret)?;
        Ok(Self(format!("scimd_{}", URL_SAFE_NO_PAD.encode(secret))))
    }

    /// A token that a client sent.
    pub fn presented(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// A token that an operator chose.
    ///
    /// Errors: the token is too short to be safe, or does not fit into a header. The sentence does not repeat it.
    pub fn chosen(text: &str) -> Result<Self, String> {
        if text.len() < TOKEN_CHARACTERS_MIN {
            return Err(format!(
                "the token has {} characters; at least {TOKEN_CHARACTERS_MIN} are needed",
                text.len()
            ));
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("the token may hold only printable ASCII without blanks".to_owned());
        }
        Ok(Self(text.to_owned()))
    }

    /// The token itself, to be shown once.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The id by which the credential is found and named. It reveals nothing about the token.
    pub fn key_id(&self) -> String {
        hex(&Sha256::digest(format!("key-id:{}", self.0))[..6])
    }

    /// The stored form. Tokens are random or long, so a plain digest is safe, and it keeps requests cheap.
    pub fn hash(&self) -> String {
        hex(&Sha256::digest(format!("secret:{}", self.0)))
    }

    /// Whether the stored hash is the hash of this token. The time does not depend on where they differ.
    pub fn matches(&self, stored_hash: &str) -> bool {
        self.hash().as_bytes().ct_eq(stored_hash.as_bytes()).into()
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows: AUTH-09
    #[test]
    fn tokens_are_random_and_compared_whole() {
        let (one, other) = (Token::generate().unwrap(), Token::generate().unwrap());
        assert_ne!(one.reveal(), other.reveal());
        assert_eq!(one.reveal().len(), "scimd_".len() + 43);
        assert!(one.matches(&one.hash()) && !one.matches(&other.hash()) && !one.matches(""));
        assert!(!format!("{one:?}").contains(one.reveal()));
    }

    #[test]
    fn chosen_tokens_must_be_long() {
        assert!(
            Token::chosen("short")
                .is_err_and(|text| text.contains("32") && !text.contains("short"))
        );
        assert!(Token::chosen(&"x".repeat(32)).is_ok());
        assert!(Token::chosen(&format!("{} ", "x".repeat(32))).is_err());
    }
}
