//! Finds the tenant and the caller from the `Authorization` header.

use super::presented::Presented;
use super::refusal::{Cause, Refusal};
use super::scheme::Scheme;
use super::uses::Uses;
use crate::service::{self, Caller, Scopes, Service, Settings};
use crate::store::{Candidate, Credential, Tenant};

/// A request that is let in.
#[derive(Debug, Clone)]
pub struct Admitted {
    /// The tenant that the credential belongs to.
    pub tenant: Tenant,
    /// Its settings.
    pub settings: Settings,
    /// The credential and its scopes.
    pub caller: Caller,
    /// How the token was sent.
    pub scheme: Scheme,
}

/// Finds the caller of a request from its `Authorization` headers.
///
/// The credential is read at every request, so that a revocation or a change of settings counts at once, on every
/// instance.
///
/// Errors: 401 (no token, a wrong or an expired one), 400 (two headers), 503.
pub async fn authenticate(
    service: &Service,
    uses: &Uses,
    headers: &[&str],
) -> Result<Admitted, Refusal> {
    let Presented { scheme, token } = Presented::parse(headers)?;
    let candidates = service::candidates(service, &token).await?;
    let found = candidates
        .into_iter()
        .find(|candidate| token.matches(&candidate.secret_hash));
    let refused = |cause: Cause| scheme.refusal(cause).of_key(&token.key_id());
    let candidate = found.ok_or_else(|| refused(Cause::Unknown))?;
    let settings = Settings::read(&candidate.tenant.settings);
    // This check comes first: where the tenant does not accept the scheme, the answer tells nothing about the token.
    if !scheme.is_accepted(&settings) {
        return Err(refused(Cause::Scheme));
    }
    let now_ms = service.clock.now_ms();
    check_validity(&candidate, scheme, now_ms)
        .map_err(|refusal| refusal.of_key(&candidate.credential.key_id))?;
    let Candidate {
        tenant, credential, ..
    } = candidate;
    let scopes = Scopes::read(&credential.scopes);
    remember_use(service, uses, &tenant, &credential, now_ms);
    Ok(Admitted {
        tenant,
        settings,
        caller: Caller {
            key_id: credential.key_id,
            scopes,
            resource_id: credential.resource_id,
        },
        scheme,
    })
}

/// Whether the credential is still good.
fn check_validity(candidate: &Candidate, scheme: Scheme, now_ms: i64) -> Result<(), Refusal> {
    let credential = &candidate.credential;
    let has_expired = credential
        .expires_ms
        .is_some_and(|expires_ms| expires_ms <= now_ms);
    if candidate.is_revoked {
        return Err(scheme.refusal(Cause::Revoked));
    }
    match scheme {
        Scheme::Bearer if has_expired => {
            let detail = "the token has expired; create a new one";
            Err(Refusal::invalid(Cause::Expired, detail))
        }
        Scheme::Basic | Scheme::Bare if has_expired => Err(scheme.refusal(Cause::Expired)),
        _ if Scopes::read(&credential.scopes).is_empty() => {
            let detail = "the token's scope is not known";
            Err(Refusal::invalid(Cause::Scopes, detail))
        }
        _ => Ok(()),
    }
}

/// Writes the time of last use now and then. The write runs beside the request, so no request waits for it. One write
/// at a time is enough.
fn remember_use(
    service: &Service,
    uses: &Uses,
    tenant: &Tenant,
    credential: &Credential,
    now_ms: i64,
) {
    if !service::is_use_due(credential, now_ms) {
        return;
    }
    let Some(turn) = uses.begin(tenant.id, &credential.key_id) else {
        return;
    };
    let (service, tenant, key_id) = (service.clone(), tenant.id, credential.key_id.clone());
    tokio::spawn(async move {
        let _turn = turn;
        let done = service::remember_use(&service, tenant, key_id, now_ms).await;
        if done.is_err() {
            log::debug!("the time of last use of a credential was not written");
        }
    });
}
