//! Pruning: removes rows of changes when the tenant's retention is over.

use std::time::Duration;

use super::service::Service;
use super::settings::Settings;
use crate::store::{Result, Session, Tenant};

/// How often a server prunes.
const EVERY: Duration = Duration::from_secs(3_600);

/// Prunes now and then while the server runs. Several servers on one database may prune at once.
pub async fn keep_pruning(service: Service) {
    loop {
        if let Err(error) = prune(&service).await {
            log::warn!("old changes were not pruned: {error}");
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Removes the rows of changes whose retention is over.
pub async fn prune(service: &Service) -> Result<()> {
    let now_ms = service.clock.now_ms();
    for tenant in service.store.look_up(|tenants| tenants.all()).await? {
        prune_tenant(service, &tenant, now_ms).await?;
    }
    Ok(())
}

/// Removes a limited number of rows in each transaction, so that requests get their turn in between.
async fn prune_tenant(service: &Service, tenant: &Tenant, now_ms: i64) -> Result<()> {
    let retention = Settings::read(&tenant.settings).change_retention;
    let Some(before_ms) = retention.ends_ms(now_ms) else {
        return Ok(());
    };
    let work = move |session: &mut Session<'_>| session.prune_changes(before_ms);
    while service.store.write(tenant.id, work).await? {}
    Ok(())
}
