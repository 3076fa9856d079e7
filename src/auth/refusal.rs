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
        /// What is wrong. Only the operator is told.
        cause: Cause,
        /// The key id of the token that was sent.
        key_id: Option<String>,
        /// The slug of the tenant that the token belongs to.
        tenant: Option<String>,
    },
    /// Two credentials in one request: 400 (RFC 6750 §3.1 `invalid_request`).
    Ambiguous(&'static str),
    /// The database failed.
    Store(StoreError),
}

/// What is wrong with a credential. A client is not told it all, because it could guess tokens and tenants then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// There is none.
    Missing,
    /// The header is not readable, or has a scheme that nobody offers.
    Malformed,
    /// No tenant has the token.
    Unknown,
    /// The token was revoked.
    Revoked,
    /// The token has expired.
    Expired,
    /// The token belongs to another tenant than the path names.
    OtherTenant,
    /// The tenant does not accept the scheme.
    Scheme,
    /// The token is not accepted from the client's network.
    Network,
    /// A JWT is for another audience.
    Audience,
    /// Several tenants would accept a JWT.
    Ambiguous,
    /// A JWT lacks a claim, or has one of another form.
    Claims,
    /// A JWT is of another type.
    TokenType,
    /// A JWT is signed by an algorithm that its issuer does not use.
    Algorithm,
    /// A JWT is signed with a key that its issuer does not have.
    Key,
    /// The keys of an issuer are not known and cannot be fetched.
    Keys,
    /// The signature of a JWT is wrong.
    Signature,
    /// A JWT is not valid yet.
    Early,
    /// This version knows none of the token's scopes.
    Scopes,
}

impl Cause {
    /// Its name in the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "no-token",
            Self::Malformed => "malformed",
            Self::Unknown => "unknown-token",
            Self::Revoked => "revoked-token",
            Self::Expired => "expired-token",
            Self::OtherTenant => "token-of-another-tenant",
            Self::Scheme => "scheme-not-accepted",
            Self::Network => "network-not-accepted",
            Self::Audience => "other-audience",
            Self::Ambiguous => "several-tenants",
            Self::Claims => "claims",
            Self::TokenType => "no-access-token",
            Self::Algorithm => "algorithm",
            Self::Key => "unknown-key",
            Self::Keys => "keys-unavailable",
            Self::Signature => "signature",
            Self::Early => "not-valid-yet",
            Self::Scopes => "unknown-scopes",
        }
    }
}

impl Refusal {
    /// No token where one is needed.
    pub const NO_TOKEN: Self = Self::Unauthenticated {
        detail: "a bearer token is needed: send \"Authorization: Bearer <token>\"",
        cause: Cause::Missing,
        key_id: None,
        tenant: None,
    };
    /// The token belongs to another tenant than the one in the path.
    pub const OTHER_TENANT: Self = Self::invalid(
        Cause::OtherTenant,
        "the token does not belong to the tenant in the path",
    );

    /// The token is invalid.
    pub(super) const fn invalid(cause: Cause, detail: &'static str) -> Self {
        Self::Unauthenticated {
            detail,
            cause,
            key_id: None,
            tenant: None,
        }
    }

    /// The same refusal, about a token of this tenant.
    #[must_use]
    pub fn of_tenant(mut self, slug: &str) -> Self {
        if let Self::Unauthenticated { tenant, .. } = &mut self {
            *tenant = Some(slug.to_owned());
        }
        self
    }

    /// The same refusal, about the token of this key id.
    #[must_use]
    pub fn of_key(mut self, sent: &str) -> Self {
        if let Self::Unauthenticated { key_id, .. } = &mut self {
            *key_id = Some(sent.to_owned());
        }
        self
    }

    /// The slug of the tenant that the token belongs to, as far as it is known.
    pub fn tenant(&self) -> Option<&str> {
        match self {
            Self::Unauthenticated { tenant, .. } => tenant.as_deref(),
            Self::Ambiguous(_) | Self::Store(_) => None,
        }
    }

    /// The key id of the token, if there is such a token: others are made up, and there is no end of them.
    pub fn known_key_id(&self) -> Option<&str> {
        match self {
            Self::Unauthenticated {
                key_id,
                tenant: Some(_),
                ..
            } => key_id.as_deref(),
            _ => None,
        }
    }

    /// What is wrong, as the log and the audit name it.
    pub fn cause_word(&self) -> &'static str {
        match self {
            Self::Unauthenticated { cause, .. } => cause.as_str(),
            Self::Ambiguous(_) => "two-headers",
            Self::Store(_) => "database",
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
            Self::Unauthenticated { cause, .. } => {
                // RFC 6750 §3.1: without a token there is no error code.
                (*cause != Cause::Missing).then_some("invalid_token")
            }
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
