//! A set of rules.

use super::table::Rule;

/// A set of rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rules(pub(super) u64);

impl Rules {
    /// Whether the set has the rule.
    pub fn has(self, rule: Rule) -> bool {
        self.0 & Self::bit(rule) != 0
    }

    /// The set with the rule, or without it.
    #[must_use]
    pub fn with(self, rule: Rule, on: bool) -> Self {
        if on {
            Self(self.0 | Self::bit(rule))
        } else {
            Self(self.0 & !Self::bit(rule))
        }
    }

    /// The rules of both sets.
    #[must_use]
    pub fn or(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// The rules of the set, in the order of the table.
    pub fn iter(self) -> impl Iterator<Item = Rule> {
        let all = Rule::ALL.iter().copied();
        all.filter(move |rule| self.has(*rule))
    }

    pub(super) fn bit(rule: Rule) -> u64 {
        1 << rule as u64
    }
}

impl FromIterator<Rule> for Rules {
    fn from_iter<I: IntoIterator<Item = Rule>>(rules: I) -> Self {
        rules
            .into_iter()
            .fold(Self::default(), |set, rule| set.with(rule, true))
    }
}
