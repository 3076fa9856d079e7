//! A tenant as a request sees it.

use std::sync::{Arc, LazyLock};

use super::Service;
use super::settings::Settings;
use scim::canonical::Context;
use scim::profile::Leniency;
use scim::registry::Registry;
use scim::representation::BaseUrl;
use scim::resource_type::ResourceType;
use crate::store::{CursorSecret, DbConnection, Result, StoreError, Tenant, TenantId};

/// The tenant, its settings, its resource types and its base URL.
#[derive(Debug)]
pub struct Tenancy {
    /// The tenant.
    pub tenant: TenantId,
    /// Its name in paths and logs.
    pub slug: String,
    /// Its settings.
    pub settings: Settings,
    /// The rules in force, and which of them the request needed so far.
    pub leniency: Leniency,
    /// Its resource types.
    pub registry: Arc<Registry>,
    /// The base URL that the request used.
    pub base: BaseUrl,
    /// The state of the tenant that all this follows from; a write under an older one is refused.
    pub revision: i64,
    /// Who is asking.
    pub principal: Principal,
    /// What the tenant's cursors are sealed with.
    pub cursor_secret: CursorSecret,
}

/// The credential of a request.
#[derive(Debug, Clone, Default)]
pub struct Principal {
    /// Its name inside the tenant.
    pub key_id: String,
    /// The id of the resource it stands for (`/Me`).
    pub resource_id: Option<String>,
    /// Whether it may do everything in its tenant.
    pub is_admin: bool,
}

static UNIQUE_GROUP_NAMES: LazyLock<Arc<Registry>> =
    LazyLock::new(|| Arc::new(Registry::standard(true)));
static FREE_GROUP_NAMES: LazyLock<Arc<Registry>> =
    LazyLock::new(|| Arc::new(Registry::standard(false)));

impl Service {
    /// The tenancy of a long request as it is now, when the tenant has moved on.
    ///
    /// Errors: 503, also when the tenant is gone.
    pub(super) async fn renewed(&self, old: &Tenancy) -> Result<Tenancy> {
        let slug = old.slug.clone();
        let find = move |connection: &mut DbConnection| Tenant::find(connection, &slug);
        let tenant = self.store.look_up(find).await?;
        let tenant = tenant.filter(|tenant| tenant.id == old.tenant);
        let tenant = tenant.ok_or(StoreError::Outdated)?;
        let settings = Settings::read(&tenant.settings);
        let registry = self.registries.of(&self.store, &tenant, &settings).await?;
        let (principal, base) = (old.principal.clone(), old.base.clone());
        let mut renewed = Tenancy::new(&tenant, principal, settings, registry, base);
        renewed.leniency = old.leniency.renewed(settings.rules());
        Ok(renewed)
    }
}

impl Tenancy {
    /// Puts together what follows from a tenant.
    pub fn new(
        tenant: &Tenant,
        principal: Principal,
        settings: Settings,
        registry: Arc<Registry>,
        base: BaseUrl,
    ) -> Self {
        Self {
            tenant: tenant.id,
            slug: tenant.slug.clone(),
            leniency: Leniency::new(settings.rules()),
            settings,
            registry,
            base,
            revision: tenant.revision,
            principal,
            cursor_secret: tenant.cursor_secret.clone(),
        }
    }

    /// What an anonymous caller sees: a tenant that owns nothing (tenants are numbered from 1).
    pub fn of_nobody(base: BaseUrl) -> Self {
        let settings = Settings::default();
        Self {
            tenant: TenantId(0),
            slug: "-".into(),
            registry: Self::registry_of(&settings),
            leniency: Leniency::new(settings.rules()),
            settings,
            base,
            revision: 0,
            principal: Principal::default(),
            cursor_secret: CursorSecret(String::new()),
        }
    }

    /// The resource types of a tenant that has defined none itself.
    pub fn registry_of(settings: &Settings) -> Arc<Registry> {
        let registry = if settings.unique_group_names {
            &UNIQUE_GROUP_NAMES
        } else {
            &FREE_GROUP_NAMES
        };
        Arc::clone(registry)
    }

    /// Whether the caller may write resources of this type: clients only read some, who administers the tenant writes them.
    pub fn may_write(&self, resource_type: &ResourceType) -> bool {
        !resource_type.read_only || self.principal.is_admin
    }

    /// What reading a body needs to know.
    pub(super) fn context<'a>(&'a self, resource_type: &'a ResourceType) -> Context<'a> {
        Context {
            resource_type,
            registry: &self.registry,
            leniency: &self.leniency,
        }
    }
}
