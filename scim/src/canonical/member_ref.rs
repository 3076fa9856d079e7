//! A member as a client names it.

/// A member as a client names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberRef {
    /// The id of a resource of the tenant.
    pub id: String,
    /// The type that the client expects. It is checked.
    pub resource_type: Option<String>,
}
