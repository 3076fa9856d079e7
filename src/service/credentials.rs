//! Credentials of tenants: creating, listing, linking and revoking them.
//!
//! Each function is part of a transaction, so that a server can call it as a command does.

use scim::ScimError;
use scim::resource_type::ResourceType;

use super::networks::Networks;
use super::scopes::Scopes;
use super::service::Service;
use super::token::Token;
use super::{definitions, tenants};
use crate::store::{
    Candidate, Credential, CredentialKind, NewCredential, Result, Session, StoreError, Tenant,
    TenantId, Tenants,
};

/// The properties of a new credential.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    /// A label for people.
    pub label: &'a str,
    /// What it allows.
    pub scopes: Scopes,
    /// Where it may be used from.
    pub networks: &'a Networks,
    /// How long it lasts, in milliseconds. Without this it does not end.
    pub expires_in_ms: Option<i64>,
    /// The user that it is linked to (`/Me`): an id or a unique name.
    pub user: Option<&'a str>,
}

/// How fresh the remembered time of last use is.
const LAST_USED_GRAIN_MS: i64 = 60_000;

/// The credentials, of any tenant, that have this key id. Each is read anew, so that a revocation counts at once.
///
/// Errors: the database.
pub async fn candidates(service: &Service, key_id: String) -> Result<Vec<Candidate>> {
    let candidates = move |tenants: &mut Tenants<'_>| tenants.candidates(&key_id);
    service.store.look_up(candidates).await
}

/// The issuers of JWTs, of any tenant, that have this key id, each with its terms.
///
/// Errors: the database.
pub async fn issuers(service: &Service, key_id: String) -> Result<Vec<(Candidate, String)>> {
    let issuers = move |tenants: &mut Tenants<'_>| tenants.issuers_of(&key_id);
    service.store.look_up(issuers).await
}

/// Whether the use of a credential is still to be remembered.
pub fn is_use_due(credential: &Credential, now_ms: i64) -> bool {
    let last = credential.last_used_ms;
    last.is_none_or(|last| now_ms - last >= LAST_USED_GRAIN_MS)
}

/// Writes the time of last use, if that takes a moment only. Returns whether it was written.
///
/// Errors: the database.
pub async fn remember_use(
    service: &Service,
    tenant: TenantId,
    key_id: String,
    now_ms: i64,
) -> Result<bool> {
    let used = move |session: &mut Session<'_>| {
        session.use_credential(&key_id, now_ms, LAST_USED_GRAIN_MS)
    };
    let noted = service.store.note(tenant, used).await?;
    Ok(noted.is_some())
}

/// Makes a new token.
///
/// Errors: the system has no randomness.
pub(super) fn new_token() -> Result<Token> {
    Token::generate().map_err(|_| StoreError::Fault("the system has no randomness for a token"))
}

/// Creates a credential for a token.
///
/// Errors: 404 for the tenant or the user; a label of several lines; `UniqueViolation` when the tenant has this token already.
pub(super) fn create(
    tenants: &mut Tenants<'_>,
    slug: &str,
    token: &Token,
    wanted: &Wanted<'_>,
    now_ms: i64,
) -> Result<()> {
    tenants::one_line("label", wanted.label).map_err(ScimError::InvalidSyntax)?;
    let tenant = tenants::find(tenants, slug)?;
    let user = wanted.user.map(|user| user_of(tenants, &tenant, user));
    let resource_id = user.transpose()?;
    tenants
        .session(tenant.id)
        .create_credential(&NewCredential {
            kind: CredentialKind::Token,
            key_id: &token.key_id(),
            label: wanted.label,
            secret_hash: &token.hash(),
            scopes: &wanted.scopes.to_string(),
            now_ms,
            expires_ms: wanted.expires_in_ms.map(|in_ms| now_ms + in_ms),
            resource_id: resource_id.as_deref(),
            networks: wanted.networks.stored().as_deref(),
            lasts_ms: wanted.expires_in_ms.unwrap_or(0),
        })
}

/// What takes the place of a credential.
#[derive(Debug, Clone, Copy)]
pub struct Successor<'a> {
    /// How long the credential before goes on, in milliseconds.
    pub overlap_ms: i64,
    /// How long the successor lasts, in milliseconds. Without this, as long as the credential before was to last.
    pub expires_in_ms: Option<i64>,
    /// The successor's label. Without this, that of the credential before.
    pub label: Option<&'a str>,
}

/// Creates a credential for a token with all that another one has, and gives that one an end. Returns the new one, and the one before
/// as it is now.
///
/// Errors: 404 for the tenant or the credential; 409 for one that has ended.
pub(super) fn rotate(
    tenants: &mut Tenants<'_>,
    slug: &str,
    key_id: &str,
    token: &Token,
    successor: &Successor<'_>,
    now_ms: i64,
) -> Result<(Credential, Credential)> {
    if let Some(label) = successor.label {
        tenants::one_line("label", label).map_err(ScimError::InvalidSyntax)?;
    }
    let tenant = tenants::find(tenants, slug)?;
    let mut session = tenants.session(tenant.id);
    let before = session.credential(key_id)?;
    let before = before.ok_or_else(|| not_found("Credential", key_id))?;
    if before.has_ended(now_ms) {
        let text = format!("the token {key_id} has ended; create a new one");
        return Err(ScimError::Conflict(text).into());
    }
    if !session.end_credential(key_id, now_ms.saturating_add(successor.overlap_ms))? {
        return Err(not_found("Credential", key_id).into());
    }
    let lasts_ms = successor.expires_in_ms.or(before.lifetime_ms());
    let new = NewCredential {
        kind: CredentialKind::Token,
        key_id: &token.key_id(),
        label: successor.label.unwrap_or(&before.label),
        secret_hash: &token.hash(),
        scopes: &before.scopes,
        now_ms,
        expires_ms: lasts_ms.map(|lasts_ms| now_ms + lasts_ms),
        resource_id: before.resource_id.as_deref(),
        networks: before.networks.as_deref(),
        lasts_ms: lasts_ms.unwrap_or(0),
    };
    session.create_credential(&new)?;
    let mut read = |key_id: &str| {
        let found = session.credential(key_id)?;
        found.ok_or(StoreError::Fault("a credential was not written"))
    };
    Ok((read(&token.key_id())?, read(key_id)?))
}

/// Whose a token is.
#[derive(Debug)]
pub struct Found {
    /// The tenant.
    pub tenant: Tenant,
    /// The credential.
    pub credential: Credential,
    /// Whether it lets nobody in any more.
    pub has_ended: bool,
}

/// Finds whose a token is, also when its credential has ended.
pub(super) fn find(tenants: &mut Tenants<'_>, token: &Token, now_ms: i64) -> Result<Option<Found>> {
    let candidates = tenants.candidates(&token.key_id())?.into_iter();
    let mut own = candidates.filter(|candidate| token.matches(&candidate.secret_hash));
    Ok(own.next().map(|found| Found {
        has_ended: found.is_revoked || found.credential.has_ended(now_ms),
        tenant: found.tenant,
        credential: found.credential,
    }))
}

/// The credentials of a tenant, oldest first.
///
/// Errors: 404 for the tenant.
pub(super) fn list(tenants: &mut Tenants<'_>, slug: &str) -> Result<Vec<Credential>> {
    let tenant = tenants::find(tenants, slug)?;
    tenants.session(tenant.id).credentials()
}

/// Links a credential to a user, or removes the link. Returns the user's id.
///
/// Errors: 404 for the tenant, the user or the credential.
pub(super) fn link(
    tenants: &mut Tenants<'_>,
    slug: &str,
    key_id: &str,
    user: Option<&str>,
) -> Result<Option<String>> {
    let tenant = tenants::find(tenants, slug)?;
    let user = user.map(|user| user_of(tenants, &tenant, user));
    let id = user.transpose()?;
    let mut session = tenants.session(tenant.id);
    if session.link_credential(key_id, id.as_deref())? {
        return Ok(id);
    }
    Err(not_found("Credential", key_id).into())
}

/// Revokes a credential, at once and on every instance.
///
/// Errors: 404 for the tenant or the credential.
pub(super) fn revoke(
    tenants: &mut Tenants<'_>,
    slug: &str,
    key_id: &str,
    now_ms: i64,
) -> Result<()> {
    let tenant = tenants::find(tenants, slug)?;
    if tenants
        .session(tenant.id)
        .revoke_credential(key_id, now_ms)?
    {
        return Ok(());
    }
    Err(not_found("Credential", key_id).into())
}

/// The id of a user, or of a resource of a type of the tenant's own, given by the id itself or by the unique name. A type
/// with members stands for nobody.
fn user_of(tenants: &mut Tenants<'_>, tenant: &Tenant, text: &str) -> Result<String> {
    let (_, registry) = definitions::load(tenants, &tenant.slug)?;
    let resource_types = registry.resource_types().iter();
    let users: Vec<&ResourceType> = resource_types
        .map(AsRef::as_ref)
        .filter(|resource_type| resource_type.members.is_none())
        .collect();
    let found = tenants.session(tenant.id).find_resource(&users, text)?;
    found.ok_or_else(|| not_found("User", text).into())
}

fn not_found(resource_type: &str, id: &str) -> ScimError {
    ScimError::NotFound {
        resource_type: resource_type.to_owned(),
        id: id.to_owned(),
    }
}
