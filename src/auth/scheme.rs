//! How a token is sent.

use scim::profile::Rule;

use super::refusal::Refusal;
use crate::service::Settings;

/// How a token is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// `Bearer <token>` (RFC 6750).
    Bearer,
    /// `Basic`, the token as the password of any user (RFC 7617); where the tenant accepts it.
    Basic,
    /// The token alone; where the tenant accepts it.
    Bare,
}

impl Scheme {
    /// Why a token sent so opens nothing. One answer for a token that is not known and for a tenant that does not take the
    /// scheme, so that the answer does not tell which it is.
    pub(super) fn refusal(self) -> Refusal {
        Refusal::invalid(match self {
            Self::Bearer => "the token is not known; it may have been revoked",
            Self::Basic | Self::Bare => {
                "only the Bearer scheme is accepted, unless the tenant's profile has another one: send \"Authorization: Bearer <token>\""
            }
        })
    }

    /// Whether tokens of the tenant may be sent so.
    pub(super) fn is_accepted(self, settings: &Settings) -> bool {
        match self {
            Self::Bearer => true,
            Self::Basic => settings.rules().has(Rule::BasicCredentials),
            Self::Bare => settings.rules().has(Rule::BareToken),
        }
    }
}
