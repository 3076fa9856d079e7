//! What a body is for.

use crate::Document;

/// What a body is for.
#[derive(Clone, Copy)]
pub enum Purpose<'s> {
    /// POST: defaults apply.
    Create,
    /// PUT over a stored document.
    Replace(&'s Document),
    /// POST of what was deactivated: as a new one, but what cannot change is kept, and so is an `externalId` that the body
    /// does not have.
    Revive(&'s Document),
}
