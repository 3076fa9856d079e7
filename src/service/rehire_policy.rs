//! What a POST of a deactivated user comes to: a setting of the tenant.

/// What a POST comes to when its unique name belongs to a deactivated account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rehire {
    /// 409, as for an active account.
    #[default]
    Conflict,
    /// The account that is there becomes active again and takes the attributes of the body, unless its `externalId` is another
    /// one.
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
