//! The row that a test looks at.

/// What a test looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// A row `resources`.
    Resource,
    /// A row `item(value)` of a multi-valued attribute.
    Element,
    /// A row `m` of `resources` that is a member.
    Member,
    /// A row `g` of `resources` that is a group, and whether its edge is direct as `link.kind`.
    Group,
    /// A row `g` of `resources` that is a group by a direct edge.
    DirectGroup,
}
