//! Credentials of tenants: creating, listing, linking and revoking them.
//!
//! Each function is part of a transaction, so that a server can call it as a command does.

use scim::ScimError;
use scim::resource_type::ResourceType;

use super::scopes::{Scope, Scopes};
use super::service::Service;
use super::token::Token;
use super::{definitions, tenants};
use crate::store::{
    Candidate, Credential, NewCredential, Result, Session, StoreError, Tenant, TenantId, Tenants,
};

/// The properties of a new credential.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    /// A label for people.
    pub label: &'a str,
    /// Its scope.
    pub scope: Scope,
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
            key_id: &token.key_id(),
            label: wanted.label,
            secret_hash: &token.hash(),
            scopes: &Scopes::granted_with(wanted.scope).to_string(),
            now_ms,
            expires_ms: wanted.expires_in_ms.map(|in_ms| now_ms + in_ms),
            resource_id: resource_id.as_deref(),
        })
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
