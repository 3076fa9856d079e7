//! Waits for the end of a feed to move. However many readers wait, the database is asked once a second for each tenant.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use crate::store::{FeedEnds, Store, TenantId};

/// How often the database is asked. Writes of this process are noticed at once.
const EVERY: Duration = Duration::from_secs(1);
/// The same while a written change waits for an older transaction.
const SOON: Duration = Duration::from_millis(50);
/// How often the database is asked at most, however much is written.
const AT_MOST: Duration = Duration::from_millis(20);

type Senders = HashMap<TenantId, Arc<watch::Sender<i64>>>;

/// The ends of the feeds that readers wait for.
#[derive(Clone, Default)]
pub(in crate::service) struct Heads(Arc<Mutex<Senders>>);

impl Heads {
    /// Waits until the feed of a tenant goes on after a position. It may also return early.
    pub(super) async fn beyond(&self, store: &Store, tenant: TenantId, position: i64) {
        let mut ends = self.watch(store, tenant);
        let _ = ends.wait_for(|end| *end > position).await;
    }

    fn watch(&self, store: &Store, tenant: TenantId) -> watch::Receiver<i64> {
        let mut senders = self.senders();
        if let Some(sender) = senders.get(&tenant) {
            return sender.subscribe();
        }
        let (sender, receiver) = watch::channel(0);
        let sender = Arc::new(sender);
        senders.insert(tenant, Arc::clone(&sender));
        let entry = Entry {
            heads: self.clone(),
            tenant,
            sender,
        };
        tokio::spawn(follow(entry, store.clone()));
        receiver
    }

    fn senders(&self) -> MutexGuard<'_, Senders> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The entry of a tenant. It goes with the task that serves it, also when the task is dropped with its thread.
struct Entry {
    heads: Heads,
    tenant: TenantId,
    sender: Arc<watch::Sender<i64>>,
}

impl Entry {
    /// Whether nobody waits any more. Then the entry is gone; under the lock nobody could begin to wait meanwhile.
    fn is_over(&self) -> bool {
        let mut senders = self.heads.senders();
        let is_over = self.sender.receiver_count() == 0;
        if is_over {
            senders.remove(&self.tenant);
        }
        is_over
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let mut senders = self.heads.senders();
        // A later entry of the tenant stays.
        if senders
            .get(&self.tenant)
            .is_some_and(|sender| Arc::ptr_eq(sender, &self.sender))
        {
            senders.remove(&self.tenant);
        }
    }
}

/// Asks for the end of a feed, again and again, while somebody waits.
async fn follow(entry: Entry, store: Store) {
    let writes = store.writes();
    while !entry.is_over() {
        // It notices writes from here on, so none is missed while the database is asked.
        let mut written = pin!(writes.notified());
        written.as_mut().enable();
        let ends = store
            .read(entry.tenant, |session| session.feed_ends())
            .await;
        let patience = match ends {
            Ok(FeedEnds { last, newest, .. }) => {
                entry.sender.send_replace(last);
                if newest > last { SOON } else { EVERY }
            }
            // Readers find out themselves that the database is away.
            Err(_) => EVERY,
        };
        tokio::time::sleep(AT_MOST).await;
        let _ = tokio::time::timeout(patience, written).await;
    }
}
