//! Slugs: the names of tenants in paths and commands.

/// Longest slug, in bytes.
const BYTES_MAX: usize = 63;

/// The name of a tenant in paths and commands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slug(String);

impl Slug {
    /// Checks a slug.
    ///
    /// Errors: a sentence with the rules for slugs.
    pub fn parse(text: &str) -> Result<Self, String> {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        // A slug that begins with a hyphen looks like an option to every command.
        let fits = text.bytes().all(fits) && !text.starts_with('-');
        if text.is_empty() || text.len() > BYTES_MAX || !fits {
            return Err(format!(
                "\"{text}\" is not a tenant slug; use 1 to {BYTES_MAX} lower-case letters, digits and -, but no - at the beginning"
            ));
        }
        Ok(Self(text.to_owned()))
    }

    /// The slug's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_stand_in_paths_as_they_are() {
        assert!(Slug::parse("acme-2").is_ok() && Slug::parse(&"a".repeat(63)).is_ok());
        for wrong in ["", "-a", "Acme", "a b", "a/b", "ä", &"a".repeat(64)] {
            assert!(Slug::parse(wrong).is_err(), "{wrong}");
        }
    }
}
