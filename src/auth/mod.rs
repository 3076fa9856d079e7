//! Who is calling: bearer tokens (RFC 6750), stored hashed; sent in other ways too where the tenant accepts that.

mod authenticate;
mod presented;
mod rate;
mod token;
mod uses;

pub use authenticate::{Identity, authenticate};
pub use presented::Scheme;
pub use rate::{Allowance, Counted, RateLimit};
pub use token::{TOKEN_CHARACTERS_MIN, Token};
pub use uses::Uses;

/// What a credential allows; each scope includes those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// GET and HEAD.
    Read,
    /// Reading and changing resources.
    Write,
    /// Everything, schemas and resource types too.
    Admin,
}

impl Scope {
    /// The scope of this name.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "read" => Some(Self::Read),
            "write" => Some(Self::Write),
            "admin" => Some(Self::Admin),
            _ => None,
        }
    }

    /// The scope's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Admin => "admin",
        }
    }
}
