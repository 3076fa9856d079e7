//! What authentication keeps between requests.

use super::jwt::KeyRing;
use super::memory::Memory;
use super::uses::Uses;

/// What authentication keeps between requests.
#[derive(Clone, Default)]
pub struct Keeper {
    /// The credentials that were used last.
    pub(super) memory: Memory,
    /// The keys of issuers of JWTs.
    pub(super) ring: KeyRing,
    /// Writes of last uses in progress.
    pub(super) uses: Uses,
}
