//! What a PATCH comes to.

use super::members::MemberChange;
use crate::Document;
use crate::password::PasswordFate;

/// What a PATCH comes to.
#[derive(Debug, Clone)]
pub struct Patched<'a> {
    /// The new document.
    pub document: Document,
    /// Whether it differs from the old one. An unchanged one must not move `meta.lastModified` or `meta.version`.
    pub changed: bool,
    /// What happens to the password.
    pub password: PasswordFate,
    /// What happens to the edges.
    pub members: Vec<MemberChange<'a>>,
}

impl Patched<'_> {
    /// The same, if no change of its members leans on a schema.
    pub fn detached(self) -> Option<Patched<'static>> {
        let members = self.members.into_iter().map(MemberChange::detached);
        Some(Patched {
            document: self.document,
            changed: self.changed,
            password: self.password,
            members: members.collect::<Option<_>>()?,
        })
    }
}
