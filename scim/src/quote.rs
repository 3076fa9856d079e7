//! How an error quotes what a client sent.

use std::fmt;

/// Most characters of the client's that an error quotes.
pub const QUOTED_MAX: usize = 200;

/// A text of the client's in quotation marks. Of a long one, only the beginning is shown: an error that repeats kilobytes
/// hides what it says, and fills logs.
///
/// ```
/// use scim::quote::quoted;
///
/// assert_eq!(quoted("shoeSize").to_string(), "\"shoeSize\"");
/// assert_eq!(quoted(&"x".repeat(5_000)).to_string().chars().count(), 203);
/// ```
pub fn quoted(text: &str) -> Quoted<'_> {
    quoted_to(text, QUOTED_MAX)
}

/// As [`quoted()`], with at most `most` characters: where an error quotes several texts.
pub fn quoted_to(text: &str, most: usize) -> Quoted<'_> {
    Quoted { text, most }
}

/// See [`quoted()`].
#[derive(Debug, Clone, Copy)]
pub struct Quoted<'t> {
    text: &'t str,
    most: usize,
}

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.text.char_indices().nth(self.most) {
            Some((end, _)) => write!(formatter, "\"{}…\"", &self.text[..end]),
            None => write!(formatter, "\"{}\"", self.text),
        }
    }
}
