//! Comparison keys: two strings are equal to SCIM if their keys have equal bytes (RFC 7643 §2.2 `caseExact`, RFC 8265).
//!
//! A database stores the key beside the original and compares keys byte by byte, because databases disagree about case:
//! SQLite's `lower` knows ASCII only, PostgreSQL's depends on the locale. A [`Preparation`] says how a key is made. A
//! `caseExact` string is its own key. The key of another string is fully case-folded and NFC. User names follow PRECIS.
//!
//! ```
//! use scim::compare::{Preparation, check_user_name};
//! use scim::profile::Leniency;
//!
//! assert_eq!(Preparation::Folded.key("STRASSE"), Preparation::Folded.key("Straße"));
//! assert_eq!(Preparation::UserName.key("Ada  Lovelace"), "ada lovelace");
//! assert_eq!(Preparation::Exact.key("Ada"), "Ada");
//! assert_eq!(Preparation::UserName.key("O’BRIEN"), Preparation::UserName.key("o’brien"));
//! assert!(check_user_name("userName", "tab\there", &Leniency::lenient()).is_err());
//! ```
//!
//! Not supported: rules of a language, such as the Turkish dotless i.

use precis_profiles::precis_core::profile::PrecisFastInvocation;
use precis_profiles::{OpaqueString, UsernameCaseMapped};
use unicode_normalization::UnicodeNormalization;

use super::ScimError;
use super::profile::{Leniency, Rule};

/// How values of an attribute are prepared before they are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preparation {
    /// `caseExact: true`: as it is.
    Exact,
    /// `caseExact: false`: full Unicode case folding and NFC, no locale.
    Folded,
    /// A user name: PRECIS `UsernameCaseMapped` (RFC 8265 §3.3), each blank-separated part by itself; NFKC and full case
    /// folding if it has characters that PRECIS does not allow.
    UserName,
}

impl Preparation {
    /// The comparison key of a value that has passed validation, or of a filter literal.
    ///
    /// Every text has a key, also a literal that PRECIS refuses. Ask [`check_user_name`] before comparing a user name for
    /// equality.
    pub fn key(self, text: &str) -> String {
        #[cfg(test)]
        super::key_count::count_key();
        match self {
            Self::Exact => text.to_owned(),
            // The same for ASCII, and ten times as fast.
            Self::Folded if text.is_ascii() => text.to_ascii_lowercase(),
            Self::Folded => caseless::default_case_fold_str(&text.nfd().collect::<String>())
                .nfc()
                .collect(),
            Self::UserName => user_name_key(text),
        }
    }

    /// The key of a part of a text (`co`, `sw`, `ew`). It is made like [`Preparation::key`], but blanks at its ends count.
    pub fn part_key(self, text: &str) -> String {
        match self {
            Self::UserName => user_name_mapping(text),
            Self::Exact | Self::Folded => self.key(text),
        }
    }
}

/// A part of a user name as it is compared. What PRECIS allows gets the three mapping steps of `UsernameCaseMapped` (width,
/// lower case, NFC). Everything else is folded as far as Unicode can.
fn user_name_mapping(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    if is_precis(text) {
        let narrow: String = text.chars().map(narrow).collect();
        return narrow.to_lowercase().nfc().collect();
    }
    compatibility_fold(text)
}

/// Whether PRECIS allows each part of a user name.
fn is_precis(name: &str) -> bool {
    let mut parts = name.split(' ').filter(|part| !part.is_empty());
    parts.all(|part| UsernameCaseMapped::enforce(part).is_ok())
}

/// NFKC and full case folding, without the characters that nobody sees: `Ada™` and `ADA™` are one name.
fn compatibility_fold(text: &str) -> String {
    let seen: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    let folded = caseless::default_case_fold_str(&seen.nfkd().collect::<String>());
    folded.nfkc().collect()
}

/// Default ignorable code points (Unicode §5.21): joiners, selectors of variants, marks of direction.
fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// The mapped text with one blank between its parts: RFC 8265 §3.1 knows no other separator, so `"ada "` is `"ada"`.
fn user_name_key(text: &str) -> String {
    let mapped = user_name_mapping(text);
    let parts = mapped.split(' ').filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(" ")
}

/// Maps a full-width or half-width form to its plain form; every other character to itself.
fn narrow(character: char) -> char {
    if matches!(character, '\u{ff01}'..='\u{ffef}' | '\u{3000}') {
        let mut plain = std::iter::once(character).nfkc();
        if let (Some(one), None) = (plain.next(), plain.next()) {
            return one;
        }
    }
    character
}

/// Prepares a user name for storage and says why it cannot be one.
///
/// RFC 8265 §3.1 builds a name from parts with single blanks between them. Each part is checked by itself, because the
/// crate's profile knows parts only.
///
/// Names beyond the RFC are a leniency. Control characters, and names of which nothing can be seen, are none.
pub fn check_user_name(attribute: &str, name: &str, leniency: &Leniency) -> Result<(), ScimError> {
    if Preparation::UserName.key(name).is_empty() || name.trim().is_empty() {
        return Err(ScimError::invalid_value(
            attribute,
            "is required and cannot be blank",
        ));
    }
    let is_line = !name
        .chars()
        .any(|c| c.is_control() || "\u{2028}\u{2029}".contains(c));
    if is_precis(name) || (is_line && leniency.allows(Rule::AnyUserName)) {
        return Ok(());
    }
    Err(ScimError::invalid_value(
        attribute,
        "holds a character that a user name cannot have (RFC 8265: letters, digits and ASCII symbols)",
    ))
}

/// Prepares a password for hashing: PRECIS `OpaqueString` (RFC 8265 §4.2).
pub fn prepare_password(attribute: &str, password: &str) -> Result<String, ScimError> {
    OpaqueString::enforce(password)
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| {
            ScimError::invalid_value(
                attribute,
                "is empty, or contains a control or unassigned character",
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn same_user_name(one: &str, other: &str, expected: bool) {
        let key = |text: &str| Preparation::UserName.key(text);
        assert_eq!(key(one) == key(other), expected, "{one:?} {other:?}");
        for name in [one, other] {
            assert!(
                check_user_name("userName", name, &Leniency::rfc()).is_ok(),
                "{name:?}"
            );
            let enforced = UsernameCaseMapped::enforce(name.to_owned()).unwrap();
            assert_eq!(enforced, key(name), "our key is the profile's output");
        }
    }

    /// Rows: I18N-01 I18N-02 I18N-03 I18N-04
    #[test]
    fn user_names_compare_as_precis_says() {
        same_user_name("\u{ff41}lice", "alice", true);
        same_user_name("ÉMILE", "émile", true);
        same_user_name("e\u{301}", "é", true);
        same_user_name("BJensen", "bjensen", true);
        same_user_name("straße", "strasse", false);
        same_user_name("ı", "i", false);
        same_user_name("\u{430}da", "ada", false);
        same_user_name("a#EXT#@t.test", "A#ext#@T.TEST", true);
        let key = |text: &str| Preparation::UserName.key(text);
        assert_eq!(
            key(" ada  Lovelace "),
            key("Ada lovelace"),
            "blanks only separate"
        );
        assert_eq!(Preparation::UserName.part_key("A "), "a ");
    }

    /// Rows: I18N-05 I18N-06 I18N-07
    #[test]
    fn unfit_user_names_are_refused() {
        for name in [
            "",
            "   ",
            "a\u{200b}b",
            "\u{212a}",
            "ﬁ",
            "a\tb",
            "a\u{a0}b",
            "😀",
            "a\u{5d0}",
        ] {
            assert!(
                check_user_name("userName", name, &Leniency::rfc()).is_err(),
                "{name:?}"
            );
        }
        assert!(check_user_name("userName", "Ada Lovelace", &Leniency::rfc()).is_ok());
    }

    /// Rows: LEN-30
    #[test]
    fn names_beyond_precis_have_one_key_for_all_their_spellings() {
        let key = |text: &str| Preparation::UserName.key(text);
        for (one, other) in [
            ("O’Brien", "o’BRIEN"),
            ("Ada™", "ada™"),
            ("Zoë — 😀", "ZOE\u{308} — 😀"),
            ("Straße™", "STRASSE™"),
            ("a\u{200b}b", "ab"),
            ("ﬁ", "fi"),
            ("a\u{a0}b", "a b"),
        ] {
            assert_eq!(key(one), key(other));
            let leniency = Leniency::lenient();
            assert!(
                check_user_name("userName", one, &leniency).is_ok(),
                "{one:?}"
            );
            assert_eq!(leniency.used().collect::<Vec<_>>(), [Rule::AnyUserName]);
        }
        assert_ne!(key("O’Brien"), key("O'Brien"));
        for name in ["", " ", "\u{200b}", "a\tb", "a\u{2028}b", "a\u{85}b"] {
            assert!(
                check_user_name("userName", name, &Leniency::lenient()).is_err(),
                "{name:?}"
            );
        }
    }

    /// Rows: I18N-11
    #[test]
    fn other_strings_fold_in_full() {
        let key = |text: &str| Preparation::Folded.key(text);
        assert_eq!(key("STRASSE"), key("Straße"));
        assert_eq!(key("Ångström"), key("A\u{30a}NGSTRÖM"));
        assert_ne!(key("a"), key("b"));
        assert_eq!(Preparation::Exact.key("aB"), "aB");
    }
}
