//! Resting: gives memory back while nobody asks anything, and room on the disk.

use std::time::Duration;

use super::service::Service;

/// How often a server looks whether it may rest.
const EVERY: Duration = Duration::from_secs(3);

/// Rests after work, as long as the server runs.
pub async fn keep_resting(service: Service) {
    loop {
        tokio::time::sleep(EVERY).await;
        if let Err(error) = service.store.shorten_log().await {
            log::debug!("the log was not shortened: {error}");
        }
        if let Err(error) = service.store.rest().await {
            log::debug!("memory was not given back: {error}");
        }
    }
}
