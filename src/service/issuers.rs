//! Issuers of JWTs that a tenant trusts: adding, listing and removing them. An issuer is a credential of its own kind, so it
//! has scopes, networks and an end like a token, and is ended at once like one.

use scim::ScimError;

use super::networks::Networks;
use super::scopes::Scopes;
use super::tenants;
use super::trust::Terms;
use crate::store::{Credential, CredentialKind, NewCredential, Result, Tenants};

/// An issuer about to be trusted.
#[derive(Debug)]
pub struct NewIssuer<'a> {
    /// Its name for people, unique in the tenant.
    pub name: &'a str,
    /// The terms.
    pub terms: &'a Terms,
    /// What its JWTs may do at most.
    pub scopes: Scopes,
    /// Where they may be used from.
    pub networks: &'a Networks,
}

/// An issuer that a tenant trusts.
#[derive(Debug)]
pub struct Trusted {
    /// What it has in common with a token. The label is its name.
    pub credential: Credential,
    /// The terms. `None`: this version cannot read them, and accepts no JWT.
    pub terms: Option<Terms>,
}

/// Trusts an issuer.
///
/// Errors: 404 for the tenant; 409 for a name or an issuer that is there already.
pub(super) fn add(
    tenants: &mut Tenants<'_>,
    slug: &str,
    new: &NewIssuer<'_>,
    now_ms: i64,
) -> Result<()> {
    tenants::one_line("name", new.name).map_err(ScimError::InvalidSyntax)?;
    let tenant = tenants::find(tenants, slug)?;
    let mut session = tenants.session(tenant.id);
    let key_id = Terms::key_id_of(&new.terms.issuer);
    for (known, _) in session.issuers()? {
        if known.label == new.name || known.key_id == key_id {
            let text = format!(
                "tenant {slug} trusts the issuer already, as {}",
                known.label
            );
            return Err(ScimError::Conflict(text).into());
        }
    }
    session.create_credential(&NewCredential {
        kind: CredentialKind::Issuer,
        key_id: &key_id,
        label: new.name,
        secret_hash: &new.terms.mark(),
        scopes: &new.scopes.to_string(),
        now_ms,
        expires_ms: None,
        resource_id: None,
        networks: new.networks.stored().as_deref(),
        lasts_ms: 0,
    })?;
    session.add_issuer(&key_id, &new.terms.stored())
}

/// The issuers of a tenant, oldest first.
///
/// Errors: 404 for the tenant.
pub(super) fn list(tenants: &mut Tenants<'_>, slug: &str) -> Result<Vec<Trusted>> {
    let tenant = tenants::find(tenants, slug)?;
    let found = tenants.session(tenant.id).issuers()?;
    let trusted = |(credential, stored): (Credential, String)| Trusted {
        credential,
        terms: Terms::read(&stored),
    };
    Ok(found.into_iter().map(trusted).collect())
}

/// Trusts an issuer no more, at once and on every instance. Returns its key id.
///
/// Errors: 404 for the tenant or the issuer.
pub(super) fn remove(tenants: &mut Tenants<'_>, slug: &str, name: &str) -> Result<String> {
    let tenant = tenants::find(tenants, slug)?;
    let mut session = tenants.session(tenant.id);
    let mut found = session.issuers()?.into_iter();
    let found = found.find(|(credential, _)| credential.label == name);
    let (Credential { key_id, .. }, _) = found.ok_or_else(|| ScimError::NotFound {
        resource_type: "Issuer".to_owned(),
        id: name.to_owned(),
    })?;
    session.remove_issuer(&key_id)?;
    Ok(key_id)
}
