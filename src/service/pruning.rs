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
        prune(&service).await;
        tokio::time::sleep(EVERY).await;
    }
}

/// Removes the rows of changes whose retention is over. A tenant that fails does not keep the others waiting.
async fn prune(service: &Service) {
    let now_ms = service.clock.now_ms();
    let tenants = match service.store.look_up(|tenants| tenants.all()).await {
        Ok(tenants) => tenants,
        Err(error) => return log::warn!("old changes were not pruned: {error}"),
    };
    for tenant in tenants {
        if let Err(error) = prune_tenant(service, &tenant, now_ms).await {
            let slug = &tenant.slug;
            log::warn!("old changes of tenant {slug} were not pruned: {error}");
        }
    }
}

/// Removes a limited number of rows in each transaction, so that requests get their turn in between.
async fn prune_tenant(service: &Service, tenant: &Tenant, now_ms: i64) -> Result<()> {
    let retention = Settings::read(&tenant.settings).change_retention;
    let Some(before_ms) = retention.ends_ms(now_ms) else {
        return Ok(());
    };
    let mut after = Some(0);
    while let Some(position) = after {
        let work =
            move |session: &mut Session<'_>| session.prune_changes(position, before_ms, now_ms);
        after = service.store.tend(tenant.id, work).await?;
    }
    Ok(())
}
