//! The credentials of a tenant. They are stored hashed, and found by a key id that is derived from the token.

use diesel::prelude::*;

use super::admission::Admission;
use super::credential::Credential;
use super::error::Result;
use super::note::relaxed;
use super::schema::{credentials, tenants};
use super::session::Session;
use super::tenant::{self, Tenant};
use super::tenants::Tenants;

/// A credential about to be stored.
pub struct NewCredential<'a> {
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

type Selected = (
    String,
    String,
    String,
    i64,
    Option<i64>,
    Option<i64>,
    Option<String>,
    Option<String>,
);

impl From<Selected> for Credential {
    fn from(
        (key_id, label, scopes, created_ms, expires_ms, last_used_ms, resource_id, networks): Selected,
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
        }
    }
}

const COLUMNS: (
    credentials::key_id,
    credentials::label,
    credentials::scopes,
    credentials::created_ms,
    credentials::expires_ms,
    credentials::last_used_ms,
    credentials::resource_id,
    credentials::networks,
) = (
    credentials::key_id,
    credentials::label,
    credentials::scopes,
    credentials::created_ms,
    credentials::expires_ms,
    credentials::last_used_ms,
    credentials::resource_id,
    credentials::networks,
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
                credentials::kind.eq("token"),
                credentials::label.eq(new.label),
                credentials::secret_hash.eq(new.secret_hash),
                credentials::scopes.eq(new.scopes),
                credentials::created_ms.eq(new.now_ms),
                credentials::expires_ms.eq(new.expires_ms),
                credentials::resource_id.eq(new.resource_id),
                credentials::networks.eq(new.networks),
            ))
            .execute(self.connection)?;
        Ok(())
    }

    /// The tenant's credentials, oldest first.
    pub fn credentials(&mut self) -> Result<Vec<Credential>> {
        let found = credentials::table
            .select(COLUMNS)
            .filter(credentials::tenant_id.eq(self.tenant.0))
            .filter(credentials::revoked_ms.is_null())
            .order((credentials::created_ms, credentials::key_id))
            .load::<Selected>(self.connection)?;
        Ok(found.into_iter().map(Credential::from).collect())
    }

    /// Revokes a credential. Returns whether there was one. The row stays, so that the log can tell a revoked token from an
    /// unknown one.
    pub fn revoke_credential(&mut self, key_id: &str, now_ms: i64) -> Result<bool> {
        let row = credentials::table
            .filter(credentials::tenant_id.eq(self.tenant.0))
            .filter(credentials::key_id.eq(key_id))
            .filter(credentials::revoked_ms.is_null());
        let revoked = diesel::update(row).set(credentials::revoked_ms.eq(now_ms));
        Ok(revoked.execute(self.connection)? > 0)
    }

    /// The credential of this key id, unless it was revoked.
    pub fn credential(&mut self, key_id: &str) -> Result<Option<Credential>> {
        let found = credentials::table
            .select(COLUMNS)
            .filter(credentials::tenant_id.eq(self.tenant.0))
            .filter(credentials::key_id.eq(key_id))
            .filter(credentials::revoked_ms.is_null())
            .first::<Selected>(self.connection)
            .optional()?;
        Ok(found.map(Credential::from))
    }

    /// Gives a credential an end, unless it ends before.
    pub fn end_credential(&mut self, key_id: &str, expires_ms: i64) -> Result<()> {
        let row = credentials::table
            .filter(credentials::tenant_id.eq(self.tenant.0))
            .filter(credentials::key_id.eq(key_id))
            .filter(
                credentials::expires_ms
                    .is_null()
                    .or(credentials::expires_ms.gt(expires_ms)),
            );
        diesel::update(row)
            .set(credentials::expires_ms.eq(expires_ms))
            .execute(self.connection)?;
        Ok(())
    }

    /// Sets or removes the resource that a credential is linked to. Returns whether the credential exists.
    pub fn link_credential(&mut self, key_id: &str, resource_id: Option<&str>) -> Result<bool> {
        let row = credentials::table
            .filter(credentials::tenant_id.eq(self.tenant.0))
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
