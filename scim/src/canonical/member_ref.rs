//! A member as a client names it.

/// A member as a client names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberRef {
    /// The id of a resource of the tenant.
    pub id: String,
    /// The type the client believes it to be of; checked, never trusted.
    pub resource_type: Option<String>,
}
