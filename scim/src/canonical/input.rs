//! What a body says.

use super::member_ref::MemberRef;
use crate::Document;

/// What a body says, in its parts.
#[derive(Debug, Default)]
pub struct Input {
    /// The canonical document.
    pub document: Document,
    /// The password to set, prepared for hashing.
    pub password: Option<String>,
    /// The members, when the type has any and the body names them.
    pub members: Option<Vec<MemberRef>>,
}
