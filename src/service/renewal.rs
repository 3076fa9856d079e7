//! Renewal: a write starts over when the tenant's settings or definitions have changed since its request read them, and when it
//! has to be worked out before.

use std::sync::Arc;

use super::prepared::Prepared;
use super::service::Service;
use crate::store::{Result, Session, StoreError};

/// How many changes of the tenant a write survives.
pub(super) const RENEWALS_MAX: u32 = 100;

/// Runs `work` on the change in its own transaction, under the tenant's settings and definitions at that moment.
pub(super) async fn write<T: Send + 'static>(
    service: &Service,
    prepared: Prepared,
    swift: impl Fn(&Prepared, &mut Session<'_>) -> Result<Option<T>> + Copy + Send + 'static,
    work: impl Fn(&Prepared, &mut Session<'_>) -> Result<T> + Copy + Send + 'static,
) -> Result<T> {
    let mut prepared = Arc::new(prepared);
    for _ in 0..RENEWALS_MAX {
        let admission = Arc::clone(&prepared.request().call.admission);
        let (quick, own) = (Arc::clone(&prepared), Arc::clone(&prepared));
        let swift = move |session: &mut Session<'_>| swift(&quick, session);
        let work = move |session: &mut Session<'_>| work(&own, session);
        let outcome = service.store.write_swiftly(&admission, swift, work).await;
        prepared = match outcome {
            Err(StoreError::Outdated) => {
                let tenancy = service.renewed(&prepared.request().call.tenancy).await?;
                let mut again = alone(prepared)?;
                again.renew(&tenancy)?;
                Arc::new(again)
            }
            Err(StoreError::Long) => {
                let own = Arc::clone(&prepared);
                let foresee = move |session: &mut Session<'_>| own.foresee(session);
                let foreseen = service.store.read(&admission, foresee).await?;
                let mut again = alone(prepared)?;
                again.add_foreseen(foreseen);
                Arc::new(again)
            }
            outcome => return outcome,
        };
    }
    Err(StoreError::Outdated)
}

/// The change, of which nobody else has a part any more.
fn alone(prepared: Arc<Prepared>) -> Result<Prepared> {
    Arc::into_inner(prepared).ok_or(StoreError::Outdated)
}
