//! Checks a JWT against the issuers that tenants trust.

use std::sync::Arc;

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Validation, decode};
use serde_json::Value;

use super::key_ring::KeyRing;
use super::keys::Keys;
use super::sent::Jwt;
use crate::auth::refusal::{Cause, Refusal};
use crate::service::{self, Claims, KeySource, Scopes, Service, Terms};
use crate::store::Candidate;

/// How far clocks may differ, in seconds.
const LEEWAY_S: i64 = 60;

/// A JWT that is accepted.
pub(in crate::auth) struct Accepted {
    /// The issuer as a credential.
    pub(in crate::auth) candidate: Candidate,
    /// What the JWT allows.
    pub(in crate::auth) scopes: Scopes,
    /// The user that it stands for.
    pub(in crate::auth) user: Option<String>,
    /// When it ends, with the leeway.
    pub(in crate::auth) ends_ms: i64,
}

/// Finds the issuer of a JWT, and checks the JWT against its terms. `slug` is the tenant in the path: it decides where several tenants trust
/// the issuer for the same audience.
///
/// Errors: 401, 503.
pub(in crate::auth) async fn check(
    service: &Service,
    ring: &KeyRing,
    jwt: &Jwt<'_>,
    slug: Option<&str>,
) -> Result<Accepted, Refusal> {
    let issuer = jwt.issuer().ok_or_else(|| unknown(Cause::Unknown))?;
    let (candidate, terms) = trusted(service, issuer, jwt, slug).await?;
    let accepted = check_with(service, ring, jwt, &candidate, &terms).await;
    let (scopes, claims, ends_ms) =
        accepted.map_err(|refusal| refusal.of_tenant(&candidate.tenant.slug))?;
    Ok(Accepted {
        user: terms.user(&claims),
        candidate,
        scopes,
        ends_ms,
    })
}

/// The one issuer whose terms the claims meet, were they genuine.
async fn trusted(
    service: &Service,
    issuer: &str,
    jwt: &Jwt<'_>,
    slug: Option<&str>,
) -> Result<(Candidate, Terms), Refusal> {
    let key_id = Terms::key_id_of(issuer);
    let found = service::issuers(service, key_id).await?;
    let mut known: Vec<(Candidate, Terms)> = found
        .into_iter()
        .filter_map(|(candidate, stored)| Some((candidate, Terms::read(&stored)?)))
        .filter(|(candidate, terms)| terms.issuer == issuer && !candidate.is_revoked)
        .collect();
    if known.is_empty() {
        return Err(unknown(Cause::Unknown));
    }
    known.retain(|(_, terms)| terms.is_for(&jwt.claims));
    if known.is_empty() {
        return Err(Refusal::invalid(
            Cause::Audience,
            "the token is for another audience",
        ));
    }
    known.retain(|(_, terms)| terms.are_met_by(&jwt.claims));
    if known.len() > 1 && slug.is_some() {
        known.retain(|(candidate, _)| Some(candidate.tenant.slug.as_str()) == slug);
    }
    match (known.pop(), known.is_empty()) {
        (Some(only), true) => Ok(only),
        (Some(_), false) => Err(Refusal::invalid(
            Cause::Ambiguous,
            "several tenants trust the issuer of the token; name yours in the path, as in /t/TENANT/",
        )),
        (None, _) => Err(Refusal::invalid(
            Cause::Claims,
            "the token lacks a claim that the tenant asks for",
        )),
    }
}

async fn check_with(
    service: &Service,
    ring: &KeyRing,
    jwt: &Jwt<'_>,
    candidate: &Candidate,
    terms: &Terms,
) -> Result<(Scopes, Claims, i64), Refusal> {
    if jwt.is_critical() || !jwt.may_give_access() {
        return Err(Refusal::invalid(
            Cause::TokenType,
            "the token is no access token",
        ));
    }
    let name = jwt.algorithm().unwrap_or_default();
    let algorithm = terms.algorithm(name);
    let algorithm = algorithm.ok_or_else(|| unknown(Cause::Algorithm))?;
    let keys = keys(ring, jwt, &terms.keys).await?;
    let key = keys.find(jwt.key_id(), algorithm, name);
    let key = key.ok_or_else(|| unknown(Cause::Key))?;
    let mut validation = Validation::new(algorithm);
    validation.set_audience(&terms.audiences);
    validation.set_issuer(&[&terms.issuer]);
    validation.set_required_spec_claims(&["aud", "iss"]);
    // Below, because this library takes a time that is no number for none in some versions.
    validation.validate_exp = false;
    validation.validate_nbf = false;
    let claims = decode::<Claims>(jwt.text, &key.decoding, &validation);
    let claims = claims.map_err(|error| fault(error.kind()))?.claims;
    let ends_ms = check_times(&claims, service.clock.now_ms())?;
    let granted = Scopes::read(&candidate.credential.scopes);
    Ok((terms.scopes(granted, &claims), claims, ends_ms))
}

async fn keys(ring: &KeyRing, jwt: &Jwt<'_>, source: &KeySource) -> Result<Arc<Keys>, Refusal> {
    let keys = match source {
        KeySource::Fixed(set) => Keys::read(set).ok().map(Arc::new),
        KeySource::Url {
            url,
            allows_private,
        } => ring.keys(url, *allows_private, jwt.key_id()).await,
    };
    keys.ok_or_else(|| {
        Refusal::invalid(
            Cause::Keys,
            "the keys of the token's issuer cannot be had at this moment",
        )
    })
}

/// Checks the times of a genuine JWT. Returns when it ends.
fn check_times(claims: &Claims, now_ms: i64) -> Result<i64, Refusal> {
    let wrong = || {
        Refusal::invalid(
            Cause::Claims,
            "the token's exp, nbf and iat are numbers of seconds, and it has an exp",
        )
    };
    let seconds = |name: &str| match claims.get(name) {
        None => Ok(None),
        Some(Value::Number(number)) => {
            let whole = number
                .as_i64()
                .or_else(|| number.as_f64().map(|number| number as i64));
            whole.map(Some).ok_or_else(wrong)
        }
        Some(_) => Err(wrong()),
    };
    seconds("iat")?;
    let now = now_ms / 1_000;
    if seconds("nbf")?.is_some_and(|begins| begins > now + LEEWAY_S) {
        return Err(Refusal::invalid(
            Cause::Early,
            "the token is not valid yet (nbf)",
        ));
    }
    let ends = seconds("exp")?.ok_or_else(wrong)?.saturating_add(LEEWAY_S);
    if ends <= now {
        return Err(Refusal::invalid(
            Cause::Expired,
            "the token has expired; get a new one",
        ));
    }
    Ok(ends.saturating_mul(1_000))
}

fn fault(kind: &ErrorKind) -> Refusal {
    match kind {
        ErrorKind::InvalidAudience => {
            Refusal::invalid(Cause::Audience, "the token is for another audience")
        }
        ErrorKind::InvalidSignature => unknown(Cause::Signature),
        ErrorKind::InvalidAlgorithm | ErrorKind::UnsupportedAlgorithm => unknown(Cause::Algorithm),
        _ => unknown(Cause::Malformed),
    }
}

/// A refusal of a token that nobody has proven to be genuine. It tells nothing.
fn unknown(cause: Cause) -> Refusal {
    Refusal::invalid(cause, "the token is not known; it may have been revoked")
}
