//! The set of scopes of a credential.

use std::fmt;

/// One scope of a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// GET and HEAD.
    Read,
    /// Changing resources.
    Write,
    /// Changing schemas and resource types, and writing resources that other clients only read.
    Admin,
}

/// The scopes of a credential. They are stored and shown as words separated by spaces, as in OAuth (RFC 6749 §3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scopes(u8);

impl Scope {
    /// Every scope, in the order in which they are shown.
    pub const ALL: [Self; 3] = [Self::Read, Self::Write, Self::Admin];

    /// The scope of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == name)
    }

    /// The scope's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Admin => "admin",
        }
    }

    fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl Scopes {
    /// The scopes of a credential that is granted `scope`. A client that writes also reads, and an administrator does
    /// both.
    pub fn granted_with(scope: Scope) -> Self {
        let granted: &[Scope] = match scope {
            Scope::Read => &[Scope::Read],
            Scope::Write => &[Scope::Read, Scope::Write],
            Scope::Admin => &Scope::ALL,
        };
        granted.iter().copied().collect()
    }

    /// Reads stored scopes. Words that this version does not know are ignored.
    pub fn read(stored: &str) -> Self {
        stored.split(' ').filter_map(Scope::named).collect()
    }

    /// Whether the scope is in the set.
    pub fn has(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// Whether the set is empty.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        let bits = scopes.into_iter().map(Scope::bit);
        Self(bits.fold(0, |all, bit| all | bit))
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let held = Scope::ALL.into_iter().filter(|scope| self.has(*scope));
        let words: Vec<&str> = held.map(Scope::as_str).collect();
        formatter.write_str(&words.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_stored_as_words_and_read_again() {
        for (scope, stored) in [
            (Scope::Read, "read"),
            (Scope::Write, "read write"),
            (Scope::Admin, "read write admin"),
        ] {
            let granted = Scopes::granted_with(scope);
            assert_eq!(granted.to_string(), stored);
            assert_eq!(Scopes::read(stored), granted);
        }
        assert!(Scopes::read("later unknown").is_empty());
        let odd = Scopes::read("write later");
        assert!(odd.has(Scope::Write) && !odd.has(Scope::Read) && !odd.has(Scope::Admin));
    }
}
