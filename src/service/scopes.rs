//! The set of scopes of a credential.

use std::fmt;

use scim::resource_type::ResourceType;

/// One scope of a credential: what it may do, or which resources it is limited to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// GET and HEAD.
    Read,
    /// Changing resources.
    Write,
    /// Changing schemas and resource types, and writing resources that other clients only read.
    Admin,
    /// Users and nothing else, but for what `groups` adds.
    Users,
    /// Groups and nothing else, but for what `users` adds.
    Groups,
}

/// The scopes of a credential. They are stored and shown as words separated by spaces, as in OAuth (RFC 6749 §3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scopes(u8);

impl Scope {
    /// Every scope, in the order in which they are shown.
    pub const ALL: [Self; 5] = [
        Self::Read,
        Self::Write,
        Self::Admin,
        Self::Users,
        Self::Groups,
    ];

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
            Self::Users => "users",
            Self::Groups => "groups",
        }
    }

    /// The scope that limits a credential to resources of this type. Types of a tenant's own have none.
    pub fn of_type(resource_type: &str) -> Option<Self> {
        match resource_type {
            ResourceType::USER => Some(Self::Users),
            ResourceType::GROUP => Some(Self::Groups),
            _ => None,
        }
    }

    fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl Scopes {
    /// The scopes of a credential that is granted these. A client that writes also reads, and an administrator does both.
    ///
    /// Errors: a sentence. They allow nothing, or contradict each other.
    pub fn granted(scopes: &[Scope]) -> Result<Self, String> {
        let granted: Self = scopes.iter().copied().collect();
        if granted.has(Scope::Admin) && granted.is_limited() {
            return Err(
                "the scope admin is not limited to users or groups; leave one of them out"
                    .to_owned(),
            );
        }
        let granted = granted.completed();
        if !granted.has(Scope::Read) {
            return Err(format!(
                "the scope {granted} says what the token is limited to, but not what it may do; add read or write, as in read,{}",
                granted.to_string().replace(' ', ",")
            ));
        }
        Ok(granted)
    }

    /// Reads stored scopes. A word that this version does not know may be a limit, so nothing is allowed then.
    pub fn read(stored: &str) -> Self {
        let scopes = stored.split(' ').map(Scope::named);
        scopes.collect::<Option<_>>().unwrap_or_default()
    }

    /// Whether the scope is in the set.
    pub fn has(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// Whether the set is empty.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether there is nothing that it allows, but for limits.
    pub fn allow_nothing(self) -> bool {
        self.without_limits().is_empty()
    }

    /// Whether only users or groups are reached.
    pub fn is_limited(self) -> bool {
        self.has(Scope::Users) || self.has(Scope::Groups)
    }

    /// Whether resources of this type are reached.
    pub fn reach(self, resource_type: &str) -> bool {
        !self.is_limited() || Scope::of_type(resource_type).is_some_and(|scope| self.has(scope))
    }

    /// The part of these scopes that `asked` has as well. Limits of both hold; where they have nothing in common, nothing is left.
    #[must_use]
    pub fn within(self, asked: Self) -> Self {
        let access = Self(self.0 & asked.completed().0).without_limits();
        let limits = match (self.is_limited(), asked.is_limited()) {
            (true, true) => self.0 & asked.0,
            (true, false) => self.0,
            (false, _) => asked.0,
        };
        let limits = Self(limits & !Self(limits).without_limits().0);
        match (self.is_limited() || asked.is_limited()) && limits.is_empty() {
            true => Self::default(),
            false => Self(access.0 | limits.0),
        }
    }

    /// With what a scope brings along: a client that writes also reads, and an administrator does both.
    fn completed(self) -> Self {
        match (self.has(Scope::Admin), self.has(Scope::Write)) {
            (true, _) => self.with(Scope::Write).with(Scope::Read),
            (false, true) => self.with(Scope::Read),
            (false, false) => self,
        }
    }

    fn without_limits(self) -> Self {
        Self(self.0 & !Scope::Users.bit() & !Scope::Groups.bit())
    }

    fn with(self, scope: Scope) -> Self {
        Self(self.0 | scope.bit())
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        scopes.into_iter().fold(Self::default(), Self::with)
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
        for (scopes, stored) in [
            (&[Scope::Read] as &[Scope], "read"),
            (&[Scope::Write], "read write"),
            (&[Scope::Admin], "read write admin"),
            (&[Scope::Groups, Scope::Read], "read groups"),
            (
                &[Scope::Write, Scope::Users, Scope::Groups],
                "read write users groups",
            ),
        ] {
            let granted = Scopes::granted(scopes).unwrap();
            assert_eq!(granted.to_string(), stored);
            assert_eq!(Scopes::read(stored), granted);
        }
        assert!(Scopes::read("later unknown").is_empty() && Scopes::read("").is_empty());
        assert!(Scopes::read("read write later").is_empty());
    }

    #[test]
    fn what_allows_nothing_or_contradicts_itself_is_not_granted() {
        for scopes in [
            &[] as &[Scope],
            &[Scope::Users],
            &[Scope::Groups, Scope::Users],
            &[Scope::Admin, Scope::Groups],
        ] {
            assert!(Scopes::granted(scopes).is_err(), "{scopes:?}");
        }
    }

    #[test]
    fn what_is_asked_for_is_given_within_what_is_granted() {
        for (granted, asked, given) in [
            ("read write", "read", "read"),
            ("read write", "admin", "read write"),
            ("read write admin", "admin", "read write admin"),
            ("read", "write", "read"),
            ("read write", "write users", "read write users"),
            ("read write groups", "write", "read write groups"),
            ("read write groups", "write users", ""),
            ("read users groups", "read users", "read users"),
            ("read write", "users", "users"),
            ("read write", "", ""),
        ] {
            let scopes =
                Scopes::read(granted).within(asked.split(' ').filter_map(Scope::named).collect());
            assert_eq!(scopes.to_string(), given, "{granted} within {asked}");
        }
    }

    #[test]
    fn a_limit_leaves_out_everything_else() {
        let reached = |stored: &str| {
            let scopes = Scopes::read(stored);
            ["User", "Group", "Device"].map(|name| scopes.reach(name))
        };
        assert_eq!(reached("read write"), [true, true, true]);
        assert_eq!(reached("read users"), [true, false, false]);
        assert_eq!(reached("read groups"), [false, true, false]);
        assert_eq!(reached("read users groups"), [true, true, false]);
    }
}
