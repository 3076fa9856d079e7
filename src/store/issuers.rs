//! What the issuers of JWTs need besides their credentials.

use diesel::prelude::*;

use super::credential::Credential;
use super::credentials::{COLUMNS, Candidate, Kind, Selected};
use super::error::Result;
use super::schema::{credentials, issuers, tenants};
use super::session::Session;
use super::tenant::{self, Tenant};
use super::tenants::Tenants;

impl Session<'_> {
    /// Stores the terms of an issuer whose credential is stored.
    pub fn add_issuer(&mut self, key_id: &str, terms: &str) -> Result<()> {
        diesel::insert_into(issuers::table)
            .values((
                issuers::tenant_id.eq(self.tenant.0),
                issuers::key_id.eq(key_id),
                issuers::terms.eq(terms),
            ))
            .execute(self.connection)?;
        Ok(())
    }

    /// Removes an issuer: its credential, with which its terms go. Returns whether there was one.
    pub fn remove_issuer(&mut self, key_id: &str) -> Result<bool> {
        let credential = credentials::table
            .filter(credentials::tenant_id.eq(self.tenant.0))
            .filter(credentials::key_id.eq(key_id))
            .filter(credentials::kind.eq(Kind::Issuer.as_str()));
        Ok(diesel::delete(credential).execute(self.connection)? > 0)
    }

    /// The tenant's issuers, oldest first: the credential of each, and its terms.
    pub fn issuers(&mut self) -> Result<Vec<(Credential, String)>> {
        let found = credentials::table
            .inner_join(
                issuers::table.on(issuers::tenant_id
                    .eq(credentials::tenant_id)
                    .and(issuers::key_id.eq(credentials::key_id))),
            )
            .filter(credentials::tenant_id.eq(self.tenant.0))
            .order((credentials::created_ms, credentials::key_id))
            .select((COLUMNS, issuers::terms))
            .load::<(Selected, String)>(self.connection)?;
        let issuer = |(credential, terms)| (Credential::from(credential), terms);
        Ok(found.into_iter().map(issuer).collect())
    }
}

impl Tenants<'_> {
    /// The issuers of this key id, over all tenants, each with its terms.
    pub fn issuers_of(&mut self, key_id: &str) -> Result<Vec<(Candidate, String)>> {
        type Row = (Selected, (String, Option<i64>), tenant::Selected, String);
        let found = credentials::table
            .inner_join(tenants::table)
            .inner_join(
                issuers::table.on(issuers::tenant_id
                    .eq(credentials::tenant_id)
                    .and(issuers::key_id.eq(credentials::key_id))),
            )
            .filter(credentials::key_id.eq(key_id))
            .order(credentials::tenant_id)
            .select((
                COLUMNS,
                (credentials::secret_hash, credentials::revoked_ms),
                tenant::COLUMNS,
                issuers::terms,
            ))
            .load::<Row>(self.connection)?;
        let issuer = |(credential, (secret_hash, revoked_ms), tenant, terms): Row| {
            let candidate = Candidate {
                tenant: Tenant::from(tenant),
                credential: Credential::from(credential),
                secret_hash,
                is_revoked: revoked_ms.is_some(),
            };
            (candidate, terms)
        };
        Ok(found.into_iter().map(issuer).collect())
    }
}
