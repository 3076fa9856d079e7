//! The credentials of a tenant. They are stored hashed, and found by a key id that is derived from the token.

use diesel::prelude::*;

use super::admission::Admission;
use super::credential::Credential;
use super::error::Result;
use super::note::relaxed;
use super::schema::{credentials, tenants};
use super::session::Session;
use super::sql::Sql;
use super::tenant::{self, Tenant};
use super::tenants::Tenants;

/// What presents a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A token of ours.
    Token,
    /// JWTs of an issuer that the tenant trusts.
    Issuer,
}

impl Kind {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Issuer => "issuer",
        }
    }
}

/// A credential about to be stored.
pub struct NewCredential<'a> {
    /// What presents it.
    pub kind: Kind,
    /// See [`Credential::key_id`].
    pub key_id: &'a str,
    /// See [`Credential::label`].
    pub label: &'a str,
    /// Hash of the token.
    pub secret_hash: &'a str,
    /// See [`Credential::scopes`].
    pub scopes: &'a str,
    /// The present time.
    pub now_ms: i64,
    /// See [`Credential::expires_ms`].
    pub expires_ms: Option<i64>,
    /// See [`Credential::resource_id`].
    pub resource_id: Option<&'a str>,
    /// See [`Credential::networks`].
    pub networks: Option<&'a str>,
    /// See [`Credential::lasts_ms`].
    pub lasts_ms: i64,
}

/// A credential with the key id of a token. The hash then shows whether it is the right one.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The tenant.
    pub tenant: Tenant,
    /// The credential.
    pub credential: Credential,
    /// Hash of the right token.
    pub secret_hash: String,
    /// Whether the credential was revoked.
    pub is_revoked: bool,
}

impl Candidate {
    /// What admits a request with this credential. `proven`: it was read for this request.
    pub fn admission(&self, proven: bool) -> Admission {
        let tenant = &self.tenant;
        Admission::new(
            tenant.id,
            tenant.revision,
            &self.credential,
            &self.secret_hash,
            proven,
        )
    }
}

pub(super) type Selected = (
    String,
    String,
    String,
    i64,
    Option<i64>,
    Option<i64>,
    Option<String>,
    Option<String>,
    Option<i64>,
);

impl From<Selected> for Credential {
    fn from(
        (
            key_id,
            label,
            scopes,
            created_ms,
            expires_ms,
            last_used_ms,
            resource_id,
            networks,
            lasts_ms,
        ): Selected,
    ) -> Self {
        Self {
            key_id,
            label,
            scopes,
            created_ms,
            expires_ms,
            last_used_ms,
            resource_id,
            networks,
            lasts_ms,
        }
    }
}

pub(super) const COLUMNS: (
    credentials::key_id,
    credentials::label,
    credentials::scopes,
    credentials::created_ms,
    credentials::expires_ms,
    credentials::last_used_ms,
    credentials::resource_id,
    credentials::networks,
    credentials::lasts_ms,
) = (
    credentials::key_id,
    credentials::label,
    credentials::scopes,
    credentials::created_ms,
    credentials::expires_ms,
    credentials::last_used_ms,
    credentials::resource_id,
    credentials::networks,
    credentials::lasts_ms,
);

impl Session<'_> {
    /// Stores a credential.
    ///
    /// Errors: [`super::StoreError::UniqueViolation`] when the tenant has this token already.
    pub fn create_credential(&mut self, new: &NewCredential<'_>) -> Result<()> {
        diesel::insert_into(credentials::table)
            .values((
                credentials::tenant_id.eq(self.tenant.0),
                credentials::key_id.eq(new.key_id),
                credentials::kind.eq(new.kind.as_str()),
                credentials::label.eq(new.label),
                credentials::secret_hash.eq(new.secret_hash),
                credentials::scopes.eq(new.scopes),
                credentials::created_ms.eq(new.now_ms),
                credentials::expires_ms.eq(new.expires_ms),
                credentials::resource_id.eq(new.resource_id),
                credentials::networks.eq(new.networks),
                credentials::lasts_ms.eq(new.lasts_ms),
            ))
            .execute(self.connection)?;
        Ok(())
    }

    /// The tenant's tokens, oldest first.
    pub fn credentials(&mut self) -> Result<Vec<Credential>> {
        let found = credentials::table
            .select(COLUMNS)
            .filter(credentials::tenant_id.eq(self.tenant.0))
            .filter(credentials::kind.eq(Kind::Token.as_str()))
            .filter(credentials::revoked_ms.is_null())
            .order((credentials::created_ms, credentials::key_id))
            .load::<Selected>(self.connection)?;
        Ok(found.into_iter().map(Credential::from).collect())
    }

    /// Revokes a token. Returns whether there was one. The row stays, so that the log can tell a revoked token from an
    /// unknown one.
    pub fn revoke_credential(&mut self, key_id: &str, now_ms: i64) -> Result<bool> {
        let row = credentials::table
            .filter(credentials::tenant_id.eq(self.tenant.0))
            .filter(credentials::kind.eq(Kind::Token.as_str()))
            .filter(credentials::key_id.eq(key_id))
            .filter(credentials::revoked_ms.is_null());
        let revoked = diesel::update(row).set(credentials::revoked_ms.eq(now_ms));
        Ok(revoked.execute(self.connection)? > 0)
    }

    /// The token of this key id, unless it was revoked.
    pub fn credential(&mut self, key_id: &str) -> Result<Option<Credential>> {
        let found = credentials::table
            .select(COLUMNS)
            .filter(credentials::tenant_id.eq(self.tenant.0))
            .filter(credentials::kind.eq(Kind::Token.as_str()))
            .filter(credentials::key_id.eq(key_id))
            .filter(credentials::revoked_ms.is_null())
            .first::<Selected>(self.connection)
            .optional()?;
        Ok(found.map(Credential::from))
    }

    /// Gives a token an end, unless it ends before. Returns whether it is there and was not revoked. Nobody can revoke it before this
    /// transaction ends.
    pub fn end_credential(&mut self, key_id: &str, expires_ms: i64) -> Result<bool> {
        let ended = Sql::new("UPDATE credentials SET expires_ms = CASE WHEN expires_ms <= ")
            .bigint(expires_ms)
            .sql(" THEN expires_ms ELSE ")
            .bigint(expires_ms)
            .sql(" END WHERE tenant_id = ")
            .integer(self.tenant.0)
            .sql(" AND key_id = ")
            .text(key_id)
            .sql(" AND kind = 'token' AND revoked_ms IS NULL");
        Ok(ended.execute(self.connection)? > 0)
    }

    /// Sets or removes the resource that a credential is linked to. Returns whether the credential exists.
    pub fn link_credential(&mut self, key_id: &str, resource_id: Option<&str>) -> Result<bool> {
        let row = credentials::table
            .filter(credentials::tenant_id.eq(self.tenant.0))
            .filter(credentials::kind.eq(Kind::Token.as_str()))
            .filter(credentials::key_id.eq(key_id))
            .filter(credentials::revoked_ms.is_null());
        let linked = diesel::update(row).set(credentials::resource_id.eq(resource_id));
        Ok(linked.execute(self.connection)? > 0)
    }

    /// Stores a time of use, unless a time is stored that is later or at most `grain_ms` earlier. Its loss does no harm.
    pub fn use_credential(&mut self, key_id: &str, now_ms: i64, grain_ms: i64) -> Result<()> {
        let (before, from) = relaxed(self.dialect());
        before
            .sql("UPDATE credentials SET last_used_ms = ")
            .bigint(now_ms)
            .sql(from)
            .sql(" WHERE tenant_id = ")
            .integer(self.tenant.0)
            .sql(" AND key_id = ")
            .text(key_id)
            .sql(" AND revoked_ms IS NULL AND coalesce(last_used_ms < ")
            .bigint(now_ms - grain_ms)
            .sql(", TRUE)")
            .execute(self.connection)?;
        Ok(())
    }
}

impl Tenants<'_> {
    /// The credentials of this key id, over all tenants. The one with the right hash gives the tenant.
    pub fn candidates(&mut self, key_id: &str) -> Result<Vec<Candidate>> {
        type Row = (Selected, (String, Option<i64>), tenant::Selected);
        let found = credentials::table
            .inner_join(tenants::table)
            .filter(credentials::key_id.eq(key_id))
            .select((
                COLUMNS,
                (credentials::secret_hash, credentials::revoked_ms),
                tenant::COLUMNS,
            ))
            .load::<Row>(self.connection)?;
        let candidate = |(credential, (secret_hash, revoked_ms), tenant): Row| Candidate {
            tenant: Tenant::from(tenant),
            credential: Credential::from(credential),
            secret_hash,
            is_revoked: revoked_ms.is_some(),
        };
        Ok(found.into_iter().map(candidate).collect())
    }
}
