//! Versions and conditional requests (RFC 7644 §3.14, RFC 9110 §13).
//!
//! Tags are weak, and both headers compare weakly. RFC 9110 wants strong tags in `If-Match`, but SCIM uses weak ones.
//!
//! ```
//! use scim::etag::{Preconditions, Version};
//!
//! assert_eq!(Version(3).to_string(), "W/\"3\"");
//! let conditions = Preconditions::parse(Some("W/\"2\""), None);
//! assert!(conditions.check_write(Version(2)).is_ok());
//! assert_eq!(conditions.check_write(Version(3)).map_err(|error| error.wire().0), Err(412));
//! ```

use std::fmt;

use super::ScimError;

/// A resource's version; its entity tag is `W/"{number}"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version(pub i64);

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "W/\"{}\"", self.0)
    }
}

/// The value of `If-Match` or `If-None-Match`.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Tags {
    Any,
    Listed(Vec<String>),
}

impl Tags {
    /// Reads a header. A malformed header lists no tag, so it matches nothing.
    fn parse(header: &str) -> Self {
        if header.trim() == "*" {
            return Self::Any;
        }
        let tags = header.split(',').filter_map(|tag| {
            let tag = tag.trim();
            let opaque = tag.strip_prefix("W/").unwrap_or(tag);
            Some(opaque.strip_prefix('"')?.strip_suffix('"')?.to_owned())
        });
        Self::Listed(tags.collect())
    }

    fn match_version(&self, version: Version) -> bool {
        match self {
            Self::Any => true,
            Self::Listed(tags) => tags.iter().any(|tag| *tag == version.0.to_string()),
        }
    }
}

/// The conditions of a request.
#[derive(Debug, Clone, Default)]
pub struct Preconditions {
    if_match: Option<Tags>,
    if_none_match: Option<Tags>,
}

impl Preconditions {
    /// Whether the request has no conditions.
    pub fn is_empty(&self) -> bool {
        self.if_match.is_none() && self.if_none_match.is_none()
    }

    /// Reads the two headers.
    pub fn parse(if_match: Option<&str>, if_none_match: Option<&str>) -> Self {
        Self {
            if_match: if_match.map(Tags::parse),
            if_none_match: if_none_match.map(Tags::parse),
        }
    }

    /// Checks a write against the version it is about to change.
    ///
    /// Errors: 412.
    pub fn check_write(&self, version: Version) -> Result<(), ScimError> {
        self.check_match(version)?;
        match &self.if_none_match {
            Some(tags) if tags.match_version(version) => Err(failed(version)),
            _ => Ok(()),
        }
    }

    /// Checks a read; `true` when the client has this version already (304).
    ///
    /// Errors: 412 (`If-Match`).
    pub fn is_unchanged(&self, version: Version) -> Result<bool, ScimError> {
        self.check_match(version)?;
        Ok(self
            .if_none_match
            .as_ref()
            .is_some_and(|tags| tags.match_version(version)))
    }

    fn check_match(&self, version: Version) -> Result<(), ScimError> {
        match &self.if_match {
            Some(tags) if !tags.match_version(version) => Err(failed(version)),
            _ => Ok(()),
        }
    }
}

fn failed(version: Version) -> ScimError {
    ScimError::PreconditionFailed {
        current: version.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn writes(if_match: Option<&str>, if_none_match: Option<&str>, expected: bool) {
        let conditions = Preconditions::parse(if_match, if_none_match);
        assert_eq!(
            conditions.check_write(Version(3)).is_ok(),
            expected,
            "{if_match:?} {if_none_match:?}"
        );
    }

    /// Rows: ETAG-04 ETAG-05 ETAG-06 ETAG-07 ETAG-10 ETAG-18
    #[test]
    fn preconditions_of_writes() {
        writes(None, None, true);
        writes(Some("W/\"3\""), None, true);
        writes(Some("\"3\""), None, true);
        writes(Some("W/\"x\", W/\"3\""), None, true);
        writes(Some("*"), None, true);
        writes(Some("W/\"2\""), None, false);
        writes(Some("3"), None, false);
        writes(Some(""), None, false);
        writes(None, Some("*"), false);
        writes(None, Some("W/\"3\""), false);
        writes(None, Some("W/\"2\""), true);
    }
}
