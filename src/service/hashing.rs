//! Hashes passwords (argon2id) off the request threads, a limited number at a time.

use std::sync::Arc;
use std::time::Duration;

use argon2::Argon2;
use argon2::password_hash::PasswordHasher as _;
use tokio::sync::{AcquireError, Semaphore};

use crate::store::{Shares, StoreError, TenantId};

/// How long a request waits for its turn to hash.
const TURN_TIMEOUT: Duration = Duration::from_secs(2);

/// Hashes passwords.
#[derive(Clone)]
pub(super) struct Hasher {
    turns: Arc<Semaphore>,
    /// Each tenant's part of them.
    tenants: Shares,
    turn_timeout: Duration,
}

/// A password and its hash, made before the transaction that may need it.
#[derive(Clone)]
pub(super) struct Hashed {
    password: String,
    hash: String,
}

impl Hasher {
    /// Allows at most `parallel` hashes at a time.
    pub(super) fn new(parallel: usize) -> Self {
        Self {
            turns: Arc::new(Semaphore::new(parallel.max(1))),
            // A tenant that sends many passwords waits for itself, and leaves a turn to the others.
            tenants: Shares::of(parallel.saturating_sub(1)),
            turn_timeout: TURN_TIMEOUT,
        }
    }

    /// Hashes a prepared password. `None` without a password.
    ///
    /// Errors: 503 when no turn comes in time.
    pub(super) async fn hash(
        &self,
        tenant: TenantId,
        password: Option<String>,
    ) -> Result<Option<Hashed>, StoreError> {
        let Some(password) = password else {
            return Ok(None);
        };
        let (own, all) = (self.tenants.share(tenant), Arc::clone(&self.turns));
        let turn = async {
            let own = own.acquire_owned().await?;
            Ok::<_, AcquireError>((own, all.acquire_owned().await?))
        };
        let Ok(Ok(turn)) = tokio::time::timeout(self.turn_timeout, turn).await else {
            return Err(StoreError::Unavailable(
                "too many passwords are being hashed",
            ));
        };
        let work = move || {
            let _turn = turn;
            hash(&password).map(|hash| Some(Hashed { password, hash }))
        };
        tokio::task::spawn_blocking(work)
            .await
            .unwrap_or_else(|_| Err(internal()))
    }
}

/// The hash of `password`. It takes the one that was made ahead if that is for the same password.
pub(super) fn hash_of(password: &str, ahead: Option<&Hashed>) -> Result<String, StoreError> {
    match ahead {
        Some(hashed) if hashed.password == password => Ok(hashed.hash.clone()),
        _ => hash(password),
    }
}

/// argon2id with the crate's parameters: 19 MiB, two passes, one lane.
fn hash(password: &str) -> Result<String, StoreError> {
    match Argon2::default().hash_password(password.as_bytes()) {
        Ok(hash) => Ok(hash.to_string()),
        Err(_) => Err(internal()),
    }
}

fn internal() -> StoreError {
    StoreError::Fault("a password could not be hashed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_waits_for_a_turn_without_end() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        let hasher = Hasher {
            turn_timeout: Duration::ZERO,
            ..Hasher::new(1)
        };
        let hash = || runtime.block_on(hasher.hash(TenantId(1), Some("secret".into())));
        let turn = hasher.turns.try_acquire().unwrap();
        let refused = hash().err();
        assert!(
            matches!(
                refused,
                Some(StoreError::Unavailable(reason)) if reason.contains("passwords")
            ),
            "{refused:?}"
        );
        drop(turn);
        assert!(hash().is_ok_and(|hashed| hashed.is_some()));
    }

    #[test]
    fn no_tenant_takes_all_turns() {
        let hasher = Hasher::new(4);
        let own: Vec<_> = (0..8)
            .map_while(|_| hasher.tenants.share(TenantId(1)).try_acquire_owned().ok())
            .collect();
        assert_eq!(own.len(), 3);
        assert!(
            hasher
                .tenants
                .share(TenantId(2))
                .try_acquire_owned()
                .is_ok()
        );
    }
}
