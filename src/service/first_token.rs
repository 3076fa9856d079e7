//! Gives a new database a tenant and a token, so that the server can be used after its first start.

use super::credentials::{self, Wanted};
use super::networks::Networks;
use super::scopes::{Scope, Scopes};
use super::slug::Slug;
use super::tenants;
use super::token::Token;
use crate::store::{Result, Tenants};

/// The slug of the tenant that a new database gets.
pub(super) const SLUG: &str = "default";
/// Its name.
const NAME: &str = "Default";

/// The state of the tenants in a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstToken {
    /// The database was new. It now has a tenant, and the token is its credential.
    Created,
    /// The database has tenants and credentials; the token is one of them.
    Known,
    /// The database has tenants and credentials, but not this token.
    Unknown,
    /// The database has tenants, but no credential.
    NoCredentials,
}

/// Gives a new database its tenant and its token. Any other database stays as it is.
///
/// Errors: `UniqueViolation` when another instance was first.
pub(super) fn create(tenants: &mut Tenants<'_>, token: &Token, now_ms: i64) -> Result<FirstToken> {
    if !tenants.all()?.is_empty() {
        return look(tenants, token);
    }
    let slug = Slug::parse(SLUG).map_err(scim::ScimError::InvalidSyntax)?;
    tenants::create(tenants, &slug, Some(NAME), now_ms)?;
    let wanted = Wanted {
        label: "first token",
        scopes: Scopes::granted(&[Scope::Write]).map_err(scim::ScimError::InvalidSyntax)?,
        networks: &Networks::default(),
        expires_in_ms: None,
        user: None,
    };
    credentials::create(tenants, slug.as_str(), token, &wanted, now_ms)?;
    Ok(FirstToken::Created)
}

fn look(tenants: &mut Tenants<'_>, token: &Token) -> Result<FirstToken> {
    if !tenants.have_credentials()? {
        return Ok(FirstToken::NoCredentials);
    }
    let known = !tenants.candidates(&token.key_id())?.is_empty();
    Ok(if known {
        FirstToken::Known
    } else {
        FirstToken::Unknown
    })
}
