//! A tenant as a request sees it.

use std::sync::Arc;

use scim::registry::Registry;
use scim::representation::BaseUrl;

use super::registries::standard_registry;
use super::settings::Settings;
use crate::store::{CursorSecret, Tenant, TenantId};

/// The tenant, its settings, its resource types and its base URL.
#[derive(Debug)]
pub struct Tenancy {
    /// The tenant.
    pub tenant: TenantId,
    /// Its name in paths and logs.
    pub slug: String,
    /// Its settings.
    pub settings: Settings,
    /// Its resource types.
    pub registry: Arc<Registry>,
    /// The base URL that the request used.
    pub base: BaseUrl,
    /// The state of the tenant that all this follows from; a write under an older one is refused.
    pub revision: i64,
    /// The secret that the tenant's cursors are sealed with.
    pub cursor_secret: CursorSecret,
}

impl Tenancy {
    /// Puts together what follows from a tenant.
    pub fn new(
        tenant: &Tenant,
        settings: Settings,
        registry: Arc<Registry>,
        base: BaseUrl,
    ) -> Self {
        Self {
            tenant: tenant.id,
            slug: tenant.slug.clone(),
            settings,
            registry,
            base,
            revision: tenant.revision,
            cursor_secret: tenant.cursor_secret.clone(),
        }
    }

    /// What an anonymous caller sees: a tenant without rows (tenants are numbered from 1).
    pub fn of_nobody(base: BaseUrl) -> Self {
        let settings = Settings::default();
        Self {
            tenant: TenantId(0),
            slug: "-".into(),
            registry: standard_registry(&settings),
            settings,
            base,
            revision: 0,
            cursor_secret: CursorSecret(String::new()),
        }
    }
}
