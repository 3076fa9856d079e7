//! How a token is sent.

use scim::profile::Rule;

use super::refusal::{Cause, Refusal};
use crate::service::Settings;

/// How a token is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// `Bearer <token>` (RFC 6750).
    Bearer,
    /// `Basic`, with the token as the password of any user (RFC 7617). The tenant must accept it.
    Basic,
    /// The token alone. The tenant must accept it.
    Bare,
}

impl Scheme {
    /// The refusal of a token in this scheme. An unknown token and a scheme that the tenant does not accept get the
    /// same answer, so that the answer does not tell which it was.
    pub(super) fn refusal(self, cause: Cause) -> Refusal {
        let detail = match self {
            Self::Bearer => "the token is not known; it may have been revoked",
            Self::Basic | Self::Bare => {
                "only the Bearer scheme is accepted, unless the tenant's profile has another one: send \"Authorization: Bearer <token>\""
            }
        };
        Refusal::invalid(cause, detail)
    }

    /// Whether the tenant accepts tokens in this scheme.
    pub(super) fn is_accepted(self, settings: &Settings) -> bool {
        match self {
            Self::Bearer => true,
            Self::Basic => settings.rules().has(Rule::BasicCredentials),
            Self::Bare => settings.rules().has(Rule::BareToken),
        }
    }
}
