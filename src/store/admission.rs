//! What admitted a request.

use std::sync::atomic::{AtomicBool, Ordering};

use super::credential::Credential;
use super::sql::Sql;
use super::tenant_id::TenantId;

/// A credential and the state of its tenant, as a request knows them.
///
/// They may be remembered from an earlier request. Then a statement of this request proves that the database still has them
/// like this: it joins their rows, on PostgreSQL, or looks at them afterwards, on SQLite. So a revocation or a change of settings
/// counts at once, and costs no round trip of its own.
#[derive(Debug)]
pub struct Admission {
    /// The tenant.
    pub tenant: TenantId,
    revision: i64,
    credential: Credential,
    secret_hash: String,
    proven: AtomicBool,
}

impl Admission {
    /// An admission that needs no proof: there is no credential.
    pub fn without_credential(tenant: TenantId) -> Self {
        Self {
            tenant,
            revision: 0,
            credential: Credential::default(),
            secret_hash: String::new(),
            proven: AtomicBool::new(true),
        }
    }

    pub(super) fn new(
        tenant: TenantId,
        revision: i64,
        credential: &Credential,
        secret_hash: &str,
        proven: bool,
    ) -> Self {
        Self {
            tenant,
            revision,
            credential: credential.clone(),
            secret_hash: secret_hash.to_owned(),
            proven: AtomicBool::new(proven),
        }
    }

    /// Whether the database had the credential and the tenant like this when this request ran.
    pub fn is_proven(&self) -> bool {
        self.proven.load(Ordering::Acquire)
    }

    pub(super) fn prove(&self) {
        self.proven.store(true, Ordering::Release);
    }

    /// The condition on the tenant `t` and the credential `c` of [`ADMITTED`].
    pub(super) fn holds(&self) -> Sql {
        let credential = &self.credential;
        Sql::new("t.id = ")
            .integer(self.tenant.0)
            .sql(" AND t.revision = ")
            .bigint(self.revision)
            .sql(" AND c.key_id = ")
            .text(&credential.key_id)
            .sql(" AND c.secret_hash = ")
            .text(&self.secret_hash)
            .sql(" AND c.scopes = ")
            .text(&credential.scopes)
            .sql(" AND c.created_ms = ")
            .bigint(credential.created_ms)
            .sql(" AND coalesce(c.expires_ms, -1) = ")
            .bigint(credential.expires_ms.unwrap_or(-1))
            .sql(" AND coalesce(c.resource_id, '') = ")
            .text(credential.resource_id.as_deref().unwrap_or_default())
            .sql(" AND coalesce(c.networks, '') = ")
            .text(credential.networks.as_deref().unwrap_or_default())
            .sql(" AND c.revoked_ms IS NULL")
    }
}

/// The tenant `t` and the credential `c` of a request, for a FROM.
pub(super) const ADMITTED: &str = "tenants t JOIN credentials c ON c.tenant_id = t.id";
