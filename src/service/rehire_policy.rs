//! The tenant's setting for a POST of a deactivated user.

/// How the server answers a POST whose unique name belongs to a deactivated account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rehire {
    /// 409, as for an active account.
    #[default]
    Conflict,
    /// The account becomes active again and takes the attributes of the body, unless its `externalId` differs.
    Reactivate,
}

impl Rehire {
    pub(super) fn named(name: &str) -> Option<Self> {
        [Self::Conflict, Self::Reactivate]
            .into_iter()
            .find(|policy| policy.name() == name)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Conflict => "conflict",
            Self::Reactivate => "reactivate",
        }
    }
}
