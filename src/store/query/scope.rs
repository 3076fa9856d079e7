//! The row that a test looks at.

/// The row that a test looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// A row `resources`.
    Resource,
    /// A row `item(value)` of a multi-valued attribute.
    Element,
    /// A row `m` of `resources` that is a member.
    Member,
    /// A row `g` of `resources` that is a group. `link.kind` says whether its edge is direct.
    Group,
    /// A row `g` of `resources` that is a group with a direct edge.
    DirectGroup,
}
