//! Tokens: random text that only its holder knows.

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// Shortest token that an operator may choose.
const TOKEN_CHARACTERS_MIN: usize = 32;

/// What every token of ours begins with, so that a leaked one is recognised.
const PREFIX: &str = "scimd_";
/// Letters and digits: what a double click selects, and no language escapes.
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Characters of randomness: 256 bits.
const SECRET_CHARACTERS: usize = 43;
/// Characters of the checksum.
const CHECKSUM_CHARACTERS: usize = 6;

/// A bearer token. `Debug` does not show it.
#[derive(Clone)]
pub struct Token(String);

impl std::fmt::Debug for Token {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Token([redacted])")
    }
}

impl Token {
    /// A new token: `scimd_`, 256 random bits, and a checksum of what stands before it.
    ///
    /// Errors: the system has no randomness.
    pub fn generate() -> Result<Self, getrandom::Error> {
        let mut text = PREFIX.to_owned();
        let mut bytes = [0u8; 64];
        while text.len() < PREFIX.len() + SECRET_CHARACTERS {
            getrandom::fill(&mut bytes)?;
            // Of the values of a byte, as many as there are multiples of characters: each character is as likely.
            let fair = bytes.iter().filter(|byte| **byte < 248);
            let wanted = PREFIX.len() + SECRET_CHARACTERS - text.len();
            text.extend(fair.take(wanted).map(|byte| character(u32::from(*byte))));
        }
        text.push_str(&checksum(&text));
        Ok(Self(text))
    }

    /// Whether it looks like a token that scimd has made: its checksum is right. Tokens that an operator chose have none.
    pub fn has_checksum(&self) -> bool {
        let length = PREFIX.len() + SECRET_CHARACTERS + CHECKSUM_CHARACTERS;
        let parts = self.0.split_at_checked(length - CHECKSUM_CHARACTERS);
        let is_right = |(before, sum): (&str, &str)| sum == checksum(before);
        self.0.len() == length && self.0.starts_with(PREFIX) && parts.is_some_and(is_right)
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

fn character(number: u32) -> char {
    char::from(ALPHABET[number as usize % ALPHABET.len()])
}

/// The CRC-32 of a text as digits to the base of 62, the most significant first.
fn checksum(text: &str) -> String {
    let mut rest = crc32fast::hash(text.as_bytes());
    let mut digits = Vec::with_capacity(CHECKSUM_CHARACTERS);
    for _ in 0..CHECKSUM_CHARACTERS {
        digits.push(character(rest % 62));
        rest /= 62;
    }
    digits.iter().rev().collect()
}

/// Bytes as two digits each.
pub(super) fn hex(bytes: &[u8]) -> String {
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
        assert_eq!(one.reveal().len(), "scimd_".len() + 43 + 6);
        assert!(
            one.reveal()["scimd_".len()..]
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric())
        );
        assert!(one.matches(&one.hash()) && !one.matches(&other.hash()) && !one.matches(""));
        assert!(!format!("{one:?}").contains(one.reveal()));
    }

    #[test]
    fn a_checksum_tells_a_token_from_other_text() {
        let token = Token::generate().unwrap();
        assert!(token.has_checksum());
        let text = token.reveal();
        let other = if text.contains('a') {
            text.replace('a', "b")
        } else {
            text.replacen('1', "2", 1)
        };
        let short = &text[..text.len() - 1];
        let longer = format!("{text}0");
        for wrong in [&other, short, &longer, "", "scimd_é", &"é".repeat(28)] {
            assert!(
                wrong == text || !Token::presented(wrong).has_checksum(),
                "{wrong}"
            );
        }
        // Secret scanners check it, so it stays.
        assert_eq!(checksum("scimd_0123456789"), "33kQMi");
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
