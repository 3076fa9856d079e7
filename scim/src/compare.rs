//! Comparison keys: two strings are equal to SCIM if their keys have equal bytes (RFC 7643 §2.2 `caseExact`, RFC 8265).
//!
//! A database stores the key beside the original and compares keys byte by byte, because databases disagree about case:
//! SQLite's `lower` knows ASCII only, PostgreSQL's depends on the locale. A [`Preparation`] says how a key is made. A
//! `caseExact` string is its own key. The key of another string is fully case-folded and NFC. User names follow PRECIS.
//!
//! ```
//! use scim::compare::{Preparation, check_user_name};
//!
//! assert_eq!(Preparation::Folded.key("STRASSE"), Preparation::Folded.key("Straße"));
//! assert_eq!(Preparation::UserName.key("Ada  Lovelace"), "ada lovelace");
//! assert_eq!(Preparation::Exact.key("Ada"), "Ada");
//! assert!(check_user_name("userName", "tab\there").is_err());
//! ```
//!
//! Not supported: rules of a language, such as the Turkish dotless i.

use precis_profiles::precis_core::profile::PrecisFastInvocation;
use precis_profiles::{OpaqueString, UsernameCaseMapped};
use unicode_normalization::UnicodeNormalization;

use super::ScimError;

/// How values of an attribute are prepared before they are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preparation {
    /// `caseExact: true`: as it is.
    Exact,
    /// `caseExact: false`: full Unicode case folding and NFC, no locale.
    Folded,
    /// A user name: PRECIS `UsernameCaseMapped` (RFC 8265 §3.3), each blank-separated part by itself.
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

/// The three mapping steps of `UsernameCaseMapped` (width, lower case, NFC) without its refusals.
fn user_name_mapping(text: &str) -> String {
    let narrow: String = text.chars().map(narrow).collect();
    narrow.to_lowercase().nfc().collect()
}

/// The mapped parts with one blank between them: RFC 8265 §3.1 knows no other separator, so `"ada "` is `"ada"`.
fn user_name_key(text: &str) -> String {
    let parts = text.split(' ').filter(|part| !part.is_empty());
    parts.map(user_name_mapping).collect::<Vec<_>>().join(" ")
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
pub fn check_user_name(attribute: &str, name: &str) -> Result<(), ScimError> {
    if name.trim().is_empty() {
        return Err(ScimError::invalid_value(
            attribute,
            "is required and cannot be blank",
        ));
    }
    for part in name.split(' ').filter(|part| !part.is_empty()) {
        UsernameCaseMapped::enforce(part).map_err(|_| {
            ScimError::invalid_value(
                attribute,
                "holds a character that a user name cannot have (RFC 8265: letters, digits and ASCII symbols)",
            )
        })?;
    }
    Ok(())
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
            assert!(check_user_name("userName", name).is_ok(), "{name:?}");
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
            assert!(check_user_name("userName", name).is_err(), "{name:?}");
        }
        assert!(check_user_name("userName", "Ada Lovelace").is_ok());
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
