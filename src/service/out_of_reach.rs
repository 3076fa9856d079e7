//! A request for resources that the scopes of the caller leave out.

use std::fmt;

use scim::ScimError;

use super::scopes::Scope;
use crate::store::StoreError;

/// The credential is limited to resources of other types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutOfReach {
    /// This scope would add the type.
    Lacks(Scope),
    /// No scope adds the type.
    OwnType,
    /// The request is about resources of every type.
    Everything,
}

impl OutOfReach {
    /// The scope that would be sufficient, if there is one.
    pub fn needed(self) -> Option<Scope> {
        match self {
            Self::Lacks(scope) => Some(scope),
            Self::OwnType | Self::Everything => None,
        }
    }

    /// What the client is told.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lacks(Scope::Users) => {
                "this token is limited to groups; the request needs the scope users"
            }
            Self::Lacks(_) => "this token is limited to users; the request needs the scope groups",
            Self::OwnType => {
                "this token is limited to users or groups, and the request is about resources of another type"
            }
            Self::Everything => {
                "this token is limited to users or groups, and the request is about resources of every type; \
                 ask at /Users or /Groups, or use a token without the scopes users and groups"
            }
        }
    }
}

impl fmt::Display for OutOfReach {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl From<OutOfReach> for ScimError {
    fn from(refusal: OutOfReach) -> Self {
        Self::Forbidden(refusal.as_str())
    }
}

impl From<OutOfReach> for StoreError {
    fn from(refusal: OutOfReach) -> Self {
        Self::Scim(refusal.into())
    }
}
