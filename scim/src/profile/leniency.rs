//! The rules in force for one request, and which of them it needed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::profile::Profile;
use super::rule_set::Rules;
use super::table::Rule;

/// The rules in force for one request. Clones remember together what the request needed, on any thread.
#[derive(Debug, Clone)]
pub struct Leniency {
    rules: Rules,
    used: Arc<AtomicU64>,
}

impl Leniency {
    /// These rules. None of them is needed yet.
    pub fn new(rules: Rules) -> Self {
        Self {
            rules,
            used: Arc::default(),
        }
    }

    /// The rules of profile `default`.
    pub fn lenient() -> Self {
        Self::new(Profile::Default.rules())
    }

    /// The rules of profile `rfc`: no line of the standard contradicts them.
    pub fn rfc() -> Self {
        Self::new(Profile::Rfc.rules())
    }

    /// Other rules for the same request. What was needed so far is remembered.
    #[must_use]
    pub fn renewed(&self, rules: Rules) -> Self {
        Self {
            rules,
            used: Arc::clone(&self.used),
        }
    }

    /// The same rules for a part of a request. The part remembers for itself what it needs; nothing is needed yet.
    #[must_use]
    pub fn fresh(&self) -> Self {
        Self::new(self.rules)
    }

    /// Whether `rule` is in force. Asking counts as needing it. So ask only where the letter of the standard would refuse.
    pub fn allows(&self, rule: Rule) -> bool {
        let allowed = self.rules.has(rule);
        if allowed {
            self.used.fetch_or(Rules::bit(rule), Ordering::Relaxed);
        }
        allowed
    }

    /// Remembers that these were needed.
    pub fn need(&self, rules: Rules) {
        self.used.fetch_or(rules.0, Ordering::Relaxed);
    }

    /// The rules in force.
    pub fn rules(&self) -> Rules {
        self.rules
    }

    /// Whether `rule` is in force. Asking this way does not count as needing it.
    pub fn has(&self, rule: Rule) -> bool {
        self.rules.has(rule)
    }

    /// What was needed so far, choices too.
    pub fn needed(&self) -> Rules {
        Rules(self.used.load(Ordering::Relaxed))
    }

    /// The leniencies that were needed so far.
    pub fn used(&self) -> impl Iterator<Item = Rule> {
        self.needed().iter().filter(|rule| rule.is_leniency())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_and_allowed_is_remembered_by_all_clones() {
        let leniency = Leniency::rfc();
        assert!(!leniency.allows(Rule::BooleanString) && leniency.allows(Rule::PatchOpCase));
        assert!(leniency.has(Rule::IgnoreStrangers));
        // A choice is no departure.
        assert!(leniency.clone().allows(Rule::PathlessPatch));
        let renewed = leniency.renewed(Profile::Default.rules());
        assert!(renewed.allows(Rule::BooleanString));
        let used: Vec<Rule> = leniency.used().collect();
        assert_eq!(used, [Rule::PatchOpCase, Rule::BooleanString]);
        assert!(leniency.needed().has(Rule::PathlessPatch));
    }

    #[test]
    fn a_fresh_one_remembers_for_itself() {
        let leniency = Leniency::rfc();
        leniency.allows(Rule::PatchOpCase);
        let fresh = leniency.fresh();
        assert_eq!(fresh.needed(), Rules::default());
        fresh.allows(Rule::AnyAccept);
        assert_eq!(fresh.needed(), [Rule::AnyAccept].into_iter().collect());
        assert!(!leniency.needed().has(Rule::AnyAccept));
        leniency.need(fresh.needed());
        assert!(leniency.needed().has(Rule::AnyAccept) && leniency.needed().has(Rule::PatchOpCase));
    }
}
