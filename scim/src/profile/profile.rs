//! Profiles: sets of rules that belong together.

use super::rule_set::Rules;
use super::table::Rule;

/// A set of rules that belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Profile {
    /// The letter of the standard, and every unambiguous habit of real clients.
    #[default]
    Default,
    /// The letter of the standard.
    Rfc,
    /// What Okta needs.
    Okta,
    /// What Entra ID needs.
    Entra,
    /// The interoperability profile: a draft that refuses more than the standard does.
    Interop,
}

impl Profile {
    /// Every profile.
    pub const ALL: [Self; 5] = [
        Self::Default,
        Self::Rfc,
        Self::Okta,
        Self::Entra,
        Self::Interop,
    ];

    /// The profile of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.name() == name)
    }

    /// Its name in settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Rfc => "rfc",
            Self::Okta => "okta",
            Self::Entra => "entra",
            Self::Interop => "interop",
        }
    }

    /// One sentence for people.
    pub fn about(self) -> &'static str {
        match self {
            Self::Default => {
                "the letter of the standard, and every habit of real clients that has one reading"
            }
            Self::Rfc => "the letter of RFC 7643 and RFC 7644, for conformance suites",
            Self::Okta => "what Okta sends, and little else",
            Self::Entra => {
                "what Microsoft Entra ID sends, with and without its flag, and little else"
            }
            Self::Interop => {
                "draft-zollner-scim-interop-profile: refuses more than `rfc`, in some points against RFC 7644"
            }
        }
    }

    /// Its rules.
    pub fn rules(self) -> Rules {
        let in_force = |rule: &&Rule| rule.states()[self as usize];
        Rule::ALL.iter().filter(in_force).copied().collect()
    }
}

impl Rules {
    /// Whether the set accepts only what profile `interop` accepts. Discovery announces it then.
    pub fn is_interop(self) -> bool {
        self.0 & !Profile::Interop.rules().0 == 0
    }

    /// The rules for reading again what is stored. Some profile has read it before, so its values may have any form.
    pub fn of_stored() -> Self {
        Profile::Rfc.rules().with(Rule::AnyFormat, true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart_and_a_set_holds_all_rules() {
        for (index, rule) in Rule::ALL.iter().enumerate() {
            assert_eq!(Rule::named(rule.name()), Some(*rule));
            assert_eq!(*rule as usize, index);
            assert!(!rule.meaning().ends_with('.'), "{}", rule.meaning());
        }
        assert!(Rule::ALL.len() <= 64);
        let all: Rules = Rule::ALL.iter().copied().collect();
        assert_eq!(all.iter().count(), Rule::ALL.len());
        let one_less = all.with(Rule::DottedKeys, false);
        assert!(!one_less.has(Rule::DottedKeys) && one_less.has(Rule::PatchOpCase));
    }

    /// Rows: DEC-10
    #[test]
    fn rfc_and_interop_know_no_reading_that_an_rfc_row_contradicts() {
        let refused = [
            Rule::BooleanString,
            Rule::BooleanStringFilter,
            Rule::ComplexFromString,
            Rule::SingleFromArray,
            Rule::MultiFromSingle,
            Rule::StringFromNumber,
            Rule::CreateFromValueFilter,
            Rule::RemoveListedValues,
            Rule::DottedKeys,
            Rule::IgnoreUnknownSchemas,
            Rule::BareExtensionAttribute,
            Rule::GroupPatchNoContent,
        ];
        for rule in refused {
            assert!(Profile::Default.rules().has(rule), "{}", rule.name());
            for profile in [Profile::Rfc, Profile::Interop] {
                assert!(
                    !profile.rules().has(rule),
                    "{} in {}",
                    rule.name(),
                    profile.name()
                );
            }
        }
    }

    #[test]
    fn the_default_accepts_whatever_the_profiles_of_clients_accept_apart_from_what_is_opted_into() {
        let opted = [Rule::BareToken, Rule::BasicCredentials];
        for client in [Profile::Okta, Profile::Entra] {
            for rule in client.rules().iter().filter(|rule| !opted.contains(rule)) {
                assert!(
                    Profile::Default.rules().has(rule),
                    "{} of {}",
                    rule.name(),
                    client.name()
                );
            }
        }
    }
}
