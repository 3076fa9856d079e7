//! Waits for the end of a feed to move. However many readers wait, one task for each tenant asks the database.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use crate::store::{FeedEnds, Result, Store, StoreError, TenantId};

/// How often the database is asked. Changes by this process are noticed at once.
const EVERY: Duration = Duration::from_secs(1);
/// The first pause while a change that is written waits for an older transaction. Each further pause is longer.
const SOON: Duration = Duration::from_millis(50);
/// How often the database is asked at most, however much is written.
const AT_MOST: Duration = Duration::from_millis(20);
/// A transaction that keeps changes waiting this long was probably forgotten.
const LONG: Duration = Duration::from_secs(60);
/// Most readers of a tenant that wait at once. Each change wakes them all.
const READERS_MAX: usize = 250;

type Senders = HashMap<TenantId, Arc<watch::Sender<i64>>>;

/// The ends of the feeds that readers wait for.
#[derive(Clone, Default)]
pub(in crate::service) struct Heads(Arc<Mutex<Senders>>);

impl Heads {
    /// Waits until the feed of a tenant goes on after a position. It may also return early.
    ///
    /// Errors: [`StoreError::Unavailable`] when too many readers wait.
    pub(super) async fn beyond(
        &self,
        store: &Store,
        tenant: TenantId,
        position: i64,
    ) -> Result<()> {
        let mut ends = self.watch(store, tenant)?;
        let _ = ends.wait_for(|end| *end > position).await;
        Ok(())
    }

    fn watch(&self, store: &Store, tenant: TenantId) -> Result<watch::Receiver<i64>> {
        let (entry, receiver) = {
            let mut senders = self.senders();
            if let Some(sender) = senders.get(&tenant) {
                return match sender.receiver_count() < READERS_MAX {
                    true => Ok(sender.subscribe()),
                    false => Err(StoreError::Unavailable(
                        "too many readers wait for changes of this tenant",
                    )),
                };
            }
            let (sender, receiver) = watch::channel(0);
            let sender = Arc::new(sender);
            senders.insert(tenant, Arc::clone(&sender));
            let heads = self.clone();
            let entry = Entry {
                heads,
                tenant,
                sender,
            };
            (entry, receiver)
        };
        tokio::spawn(follow(entry, store.clone()));
        Ok(receiver)
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
    let waker = store.waker(entry.tenant);
    let mut held = Held::default();
    while !entry.is_over() {
        // It notices changes from here on, so none is missed while the database is asked.
        let mut changed = pin!(waker.notified());
        changed.as_mut().enable();
        let ends = store
            .read(entry.tenant, |session| session.feed_ends())
            .await;
        let pause = match ends {
            Ok(ends) => {
                entry.sender.send_replace(ends.last);
                held.pause(&ends)
            }
            // Readers find out themselves that the database is away.
            Err(_) => EVERY,
        };
        tokio::time::sleep(AT_MOST).await;
        let _ = tokio::time::timeout(pause, changed).await;
    }
}

/// How long changes have been waiting for an older transaction.
#[derive(Default)]
struct Held {
    /// Where the feed ended then.
    last: i64,
    since: Option<Instant>,
    pauses: u32,
    is_told: bool,
}

impl Held {
    /// How long to wait before the database is asked again.
    fn pause(&mut self, ends: &FeedEnds) -> Duration {
        if ends.newest <= ends.last || ends.last != self.last {
            *self = Self {
                last: ends.last,
                ..Self::default()
            };
        }
        if ends.newest <= ends.last {
            return EVERY;
        }
        let since = *self.since.get_or_insert_with(Instant::now);
        if since.elapsed() > LONG && !self.is_told {
            self.is_told = true;
            log::warn!(
                "the change feed waits for a transaction that has been open for over a minute; see pg_stat_activity and pg_prepared_xacts"
            );
        }
        self.pauses += 1;
        EVERY.min(SOON * self.pauses)
    }
}
