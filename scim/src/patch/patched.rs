//! What a PATCH comes to.

use super::members::MemberChange;
use crate::Document;
use crate::password::PasswordFate;

/// What a PATCH comes to.
#[derive(Debug)]
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
