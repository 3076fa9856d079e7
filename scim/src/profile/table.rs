//! Every rule that a profile switches, in one table.
//!
//! A leniency departs from the letter of the RFCs because real clients need it. It is here only if no correct request has
//! another meaning in its place, or if schema and stored data leave one reading. A choice decides something that the
//! standard leaves open, or that the interoperability profile (a draft) decides against it. Choices are not reported.

/// Declares the rules: variant, wire name, source, class, the state in each profile, what it does.
macro_rules! rules {
    ($($variant:ident $name:literal $source:literal $class:ident [$default:ident $rfc:ident $okta:ident $entra:ident $interop:ident]
        $meaning:literal;)*) => {
        /// Something that a profile switches on or off.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Rule { $(#[doc = $meaning] $variant),* }

        impl Rule {
            /// Every rule, in the order of the table.
            pub const ALL: &'static [Rule] = &[$(Rule::$variant),*];
            /// The rule's name in settings, headers and metrics.
            pub fn name(self) -> &'static str { match self { $(Self::$variant => $name),* } }
            /// Where the rule comes from: its number among the habits of clients, or the standard.
            pub fn source(self) -> &'static str { match self { $(Self::$variant => $source),* } }
            /// One sentence for people.
            pub fn meaning(self) -> &'static str { match self { $(Self::$variant => $meaning),* } }
            /// Whether it accepts what the letter of the standard does not.
            pub fn is_leniency(self) -> bool { matches!(match self { $(Self::$variant => Class::$class),* }, Class::Leniency) }
            /// Its state in the profiles `default`, `rfc`, `okta`, `entra` and `interop`.
            pub(super) fn states(self) -> [bool; 5] {
                match self { $(Self::$variant => [state!($default), state!($rfc), state!($okta), state!($entra), state!($interop)]),* }
            }
        }
    };
}

macro_rules! state {
    (on) => {
        true
    };
    (off) => {
        false
    };
}

enum Class {
    Leniency,
    Choice,
}

// `okta` and `entra` keep what is safe for every client. Some readings need schema or data to be sure: these profiles keep
// the ones that their client is known to need. `rfc` keeps only what no line of the standard contradicts. So does
// `interop`, which follows the draft where the draft contradicts the standard.
rules! {
    //                                                                          default rfc okta entra interop
    PatchOpCase "patch-op-case" "LEN-1" Leniency                                [on  on  on  on  on ] "`op` in any letter case: \"Replace\"";
    BooleanString "boolean-string" "LEN-3" Leniency                             [on  off off on  off] "\"True\" and \"False\" for a boolean attribute";
    BooleanStringFilter "boolean-string-filter" "LEN-4" Leniency                [on  off off on  off] "a boolean compared with \"True\" or \"False\" in a filter";
    ComplexFromString "complex-from-string" "LEN-5" Leniency                    [on  off off on  off] "a complex attribute that has a `value` given as a plain string";
    SingleFromArray "single-from-array" "LEN-6" Leniency                        [on  off on  on  off] "a single-valued attribute given as an array of one";
    MultiFromSingle "multi-from-single" "LEN-7" Leniency                        [on  off off on  off] "a multi-valued attribute given as one object or string";
    StringFromNumber "string-from-number" "LEN-8" Leniency                      [on  off on  off off] "a number where the schema says string is kept as its text";
    CreateFromValueFilter "create-from-value-filter" "LEN-9" Leniency           [on  off on  on  off] "add or replace on `attr[type eq \"x\"].sub` creates the element that is not there";
    RemoveListedValues "remove-listed-values" "LEN-10" Leniency                 [on  off off on  off] "remove with a `value` list removes only the listed values";
    IgnoreRemoveValue "ignore-remove-value" "LEN-11" Leniency                   [on  on  on  on  on ] "remove ignores a `value` where the path alone says what goes: one value, a sub-attribute, or a filter";
    DottedKeys "dotted-keys" "LEN-12" Leniency                                  [on  off off on  off] "keys may be paths: \"name.givenName\" in a PATCH value without path, an attribute's full name with its URN in any body";
    IgnoreStrangers "ignore-strangers" "LEN-13" Leniency                        [on  on  on  on  off] "unknown attributes of a body are ignored";
    IgnoreUnknownPaths "ignore-unknown-paths" "LEN-14" Leniency                 [off off off off off] "PATCH operations on attributes that no schema defines are skipped";
    IgnoreUnknownSchemas "ignore-unknown-schemas" "LEN-15" Leniency             [on  off off on  off] "unknown URNs in `schemas` are ignored, and `schemas` may be missing";
    IgnoreUnknownExtensions "ignore-unknown-extensions" "LEN-16" Leniency       [on  on  on  on  off] "unknown extension objects of a body are ignored";
    FormerUrns "former-urns" "OL-2" Leniency                                    [on  off off off off] "the enterprise extension in a body under its URN of SCIM 1.1";
    BareExtensionAttribute "bare-extension-attribute" "LEN-17" Leniency         [on  off off on  off] "an extension attribute without its URN in a path or filter";
    AnyAccept "any-accept" "LEN-22" Leniency                                    [on  on  on  on  on ] "an `Accept` without any JSON type is answered with application/scim+json";
    ExtraKeys "extra-keys" "LEN-25" Leniency                                   [on  on  on  on  off] "unknown keys of a PATCH, Bulk or search message or of its operations are ignored";
    FormerNames "former-names" "LEN-27" Leniency                                [on  off on  on  off] "`manager.managerId`, as SCIM 1.1 called `manager.value`, in bodies, paths and filters";
    SearchNumberText "search-number-text" "LEN-28" Leniency                     [on  off on  on  off] "a number of a search message given as text: \"count\": \"2\"";
    AnyContentType "any-content-type" "LEN-29" Leniency                         [off off off off off] "a body is read as JSON, whatever its Content-Type";
    AnyUserName "any-user-name" "LEN-30" Leniency                               [on  off on  on  off] "user names with characters beyond RFC 8265, such as a typographic apostrophe or an emoji";
    AnyFormat "any-format" "LEN-31" Leniency                                    [on  off on  on  off] "URIs, languages, countries, time zones and certificates are kept as sent, whatever their form; blanks alone are no value";
    EmptyFilter "empty-filter" "LEN-32" Leniency                                [on  off on  on  off] "an empty `filter` is no filter";
    ParameterCase "parameter-case" "LEN-32" Leniency                            [on  off on  on  off] "names of query parameters in any letter case: `Filter=`";
    PutKeepsMembers "put-keeps-members" "LEN-33" Leniency                       [off off off off off] "a PUT without `members` keeps the members of the group";
    IgnoreUnknownMembers "ignore-unknown-members" "DEC-6" Leniency              [off off off off off] "members that do not exist are left out";
    BareToken "bare-token" "GEN-24" Leniency                                    [off off on  off off] "a token without the word Bearer before it: `Authorization: <token>`";
    BasicCredentials "basic-credentials" "GEN-24" Choice                        [off off on  off off] "HTTP Basic with any user name and a token as the password";
    HidePagination "hide-pagination" "LEN-34" Choice                            [off off off off off] "/ServiceProviderConfig leaves out `pagination` (RFC 9865), which some clients do not know";
    GroupPatchNoContent "group-patch-no-content" "DEC-9" Choice                 [on  off on  on  off] "PATCH of a resource with members answers 204 unless attributes are asked for";
    PathlessPatch "pathless-patch" "RFC 7644 §3.5.2" Choice                     [on  on  on  on  off] "PATCH operations without path, whose value is an object of attributes";
    MergeComplex "merge-complex" "RFC 7644 §3.5.2.3" Choice                     [on  on  on  on  off] "replace of a complex attribute keeps the sub-attributes that it does not name";
    WholeElementPaths "whole-element-paths" "RFC 7644 §3.5.2" Choice            [on  on  on  on  off] "PATCH paths that end in a filter: `emails[type eq \"work\"]`";
    ManyElementPaths "many-element-paths" "RFC 7644 §3.5.2" Choice              [on  on  on  on  off] "a filter in a PATCH path may pick several values; all are changed";
}

impl Rule {
    /// The rule of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|rule| rule.name() == name)
    }
}

/// What every profile does, because the standard says so or does not forbid it: source and meaning.
pub const ALWAYS: [(&str, &str); 8] = [
    (
        "LEN-2",
        "attribute names and URNs in any letter case (RFC 7643 §2.1)",
    ),
    (
        "LEN-18",
        "`null` and `[]` mean that an attribute has no value (RFC 7643 §2.5)",
    ),
    ("LEN-19", "`\"\"` for an optional string is kept as sent"),
    (
        "LEN-20",
        "adding what is there already changes nothing (RFC 7644 §3.5.2.1)",
    ),
    (
        "LEN-21",
        "trailing `/`, `?` and `&` and unknown query parameters are ignored",
    ),
    (
        "LEN-24",
        "a role whose `value` is a JSON text is stored as that text",
    ),
    (
        "LEN-26",
        "an element without any value is no element: `[{}]` is `[]` (RFC 7643 §2.5)",
    ),
    (
        "LEN-23",
        "an unquoted string in a filter is refused (RFC 7644 §3.4.2.2)",
    ),
];
