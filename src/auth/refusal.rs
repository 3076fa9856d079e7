//! Why a request is refused before it is read.

use std::fmt;

use crate::service::StoreError;

/// Why a request is refused before it is read.
#[derive(Debug)]
pub enum Refusal {
    /// No credential, or an invalid one: 401.
    Unauthenticated {
        /// The text that tells the client what is wrong.
        detail: &'static str,
        /// Whether a token was given (RFC 6750 §3.1 `invalid_token`).
        invalid_token: bool,
    },
    /// Two credentials in one request: 400 (RFC 6750 §3.1 `invalid_request`).
    Ambiguous(&'static str),
    /// The database failed.
    Store(StoreError),
}

impl Refusal {
    /// No token where one is needed.
    pub const NO_TOKEN: Self = Self::Unauthenticated {
        detail: "a bearer token is needed",
        invalid_token: false,
    };
    /// The token belongs to another tenant than the one in the path.
    pub const OTHER_TENANT: Self =
        Self::invalid("the token does not belong to the tenant in the path");

    /// The token is invalid.
    pub(super) const fn invalid(detail: &'static str) -> Self {
        Self::Unauthenticated {
            detail,
            invalid_token: true,
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        match self {
            Self::Unauthenticated { .. } => 401,
            Self::Ambiguous(_) => 400,
            Self::Store(error) => error.response("").status,
        }
    }

    /// The error code for `WWW-Authenticate`.
    pub fn word(&self) -> Option<&'static str> {
        match self {
            Self::Unauthenticated { invalid_token, .. } => invalid_token.then_some("invalid_token"),
            Self::Ambiguous(_) => Some("invalid_request"),
            Self::Store(_) => None,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unauthenticated { detail, .. } | Self::Ambiguous(detail) => {
                formatter.write_str(detail)
            }
            Self::Store(error) => error.fmt(formatter),
        }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
