//! Pruning: removes rows of changes when the tenant's retention is over, and walks by index that nobody goes on with.

use std::time::Duration;

use super::audit::AuditRetention;
use super::list::timeout_ms;
use super::service::Service;
use super::settings::Settings;
use crate::store::{Result, Session, Tenant, Tenants};

/// How often a server prunes.
const EVERY: Duration = Duration::from_secs(3_600);
/// The pause between two pieces, so that a long backlog leaves the database to requests.
const PAUSE: Duration = Duration::from_millis(50);

/// Prunes now and then while the server runs. Several servers on one database may prune at once.
pub async fn keep_pruning(service: Service, audit: AuditRetention) {
    loop {
        prune(&service).await;
        if let Err(error) = prune_audit(&service, audit).await {
            log::warn!("old rows of the audit were not pruned: {error}");
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Removes what is too old. A tenant that fails does not keep the others waiting.
async fn prune(service: &Service) {
    let now_ms = service.clock.now_ms();
    let tenants = match service.store.look_up(|tenants| tenants.all()).await {
        Ok(tenants) => tenants,
        Err(error) => return log::warn!("old rows were not pruned: {error}"),
    };
    for tenant in tenants {
        let slug = &tenant.slug;
        if let Err(error) = prune_changes(service, &tenant, now_ms).await {
            log::warn!("old changes of tenant {slug} were not pruned: {error}");
        }
        if let Err(error) = prune_walks(service, &tenant, now_ms).await {
            log::warn!("old walks of tenant {slug} were not pruned: {error}");
        }
    }
}

/// Removes a limited number of rows in each transaction, so that requests get their turn in between.
async fn prune_changes(service: &Service, tenant: &Tenant, now_ms: i64) -> Result<()> {
    let retention = Settings::read(&tenant.settings).change_retention;
    let Some(before_ms) = retention.ends_ms(now_ms) else {
        return Ok(());
    };
    let mut after = Some(0);
    while let Some(position) = after {
        let work =
            move |session: &mut Session<'_>| session.prune_changes(position, before_ms, now_ms);
        after = service.store.tend(tenant.id, work).await?;
        if after.is_some() {
            tokio::time::sleep(PAUSE).await;
        }
    }
    Ok(())
}

/// The same for the audit.
async fn prune_audit(service: &Service, retention: AuditRetention) -> Result<()> {
    let before_ms = service.clock.now_ms() - retention.0;
    let work = move |tenants: &mut Tenants<'_>| tenants.prune_audit(before_ms);
    while service.store.tend_tenants(work).await? {
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}

/// The same for walks, whatever became of their credential.
async fn prune_walks(service: &Service, tenant: &Tenant, now_ms: i64) -> Result<()> {
    let forgotten_ms = now_ms - timeout_ms(service.limits);
    let work = move |session: &mut Session<'_>| session.prune_walks(forgotten_ms);
    while service.store.tend(tenant.id, work).await? {
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}
