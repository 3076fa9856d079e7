//! Remembers the credentials that were used last.
//!
//! A request of a remembered credential begins without reading it. Its first statement then proves that the credential and
//! its tenant are still as they are remembered ([`Admission`](crate::service::Admission)).

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lru::LruCache;

use crate::service::{Networks, Scopes, Settings, Token};
use crate::store::Candidate;

/// Most credentials in memory.
const CREDENTIALS_MAX: NonZeroUsize = NonZeroUsize::MIN.saturating_add(9_999);

/// A credential as it was read, with its tenant.
#[derive(Debug, Clone)]
pub(super) struct Known {
    /// The hash of the token.
    pub(super) token_hash: String,
    /// What the token allows.
    pub(super) scopes: Scopes,
    /// The user that a JWT stands for.
    pub(super) user: Option<String>,
    /// When a JWT ends.
    pub(super) ends_ms: Option<i64>,
    /// Until when a JWT need not be checked again. Its issuer may have taken back the key.
    pub(super) checked_until_ms: Option<i64>,
    pub(super) candidate: Candidate,
    pub(super) settings: Settings,
    /// Where it may be used from. `None`: nobody can tell.
    pub(super) networks: Option<Networks>,
}

/// The credentials that were used last, by the hash of their token. Tokens themselves are not kept.
#[derive(Clone)]
pub(super) struct Memory(Arc<Mutex<LruCache<String, Arc<Known>>>>);

impl Default for Memory {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(LruCache::new(CREDENTIALS_MAX))))
    }
}

impl Memory {
    pub(super) fn of(&self, token: &Token) -> Option<Arc<Known>> {
        self.known().get(&token.hash()).cloned()
    }

    pub(super) fn remember(&self, known: &Arc<Known>) {
        let hash = known.token_hash.clone();
        self.known().put(hash, Arc::clone(known));
    }

    pub(super) fn forget(&self, token: &Token) {
        self.known().pop(&token.hash());
    }

    /// Notes the time of the last use, which this process has written.
    pub(super) fn used(&self, token_hash: &str, now_ms: i64) {
        if let Some(known) = self.known().get_mut(token_hash) {
            let mut used = Known::clone(known);
            used.candidate.credential.last_used_ms = Some(now_ms);
            *known = Arc::new(used);
        }
    }

    fn known(&self) -> MutexGuard<'_, LruCache<String, Arc<Known>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
