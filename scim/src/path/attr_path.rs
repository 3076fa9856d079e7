//! An attribute path as the client wrote it.

use std::fmt;

/// An attribute path as the client wrote it. Its grammar is checked.
///
/// It is kept as text. Only the schemas tell where the URN ends, because a URN has colons and dots of its own
/// (`urn:…:enterprise:2.0:User:manager.value`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttrPath(String);

impl AttrPath {
    /// Checks the grammar: the part behind the last colon is a name with at most one sub-attribute.
    pub fn parse(text: &str) -> Option<Self> {
        let local = text.rsplit(':').next()?;
        let mut names = local.split('.');
        let sound = names.next().is_some_and(is_name)
            && names.next().is_none_or(is_name)
            && names.next().is_none()
            && !text.starts_with(':');
        sound.then(|| Self(text.to_owned()))
    }

    /// The path as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AttrPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// `ATTRNAME = ALPHA *(nameChar)`, with the leading `$` that `$ref` needs.
fn is_name(text: &str) -> bool {
    let mut characters = text.chars();
    characters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '$')
        && characters.all(|c| c.is_ascii_alphanumeric() || "$-_".contains(c))
}
