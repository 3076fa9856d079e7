//! How much is stored, for `/metrics`. The database is asked at most once a minute: `/metrics` takes no token, so its callers must
//! not be able to keep the database busy.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use crate::service::{Service, Sizes};

/// How long a measurement stays valid.
const HOLDS: Duration = Duration::from_secs(60);
/// How long the database may take. A scrape without these numbers is worth more than none.
const PATIENCE: Duration = Duration::from_secs(1);

/// When it was measured last.
#[derive(Clone, Default)]
pub struct Measuring(Arc<Mutex<Option<Instant>>>);

impl Measuring {
    /// A new measurement, if one is due and the database gives it.
    pub(super) async fn due(&self, service: &Service) -> Option<Sizes> {
        let mut last = self.0.lock().await;
        if last.is_some_and(|at| at.elapsed() < HOLDS) {
            return None;
        }
        *last = Some(Instant::now());
        match tokio::time::timeout(PATIENCE, service.sizes()).await {
            Ok(Ok(sizes)) => Some(sizes),
            Ok(Err(error)) => {
                log::debug!("sizes were not measured: {error}");
                None
            }
            Err(_) => None,
        }
    }
}
