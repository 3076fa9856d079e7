//! What a body is for.

use crate::Document;

/// What a body is for.
#[derive(Clone, Copy)]
pub enum Purpose<'s> {
    /// POST. Defaults apply.
    Create,
    /// PUT over a stored document.
    Replace(&'s Document),
    /// POST of a deactivated resource. It is like a new one, but immutable attributes keep their values. So does
    /// `externalId` when the body has none.
    Revive(&'s Document),
}
