//! Notes where a page by index ended, so that the next page is found from there. A page is right without its note: then the
//! next one is found by counting.

use crate::service::service::Service;
use crate::store::{Result, Session, StoreError, TenantId, Walk, Walker};

/// Where a page has ended.
pub(super) struct Walked {
    pub(super) walker: Walker,
    pub(super) walk: Walk,
    pub(super) now_ms: i64,
    /// Walks that nobody has gone on with since then are forgotten.
    pub(super) forgotten_ms: i64,
}

impl Walked {
    /// Notes it on the connection that has read the page, where that waits for no other writer. Otherwise returns it.
    pub(super) fn note_at_once(self, session: &mut Session<'_>) -> Option<Self> {
        let Self { walker, walk, .. } = &self;
        match session.note_walk(walker, walk, self.now_ms, self.forgotten_ms) {
            Ok(true) => None,
            // The store gives up a connection that is lost when the note fails again.
            Ok(false) | Err(StoreError::Disconnected(_)) => Some(self),
            Err(error) => {
                tell(&error.to_string());
                None
            }
        }
    }

    /// Notes it, and waits only for a moment. While the writer stays busy, or the database takes no writes (a full disk, a
    /// standby), it is not noted.
    pub(super) async fn note(self, service: &Service, tenant: TenantId) {
        let work = move |session: &mut Session<'_>| self.save(session);
        match service.store.note(tenant, work).await {
            Ok(Some(())) => {}
            Ok(None) => tell("others are writing"),
            Err(error) => tell(&error.to_string()),
        }
    }

    fn save(&self, session: &mut Session<'_>) -> Result<()> {
        session.save_walk(&self.walker, &self.walk, self.now_ms, self.forgotten_ms)
    }
}

fn tell(why: &str) {
    log::debug!("a walk by index was not remembered: {why}");
}
