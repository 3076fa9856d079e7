//! Finds the tenant and the caller from the `Authorization` header.

use std::net::IpAddr;
use std::sync::Arc;

use super::jwt::{self, Jwt};
use super::keeper::Keeper;
use super::memory::Known;
use super::presented::Presented;
use super::refusal::{Cause, Refusal};
use super::scheme::Scheme;
use crate::service::{
    self, Admission, Caller, Networks, Scopes, Service, Settings, TenantId, Token,
};
use crate::store::{Candidate, Credential, Tenant};

/// A request that is let in.
#[derive(Debug)]
pub struct Admitted {
    /// The tenant that the credential belongs to.
    pub tenant: Tenant,
    /// Its settings.
    pub settings: Settings,
    /// The credential and its scopes.
    pub caller: Caller,
    /// How the token was sent.
    pub scheme: Scheme,
    /// What a statement of the request proves.
    pub admission: Admission,
}

/// Where a credential may come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The memory of this process, and the database if it is not there. Then the request must prove its admission.
    Memory,
    /// The database.
    Database,
}

/// Finds the caller of a request from its `Authorization` headers.
///
/// A revocation or a change of settings counts at once, on every instance: the credential is read, or remembered and then
/// proven by a statement of the request.
///
/// Errors: 401 (no token, a wrong or an expired one, or one that is not accepted from `address`), 400 (two headers), 503.
pub async fn authenticate(
    service: &Service,
    keeper: &Keeper,
    headers: &[&str],
    origin: Origin<'_>,
    source: Source,
) -> Result<Admitted, Refusal> {
    let Presented { scheme, token } = Presented::parse(headers)?;
    let from = From { scheme, origin };
    let admitted = admit(service, keeper, from, &token, source).await;
    admitted.map_err(|refusal| refusal.of_key(&token.key_id()))
}

/// Where a request comes from, and where it goes.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'r> {
    /// The address of the client, if that is known.
    pub address: Option<IpAddr>,
    /// The tenant that the path names.
    pub slug: Option<&'r str>,
}

/// How a token came, and from where.
#[derive(Debug, Clone, Copy)]
struct From<'r> {
    scheme: Scheme,
    origin: Origin<'r>,
}

/// How long a JWT that was checked is not checked again.
const CHECKED_MS: i64 = 5 * 60 * 1_000;

fn is_fresh(known: &Known, now_ms: i64) -> bool {
    known
        .checked_until_ms
        .is_none_or(|until_ms| now_ms < until_ms)
}

async fn admit(
    service: &Service,
    keeper: &Keeper,
    from: From<'_>,
    token: &Token,
    source: Source,
) -> Result<Admitted, Refusal> {
    let remembered = match source {
        Source::Memory => keeper
            .memory
            .of(token)
            .filter(|known| is_fresh(known, service.clock.now_ms())),
        Source::Database => None,
    };
    // What is remembered never refuses anybody: the tenant may accept by now what it did not.
    let admitted = remembered.and_then(|known| {
        let admission = known.candidate.admission(false);
        let_in(service, keeper, &known, admission, from).ok()
    });
    if let Some(admitted) = admitted {
        return Ok(admitted);
    }
    keeper.memory.forget(token);
    let known = match Jwt::read(token.reveal()) {
        Some(jwt) => read_jwt(service, keeper, &jwt, token, from).await?,
        None => read(service, from.scheme, token).await?,
    };
    let known = Arc::new(known);
    let admission = known.candidate.admission(true);
    let admitted = let_in(service, keeper, &known, admission, from);
    let admitted = admitted.map_err(|refusal| refusal.of_tenant(&known.candidate.tenant.slug))?;
    keeper.memory.remember(&known);
    Ok(admitted)
}

/// Lets a caller in whose credential is valid.
fn let_in(
    service: &Service,
    keeper: &Keeper,
    known: &Known,
    admission: Admission,
    from: From<'_>,
) -> Result<Admitted, Refusal> {
    let scheme = from.scheme;
    // This check comes first: where the tenant does not accept the scheme, the answer tells nothing about the token.
    if !scheme.is_accepted(&known.settings) {
        return Err(scheme.refusal(Cause::Scheme));
    }
    let now_ms = service.clock.now_ms();
    check_validity(&known.candidate, scheme, now_ms)?;
    let may_come = |networks: &Networks| networks.have(from.origin.address);
    if !known.networks.as_ref().is_some_and(may_come) {
        return Err(Refusal::invalid(
            Cause::Network,
            "the token is not accepted from this network",
        ));
    }
    let Candidate {
        tenant, credential, ..
    } = &known.candidate;
    if known.ends_ms.is_some_and(|ends_ms| ends_ms <= now_ms) {
        return Err(expired());
    }
    let scopes = known.scopes;
    if scopes.allow_nothing() {
        return Err(Refusal::invalid(
            Cause::Scopes,
            "the token has no scope that is known here",
        ));
    }
    remember_use(service, keeper, known, now_ms);
    Ok(Admitted {
        tenant: tenant.clone(),
        settings: known.settings,
        caller: Caller {
            key_id: credential.key_id.clone(),
            scopes,
            resource_id: credential.resource_id.clone(),
            user: known.user.clone(),
            ends_ms: known.ends_ms,
        },
        scheme,
        admission,
    })
}

/// Reads the credential of a token.
async fn read(service: &Service, scheme: Scheme, token: &Token) -> Result<Known, Refusal> {
    let candidates = service::candidates(service, token.key_id()).await?;
    let found = candidates
        .into_iter()
        .find(|candidate| token.matches(&candidate.secret_hash));
    let candidate = found.ok_or_else(|| scheme.refusal(Cause::Unknown))?;
    let settings = Settings::read(&candidate.tenant.settings);
    Ok(Known {
        token_hash: candidate.secret_hash.clone(),
        scopes: Scopes::read(&candidate.credential.scopes),
        user: None,
        ends_ms: None,
        checked_until_ms: None,
        networks: Networks::read(candidate.credential.networks.as_deref()),
        candidate,
        settings,
    })
}

/// Checks a JWT. It is checked once, and then remembered like a token.
async fn read_jwt(
    service: &Service,
    keeper: &Keeper,
    jwt: &Jwt<'_>,
    token: &Token,
    from: From<'_>,
) -> Result<Known, Refusal> {
    let accepted = jwt::check(service, &keeper.ring, jwt, from.origin.slug).await?;
    let candidate = accepted.candidate;
    Ok(Known {
        token_hash: token.hash(),
        scopes: accepted.scopes,
        user: accepted.user,
        ends_ms: Some(accepted.ends_ms),
        checked_until_ms: Some(service.clock.now_ms() + CHECKED_MS),
        networks: Networks::read(candidate.credential.networks.as_deref()),
        settings: Settings::read(&candidate.tenant.settings),
        candidate,
    })
}

/// Checks a credential again, for a request that lasts. Returns its tenant as it is now.
///
/// Errors: 401 for a credential that has ended since; 503.
pub async fn check_again(
    service: &Service,
    tenant: TenantId,
    caller: &Caller,
) -> Result<Tenant, Refusal> {
    let now_ms = service.clock.now_ms();
    if caller.ends_ms.is_some_and(|ends_ms| ends_ms <= now_ms) {
        return Err(expired());
    }
    let checked = admit_again(service, tenant, &caller.key_id).await;
    checked.map_err(|refusal| refusal.of_key(&caller.key_id))
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
    match (credential.has_ended(now_ms), scheme) {
        (false, _) => Ok(()),
        (true, Scheme::Bearer) => Err(expired()),
        (true, Scheme::Basic | Scheme::Bare) => Err(scheme.refusal(Cause::Expired)),
    }
}

fn expired() -> Refusal {
    Refusal::invalid(Cause::Expired, "the token has expired; get a new one")
}

/// Writes the time of last use now and then. The write runs beside the request, so no request waits for it. One write
/// at a time is enough.
fn remember_use(service: &Service, keeper: &Keeper, known: &Known, now_ms: i64) {
    let used = &known.candidate;
    let (tenant, key_id) = (used.tenant.id, &used.credential.key_id);
    if !service::is_use_due(&used.credential, now_ms) {
        return;
    }
    let Some(turn) = keeper.uses.begin(tenant, key_id) else {
        return;
    };
    let (service, memory, key_id) = (service.clone(), keeper.memory.clone(), key_id.clone());
    let token_hash = known.token_hash.clone();
    tokio::spawn(async move {
        let _turn = turn;
        let done = service::remember_use(&service, tenant, key_id, now_ms).await;
        match done {
            Ok(true) => memory.used(&token_hash, now_ms),
            // A later request tries again.
            Ok(false) | Err(_) => {
                log::debug!("the time of last use of a credential was not written")
            }
        }
    });
}
