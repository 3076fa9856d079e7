//! The resources that all use cases share.

use std::sync::Arc;
use std::time::Duration;

use scim::query::Limits;
use scim::representation::BaseUrl;

use super::call::Call;
use super::clock::Clock;
use super::feed::Heads;
use super::hashing::Hasher;
use super::registries::Registries;
use super::settings::Settings;
use super::tenancy::Tenancy;
use crate::store::{Admission, Result, Sizes, Standing, Store, StoreError, Tenant};

/// The resources that all use cases share.
#[derive(Clone)]
pub struct Service {
    /// The database.
    pub(super) store: Store,
    /// Time and ids.
    pub clock: Clock,
    /// Password hashing.
    pub(super) hasher: Hasher,
    /// Bounds of lists.
    pub limits: Limits,
    /// The resource types of tenants.
    pub registries: Registries,
    /// The ends of feeds that readers wait for.
    pub(super) heads: Heads,
}

impl Service {
    /// Opens a service on a database, with at most `connections_max` connections. A request waits for the database no longer
    /// than `timeout`. As many threads as there are cores hash passwords.
    ///
    /// Errors: a sentence for the operator.
    pub fn open(
        database_url: &str,
        connections_max: u32,
        timeout: Duration,
        limits: Limits,
    ) -> std::result::Result<Self, String> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            store: Store::serving(database_url, connections_max, timeout)?,
            clock: Clock,
            hasher: Hasher::new(cores),
            limits,
            registries: Registries::default(),
            heads: Heads::default(),
        })
    }

    /// Connections in use and idle.
    pub fn connections(&self) -> (u32, u32) {
        self.store.connections()
    }

    /// Jobs in the database that go on although nobody waits for them any more.
    pub fn abandoned_jobs(&self) -> usize {
        self.store.abandoned_jobs()
    }

    /// Runs a request. All its work in the database shares one time.
    pub async fn request<F: Future>(&self, request: F) -> F::Output {
        self.store.request(request).await
    }

    /// Runs the part of a request that is many transactions. Each may take ten times as long as a request, while its
    /// statements come back.
    pub async fn piecewise<F: Future>(&self, part: F) -> F::Output {
        self.store.piecewise(part).await
    }

    /// How far the database has come, compared with this version.
    ///
    /// Errors: the database does not answer.
    pub async fn standing(&self) -> Result<Standing> {
        self.store.look_up(|tenants| tenants.standing()).await
    }

    /// How much is stored, over all tenants.
    ///
    /// Errors: the database.
    pub async fn sizes(&self) -> Result<Sizes> {
        self.store.look_up(|tenants| tenants.sizes()).await
    }

    /// Proves an admission that no statement of its request has proven.
    ///
    /// Errors: [`StoreError::Unproven`]; the database.
    pub async fn prove(&self, admission: &Arc<Admission>) -> Result<()> {
        if admission.is_proven() {
            return Ok(());
        }
        let admission = Arc::clone(admission);
        self.store
            .look_up(move |tenants| tenants.prove(&admission))
            .await
    }

    /// The tenant in the form that requests use.
    ///
    /// Errors: 503; 500 for stored definitions that this version cannot serve.
    pub async fn tenancy(
        &self,
        tenant: &Tenant,
        settings: Settings,
        base: BaseUrl,
    ) -> Result<Tenancy> {
        let registry = self.registries.of(&self.store, tenant, &settings).await?;
        Ok(Tenancy::new(tenant, settings, registry, base))
    }

    /// The tenancy of a long request, renewed if the tenant has changed since.
    ///
    /// Errors: 503, also when the tenant is gone.
    pub(super) async fn renewed(&self, old: &Tenancy) -> Result<Arc<Tenancy>> {
        let slug = old.slug.clone();
        let tenant = self
            .store
            .look_up(move |tenants| tenants.find(&slug))
            .await?;
        let tenant = tenant.filter(|tenant| tenant.id == old.tenant);
        let tenant = tenant.ok_or(StoreError::Outdated)?;
        self.present(&tenant, old).await
    }

    /// The same call under the present state of its tenant, for a request that lasts.
    ///
    /// Errors: as [`Service::tenancy`].
    pub async fn renewed_call(&self, call: &Call, tenant: &Tenant) -> Result<Call> {
        let tenancy = self.present(tenant, &call.tenancy).await?;
        let mut call = call.clone();
        call.renew(&tenancy);
        Ok(call)
    }

    /// The tenancy that follows from a tenant now, at the base URL of an old one.
    async fn present(&self, tenant: &Tenant, old: &Tenancy) -> Result<Arc<Tenancy>> {
        let settings = Settings::read(&tenant.settings);
        let tenancy = self.tenancy(tenant, settings, old.base.clone());
        Ok(Arc::new(tenancy.await?))
    }
}
