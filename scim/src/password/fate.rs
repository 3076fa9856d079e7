//! What a change does to the password.

/// What a change does to the stored password.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum PasswordFate {
    /// It stays.
    #[default]
    Keep,
    /// The resource has none afterwards.
    Clear,
    /// It becomes this one: the text is prepared for hashing, not hashed.
    Set(String),
}
