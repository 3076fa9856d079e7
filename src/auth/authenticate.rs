//! Finds the tenant and the caller from the `Authorization` header.

use super::presented::Presented;
use super::refusal::{Cause, Refusal};
use super::scheme::Scheme;
use super::uses::Uses;
use crate::service::{self, Caller, Scopes, Service, Settings, TenantId, Token};
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
    let admitted = admit(service, uses, scheme, &token).await;
    admitted.map_err(|refusal| refusal.of_key(&token.key_id()))
}

async fn admit(
    service: &Service,
    uses: &Uses,
    scheme: Scheme,
    token: &Token,
) -> Result<Admitted, Refusal> {
    let candidates = service::candidates(service, token.key_id()).await?;
    let found = candidates
        .into_iter()
        .find(|candidate| token.matches(&candidate.secret_hash));
    let found = found.ok_or_else(|| scheme.refusal(Cause::Unknown))?;
    let settings = Settings::read(&found.tenant.settings);
    // This check comes first: where the tenant does not accept the scheme, the answer tells nothing about the token.
    if !scheme.is_accepted(&settings) {
        return Err(scheme.refusal(Cause::Scheme));
    }
    let now_ms = service.clock.now_ms();
    check_validity(&found, scheme, now_ms)?;
    let Candidate {
        tenant, credential, ..
    } = found;
    let scopes = Scopes::read(&credential.scopes);
    if scopes.is_empty() {
        return Err(Refusal::invalid(
            Cause::Scopes,
            "the token's scope is not known",
        ));
    }
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

/// Checks a credential again, for a request that lasts. Returns its tenant as it is now.
///
/// Errors: 401 for a credential that has ended since; 503.
pub async fn check_again(
    service: &Service,
    tenant: TenantId,
    key_id: &str,
) -> Result<Tenant, Refusal> {
    let checked = admit_again(service, tenant, key_id).await;
    checked.map_err(|refusal| refusal.of_key(key_id))
}

async fn admit_again(service: &Service, tenant: TenantId, key_id: &str) -> Result<Tenant, Refusal> {
    let candidates = service::candidates(service, key_id.to_owned()).await?;
    let found = candidates
        .into_iter()
        .find(|candidate| candidate.tenant.id == tenant);
    let found = found.ok_or_else(|| Scheme::Bearer.refusal(Cause::Unknown))?;
    check_validity(&found, Scheme::Bearer, service.clock.now_ms())?;
    Ok(found.tenant)
}

fn check_validity(found: &Candidate, scheme: Scheme, now_ms: i64) -> Result<(), Refusal> {
    if found.is_revoked {
        return Err(scheme.refusal(Cause::Revoked));
    }
    check_expiry(&found.credential, scheme, now_ms)
}

fn check_expiry(credential: &Credential, scheme: Scheme, now_ms: i64) -> Result<(), Refusal> {
    match credential.expires_ms {
        Some(expires_ms) if expires_ms <= now_ms => Err(match scheme {
            Scheme::Bearer => {
                Refusal::invalid(Cause::Expired, "the token has expired; create a new one")
            }
            Scheme::Basic | Scheme::Bare => scheme.refusal(Cause::Expired),
        }),
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
