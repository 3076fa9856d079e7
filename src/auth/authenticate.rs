//! From the `Authorization` header to a tenant and a scope.

use super::presented::{Presented, Scheme};
use super::{Scope, Uses};
use scim::ScimError;
use crate::service::Principal;
use crate::store::{Authenticated, Credential, Store, StoreError, Tenant};

/// How old the remembered time of last use may get.
const LAST_USED_GRAIN_MS: i64 = 60_000;

/// A caller who is who they say.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The tenant of the credential.
    pub tenant: Tenant,
    /// What it allows.
    pub scope: Scope,
    /// The credential's own name, and whom it stands for.
    pub principal: Principal,
    /// How the token was sent.
    pub scheme: Scheme,
}

/// Finds the caller of a request from its `Authorization` headers.
///
/// The credential is read at every request, so that a revocation or a change of settings counts at once, on every
/// instance.
///
/// Errors: 401 (no token, wrong or expired one), 400 (two headers), 503.
pub async fn authenticate(
    store: &Store,
    uses: &Uses,
    headers: &[&str],
    now_ms: i64,
) -> Result<Identity, StoreError> {
    let Presented { scheme, token } = Presented::parse(headers)?;
    let key_id = token.key_id();
    let candidates = store
        .look_up(move |connection| Authenticated::candidates(connection, &key_id))
        .await?;
    let found = candidates
        .into_iter()
        .find(|candidate| token.matches(&candidate.secret_hash));
    let Authenticated {
        tenant, credential, ..
    } = found.ok_or_else(|| scheme.refusal())?;
    if credential
        .expires_ms
        .is_some_and(|expires_ms| expires_ms <= now_ms)
    {
        return Err(match scheme {
            Scheme::Bearer => refused("the token has expired; create a new one"),
            Scheme::Basic | Scheme::Bare => scheme.refusal(),
        }
        .into());
    }
    let scope =
        Scope::parse(&credential.scope).ok_or_else(|| refused("the token's scope is not known"))?;
    remember_use(store, uses, &tenant, &credential, now_ms);
    let principal = Principal {
        key_id: credential.key_id,
        resource_id: credential.resource_id,
        is_admin: scope == Scope::Admin,
    };
    Ok(Identity {
        tenant,
        scope,
        principal,
        scheme,
    })
}

pub(super) fn refused(detail: &'static str) -> ScimError {
    ScimError::Unauthenticated {
        detail,
        invalid_token: true,
    }
}

/// Writes the time of last use, now and then and beside the request: nobody waits for it, and one write at a time is enough.
fn remember_use(store: &Store, uses: &Uses, tenant: &Tenant, credential: &Credential, now_ms: i64) {
    if credential
        .last_used_ms
        .is_some_and(|last| now_ms - last < LAST_USED_GRAIN_MS)
    {
        return;
    }
    let Some(turn) = uses.begin(tenant.id, &credential.key_id) else {
        return;
    };
    let (store, tenant, key_id) = (store.clone(), tenant.id, credential.key_id.clone());
    tokio::spawn(async move {
        let _turn = turn;
        let used = store.anywhere(true, move |connection| {
            Credential::used(connection, tenant, &key_id, now_ms, LAST_USED_GRAIN_MS)
        });
        if used.await.is_err() {
            log::debug!("the time of last use of a credential was not written");
        }
    });
}
