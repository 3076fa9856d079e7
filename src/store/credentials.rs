//! Credentials: stored hashed, found by a key id that follows from the token itself.

use diesel::prelude::*;

use super::TenantId;
use super::connection::DbConnection;
use super::error::Result;
use super::schema::{credentials, tenants};
use super::tenants::{self as tenant_rows, Tenant};

/// A credential as the operator sees it; the token is not part of it.
#[derive(Debug, Clone)]
pub struct Credential {
    /// Names the credential in commands.
    pub key_id: String,
    /// What the operator called it.
    pub label: String,
    /// `read`, `write` or `admin`.
    pub scope: String,
    /// When it was created.
    pub created_ms: i64,
    /// When it ends.
    pub expires_ms: Option<i64>,
    /// When it was last used, to the minute.
    pub last_used_ms: Option<i64>,
    /// The id of the resource it stands for.
    pub resource_id: Option<String>,
}

/// A credential about to be stored.
pub struct NewCredential<'a> {
    /// See [`Credential::key_id`].
    pub key_id: &'a str,
    /// See [`Credential::label`].
    pub label: &'a str,
    /// Hash of the token.
    pub secret_hash: &'a str,
    /// See [`Credential::scope`].
    pub scope: &'a str,
    /// The present time.
    pub now_ms: i64,
    /// See [`Credential::expires_ms`].
    pub expires_ms: Option<i64>,
    /// See [`Credential::resource_id`].
    pub resource_id: Option<&'a str>,
}

/// What a token's key id leads to: a candidate, whose hash must still be compared.
#[derive(Debug, Clone)]
pub struct Authenticated {
    /// The tenant.
    pub tenant: Tenant,
    /// The credential.
    pub credential: Credential,
    /// Hash of the right token.
    pub secret_hash: String,
}

type Selected = (
    String,
    String,
    String,
    i64,
    Option<i64>,
    Option<i64>,
    Option<String>,
);

impl From<Selected> for Credential {
    fn from(
        (key_id, label, scope, created_ms, expires_ms, last_used_ms, resource_id): Selected,
    ) -> Self {
        Self {
            key_id,
            label,
            scope,
            created_ms,
            expires_ms,
            last_used_ms,
            resource_id,
        }
    }
}

const COLUMNS: (
    credentials::key_id,
    credentials::label,
    credentials::scope,
    credentials::created_ms,
    credentials::expires_ms,
    credentials::last_used_ms,
    credentials::resource_id,
) = (
    credentials::key_id,
    credentials::label,
    credentials::scope,
    credentials::created_ms,
    credentials::expires_ms,
    credentials::last_used_ms,
    credentials::resource_id,
);

impl Credential {
    /// Stores a credential.
    ///
    /// Errors: [`super::StoreError::UniqueViolation`] when the tenant has this token already.
    pub fn create(
        connection: &mut DbConnection,
        tenant: TenantId,
        new: &NewCredential<'_>,
    ) -> Result<()> {
        diesel::insert_into(credentials::table)
            .values((
                credentials::tenant_id.eq(tenant.0),
                credentials::key_id.eq(new.key_id),
                credentials::kind.eq("token"),
                credentials::label.eq(new.label),
                credentials::secret_hash.eq(new.secret_hash),
                credentials::scope.eq(new.scope),
                credentials::created_ms.eq(new.now_ms),
                credentials::expires_ms.eq(new.expires_ms),
                credentials::resource_id.eq(new.resource_id),
            ))
            .execute(connection)?;
        Ok(())
    }

    /// The tenant's credentials, oldest first.
    pub fn all(connection: &mut DbConnection, tenant: TenantId) -> Result<Vec<Self>> {
        let found = credentials::table
            .select(COLUMNS)
            .filter(credentials::tenant_id.eq(tenant.0))
            .order((credentials::created_ms, credentials::key_id))
            .load::<Selected>(connection)?;
        Ok(found.into_iter().map(Self::from).collect())
    }

    /// Ends a credential; whether there was one.
    pub fn revoke(connection: &mut DbConnection, tenant: TenantId, key_id: &str) -> Result<bool> {
        let row = credentials::table
            .filter(credentials::tenant_id.eq(tenant.0))
            .filter(credentials::key_id.eq(key_id));
        Ok(diesel::delete(row).execute(connection)? > 0)
    }

    /// Sets or clears the resource that a credential stands for; whether there is such a credential.
    pub fn link(
        connection: &mut DbConnection,
        tenant: TenantId,
        key_id: &str,
        resource_id: Option<&str>,
    ) -> Result<bool> {
        let row = credentials::table
            .filter(credentials::tenant_id.eq(tenant.0))
            .filter(credentials::key_id.eq(key_id));
        let linked = diesel::update(row).set(credentials::resource_id.eq(resource_id));
        Ok(linked.execute(connection)? > 0)
    }

    /// Whether any credential exists at all.
    pub fn exist(connection: &mut DbConnection) -> Result<bool> {
        let first = credentials::table
            .select(credentials::key_id)
            .first::<String>(connection)
            .optional()?;
        Ok(first.is_some())
    }

    /// Remembers a use, unless one at `grain_ms` before it or later is remembered already.
    pub fn used(
        connection: &mut DbConnection,
        tenant: TenantId,
        key_id: &str,
        now_ms: i64,
        grain_ms: i64,
    ) -> Result<()> {
        let last = credentials::last_used_ms;
        let row = credentials::table
            .filter(credentials::tenant_id.eq(tenant.0))
            .filter(credentials::key_id.eq(key_id))
            .filter(last.is_null().or(last.lt(now_ms - grain_ms)));
        diesel::update(row)
            .set(credentials::last_used_ms.eq(now_ms))
            .execute(connection)?;
        Ok(())
    }
}

impl Authenticated {
    /// The credentials of this key id, over all tenants: the one whose hash agrees names the tenant.
    pub fn candidates(connection: &mut DbConnection, key_id: &str) -> Result<Vec<Self>> {
        type Row = (Selected, String, tenant_rows::Selected);
        let found = credentials::table
            .inner_join(tenants::table)
            .filter(credentials::key_id.eq(key_id))
            .select((COLUMNS, credentials::secret_hash, tenant_rows::COLUMNS))
            .load::<Row>(connection)?;
        let candidate = |(credential, secret_hash, tenant): Row| Self {
            tenant: Tenant::from(tenant),
            credential: Credential::from(credential),
            secret_hash,
        };
        Ok(found.into_iter().map(candidate).collect())
    }
}
