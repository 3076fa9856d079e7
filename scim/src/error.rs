//! Every way a request can fail, and the wire form of each (RFC 7644 §3.12).
//!
//! A message names the offending thing and what was expected, in lower case, without a full stop. It may quote what the
//! client sent, but never what another client stored, and never SQL, hashes or file names.
//!
//! ```
//! use scim::{ErrorResponse, ScimError};
//!
//! let error = ScimError::invalid_value("userName", "is required and cannot be empty");
//! assert_eq!(error.wire(), (400, Some("invalidValue")));
//! let message = ErrorResponse::from(error);
//! assert_eq!(message.to_json()["detail"], "`userName`: is required and cannot be empty");
//! ```

use crate::quote::quoted;

/// A failed request, in protocol words.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ScimError {
    /// The body is not JSON, or does not have the structure of the message.
    #[error("{0}")]
    InvalidSyntax(String),
    /// The filter does not parse, or asks something that the attribute's type does not offer.
    #[error("filter is not valid: {0}")]
    InvalidFilter(String),
    /// To answer the filter would be more work than the provider does for one request.
    #[error("the filter asks for too much: {0}")]
    TooMany(String),
    /// A PATCH path or `sortBy` does not parse or names nothing.
    #[error("{0}")]
    InvalidPath(String),
    /// A value is missing or does not fit its attribute.
    #[error("`{attribute}`: {expected}")]
    InvalidValue {
        /// The attribute (or query parameter) as the schema spells it.
        attribute: String,
        /// What would have been right.
        expected: String,
    },
    /// The cursor does not belong to this query (RFC 9865 §2.1). The text is the same for all reasons and tells none.
    #[error("`cursor` does not belong to this query; begin again with an empty `cursor`")]
    InvalidCursor,
    /// A cursor that was given out too long ago (RFC 9865 §2.1).
    #[error("`cursor` is older than {timeout_s} seconds; begin again with an empty `cursor`")]
    ExpiredCursor {
        /// How long cursors hold.
        timeout_s: u64,
    },
    /// A `count` beside a cursor is not a number, or differs from the count of the first page (RFC 9865 §2.1).
    #[error("{0}")]
    InvalidCount(String),
    /// A PATCH path selects nothing.
    #[error("{0}")]
    NoTarget(String),
    /// A change that the attribute's `mutability` forbids.
    #[error("`{attribute}` {reason}")]
    Mutability {
        /// The attribute as the schema spells it.
        attribute: String,
        /// Why it cannot change.
        reason: &'static str,
    },
    /// The value belongs to another resource of the tenant.
    #[error("{attribute} {} is already used by another {resource_type}", quoted(.value))]
    Uniqueness {
        /// Name of the resource type.
        resource_type: String,
        /// The unique attribute.
        attribute: String,
        /// The value as the client sent it.
        value: String,
    },
    /// A group would contain itself, directly or through others.
    #[error(
        "`members.value`: {} is this group or contains it; a group cannot contain itself",
        quoted(.0)
    )]
    CircularMembers(String),
    /// The request contradicts the state of things. An operation of Bulk needs one that failed, or a definition contradicts
    /// stored resources or other definitions.
    #[error("{0}")]
    Conflict(String),
    /// The credential stands for nobody, so there is no `/Me` (RFC 7644 §3.11).
    #[error("{0}")]
    NobodyBehindToken(String),
    /// The resource that the credential stands for is gone.
    #[error("{0}")]
    LinkedResourceGone(String),
    /// No resource of this type has this id.
    #[error("{resource_type} {} does not exist", quoted(.id))]
    NotFound {
        /// Name of the resource type.
        resource_type: String,
        /// The id that was asked for.
        id: String,
    },
    /// No endpoint at this path.
    #[error("there is no endpoint at this path; see /ResourceTypes for what is served")]
    UnknownEndpoint,
    /// The endpoint exists, the method does not.
    #[error("method {method} is not offered here; allowed: {allow}")]
    MethodNotAllowed {
        /// The method of the request.
        method: String,
        /// The value of the `Allow` header.
        allow: &'static str,
    },
    /// The provider forbids it to every client (RFC 7644 §4: filters on discovery endpoints).
    #[error("{0}")]
    Forbidden(&'static str),
    /// `If-Match` or `If-None-Match` does not hold.
    #[error("the resource is at version {current}, so the precondition fails")]
    PreconditionFailed {
        /// The current entity tag.
        current: String,
    },
    /// A limit on size.
    #[error("{what} is larger than the limit of {limit}")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// The limit, with its unit.
        limit: String,
    },
    /// Another protocol version in the path.
    #[error("protocol version \"{0}\" is not served; this provider speaks v2")]
    InvalidVersion(String),
    /// A part of SCIM that this provider does not offer.
    #[error("{0} is not offered by this provider; see /ServiceProviderConfig")]
    NotImplemented(&'static str),
}

impl ScimError {
    /// An [`ScimError::InvalidValue`] about `attribute`.
    pub fn invalid_value(attribute: impl Into<String>, expected: impl Into<String>) -> Self {
        Self::InvalidValue {
            attribute: attribute.into(),
            expected: expected.into(),
        }
    }

    /// HTTP status and `scimType`, one row per variant (RFC 7644 §3.12, tables 8 and 9).
    pub fn wire(&self) -> (u16, Option<&'static str>) {
        match self {
            Self::InvalidSyntax(_) => (400, Some("invalidSyntax")),
            Self::InvalidFilter(_) => (400, Some("invalidFilter")),
            Self::TooMany(_) => (400, Some("tooMany")),
            Self::InvalidPath(_) => (400, Some("invalidPath")),
            Self::InvalidValue { .. } | Self::CircularMembers(_) => (400, Some("invalidValue")),
            Self::InvalidCursor => (400, Some("invalidCursor")),
            Self::ExpiredCursor { .. } => (400, Some("expiredCursor")),
            Self::InvalidCount(_) => (400, Some("invalidCount")),
            Self::NoTarget(_) => (400, Some("noTarget")),
            Self::Mutability { .. } => (400, Some("mutability")),
            Self::InvalidVersion(_) => (400, Some("invalidVers")),
            Self::Forbidden(_) => (403, None),
            Self::NotFound { .. } | Self::UnknownEndpoint | Self::LinkedResourceGone(_) => {
                (404, None)
            }
            Self::MethodNotAllowed { .. } => (405, None),
            Self::Uniqueness { .. } => (409, Some("uniqueness")),
            Self::Conflict(_) => (409, None),
            Self::PreconditionFailed { .. } => (412, None),
            Self::TooLarge { .. } => (413, None),
            Self::NotImplemented(_) | Self::NobodyBehindToken(_) => (501, None),
        }
    }
}
