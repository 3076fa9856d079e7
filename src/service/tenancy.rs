//! A tenant in the form that requests use.

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
    /// The revision of the tenant from which all this follows. A write under an older revision is refused.
    pub revision: i64,
    /// The secret that seals the tenant's cursors.
    pub cursor_secret: CursorSecret,
}

impl Tenancy {
    /// Builds everything that follows from a tenant.
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

    /// The tenancy of an anonymous caller: a tenant without rows (tenant numbers begin with 1).
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
