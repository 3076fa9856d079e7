//! Who is calling: bearer tokens (RFC 6750), stored hashed.

mod authenticate;
mod token;
mod uses;

pub use authenticate::{Identity, authenticate};
pub use token::{TOKEN_CHARACTERS_MIN, Token};
pub use uses::Uses;

/// What a credential allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// GET and HEAD.
    Read,
    /// Everything.
    Write,
}

impl Scope {
    /// The scope of this name.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "read" => Some(Self::Read),
            "write" => Some(Self::Write),
            _ => None,
        }
    }

    /// The scope's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}
