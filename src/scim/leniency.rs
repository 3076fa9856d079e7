//! The departures from the letter of the RFC that real clients need, each a named rule that can be switched.
//!
//! One table, so that a tenant's profile is a set of rules and no code asks who the client is. A rule is only here when
//! no correct request has another meaning in its place, or when schema and stored data leave one reading. Some rules no
//! strict reading would ever refuse (letter case, nulls, extra keys): they are listed, and no code has to ask for them.

use std::cell::Cell;

/// Declares the rules: variant, wire name, catalogue id, whether it is kept when a tenant is strict, what it does.
macro_rules! rules {
    ($($variant:ident $name:literal $id:literal strict=$strict:literal: $meaning:literal;)*) => {
        /// A named leniency.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Rule { $(#[doc = $meaning] $variant),* }

        impl Rule {
            /// Every rule, in the order of the catalogue.
            pub const ALL: &'static [Rule] = &[$(Rule::$variant),*];
            /// The rule's name in settings, headers and logs.
            pub fn name(self) -> &'static str { match self { $(Self::$variant => $name),* } }
            /// The rule's id in the catalogue of client behaviours.
            pub fn id(self) -> &'static str { match self { $(Self::$variant => $id),* } }
            /// One sentence for people.
            pub fn meaning(self) -> &'static str { match self { $(Self::$variant => $meaning),* } }
            fn kept_when_strict(self) -> bool { match self { $(Self::$variant => $strict),* } }
        }
    };
}

rules! {
    PatchOpCase "patch-op-case" "LEN-1" strict=true: "`op` in any letter case";
    AttributeCase "attribute-case" "LEN-2" strict=true: "attribute names and URNs in any letter case (RFC 7643 §2.1)";
    BooleanString "boolean-string" "LEN-3" strict=false: "\"True\" and \"False\" for a boolean attribute";
    BooleanStringFilter "boolean-string-filter" "LEN-4" strict=false: "a boolean compared with \"True\" or \"False\"";
    ComplexFromString "complex-from-string" "LEN-5" strict=false: "a complex attribute with a `value` given as a plain string";
    SingleFromArray "single-from-array" "LEN-6" strict=false: "a single-valued attribute given as an array of one";
    MultiFromSingle "multi-from-single" "LEN-7" strict=false: "a multi-valued attribute given as one object or string";
    StringFromNumber "string-from-number" "LEN-8" strict=false: "a number where the schema says string";
    CreateFromValueFilter "create-from-value-filter" "LEN-9" strict=false: "add or replace on `attr[type eq \"x\"].sub` creates the element";
    RemoveListedValues "remove-listed-values" "LEN-10" strict=false: "remove with a `value` list removes only the listed elements";
    IgnoreRemoveValue "ignore-remove-value" "LEN-11" strict=true: "remove ignores `value` on a sub-attribute or filtered path";
    DottedKeys "dotted-keys" "LEN-12" strict=false: "keys of a path-less PATCH value may be paths";
    IgnoreStrangers "ignore-strangers" "LEN-13" strict=true: "unknown keys of a body are ignored";
    IgnoreUnknownSchemas "ignore-unknown-schemas" "LEN-15" strict=false: "unknown or missing `schemas`";
    IgnoreUnknownExtensions "ignore-unknown-extensions" "LEN-16" strict=true: "unknown extension objects are ignored";
    BareExtensionAttribute "bare-extension-attribute" "LEN-17" strict=false: "an extension attribute without its URN in a path or filter";
    NullIsUnassigned "null-is-unassigned" "LEN-18" strict=true: "`null` and `[]` unassign (RFC 7643 §2.5)";
    EmptyString "empty-string" "LEN-19" strict=true: "an empty string for an optional attribute";
    RepeatedAdd "repeated-add" "LEN-20" strict=true: "adding what is there already changes nothing";
    UrlLeftovers "url-leftovers" "LEN-21" strict=true: "trailing `/`, `?`, `&` and unknown query parameters";
    AnyAccept "any-accept" "LEN-22" strict=true: "any `Accept` is answered with application/scim+json";
    RoleText "role-text" "LEN-24" strict=true: "roles whose `value` is a JSON text are stored as sent";
    ExtraPatchKeys "extra-patch-keys" "LEN-25" strict=true: "extra keys in a PATCH body or operation are ignored";
    GroupPatchNoContent "group-patch-no-content" "DEC-9" strict=true: "PATCH on a type with members answers 204 unless attributes are asked for";
}

/// The rules in force for one request, and which of them it needed.
#[derive(Debug, Clone)]
pub struct Leniency {
    enabled: u32,
    used: Cell<u32>,
}

impl Leniency {
    /// Every rule: the sensible choice.
    pub fn lenient() -> Self {
        Self::of(|_| true)
    }

    /// Only the rules that no RFC row contradicts.
    pub fn strict() -> Self {
        Self::of(Rule::kept_when_strict)
    }

    fn of(choose: impl Fn(Rule) -> bool) -> Self {
        let enabled = Rule::ALL
            .iter()
            .filter(|rule| choose(**rule))
            .fold(0, |set, rule| set | 1 << *rule as u32);
        Self {
            enabled,
            used: Cell::new(0),
        }
    }

    /// Whether `rule` is in force; asking counts as needing it, so ask only where the strict reading would fail.
    pub fn allows(&self, rule: Rule) -> bool {
        let bit = 1 << rule as u32;
        let allowed = self.enabled & bit != 0;
        if allowed {
            self.used.set(self.used.get() | bit);
        }
        allowed
    }

    /// The rules this request needed so far.
    pub fn used(&self) -> Vec<Rule> {
        let used = self.used.get();
        Rule::ALL
            .iter()
            .copied()
            .filter(|rule| used & 1 << *rule as u32 != 0)
            .collect()
    }
}
