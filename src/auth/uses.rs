//! Tracks the credentials whose time of last use is being written right now.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::service::TenantId;

/// Most writes at once. A credential above this is written at a later request.
const IN_FLIGHT_MAX: usize = 16;

type Name = (TenantId, String);

/// The writes in progress: one for each credential, so that a burst of requests does not become a burst of writes.
#[derive(Clone, Default)]
pub(super) struct Uses(Arc<Mutex<HashSet<Name>>>);

/// The right to write the use of one credential. It ends when the value is dropped.
pub(super) struct Turn {
    uses: Uses,
    name: Name,
}

impl Uses {
    /// Takes a turn. `None` while another write of this credential, or too many of others, are in progress.
    pub(super) fn begin(&self, tenant: TenantId, key_id: &str) -> Option<Turn> {
        let name = (tenant, key_id.to_owned());
        let mut in_flight = self.in_flight();
        if in_flight.len() >= IN_FLIGHT_MAX || !in_flight.insert(name.clone()) {
            return None;
        }
        Some(Turn {
            uses: self.clone(),
            name,
        })
    }

    fn in_flight(&self) -> MutexGuard<'_, HashSet<Name>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.uses.in_flight().remove(&self.name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_credential_has_one_write_at_a_time_and_all_have_few() {
        let uses = Uses::default();
        let first = uses.begin(TenantId(1), "a");
        assert!(first.is_some() && uses.begin(TenantId(1), "a").is_none());
        let others: Vec<_> = (2..100)
            .filter_map(|tenant| uses.begin(TenantId(tenant), "a"))
            .collect();
        assert_eq!(others.len(), IN_FLIGHT_MAX - 1);
        drop((first, others));
        assert!(uses.begin(TenantId(1), "a").is_some());
    }
}
